"""Table models, one module per noun; Django finds those that are imported here."""
