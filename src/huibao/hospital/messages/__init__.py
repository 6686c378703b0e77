"""Messages as data: field tables and dictionaries beside this module, one reader for all, one writer for all."""
