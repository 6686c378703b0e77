"""A roster's way in at the desk: dropped, looked at, put right row by row, checked, approved by a second person, taken in.

Until the approval nothing about people is recorded: the workbook and the rows with findings lie sealed in a draft.
"""
