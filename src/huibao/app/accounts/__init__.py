"""Accounts of those who work with the software: invited, signed in with two factors, listed and ended."""
