"""The supervisor's desk: counties against the goals, promises kept, reminders. R4."""
