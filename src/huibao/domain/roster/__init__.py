"""Rosters: from the agencies' workbooks to people with dated facts. Pure; rows in, verdicts and facts out."""
