"""Payments to the bank and its answers: a file out, a file in, line by line. SD-6.4.

`lines` what is paid to whom, and the file's text with totals and hash · `answers` the bank's file read and laid beside
the lines · `problems` what others may get wrong. The format is described in docs/payment-file.md.
"""
