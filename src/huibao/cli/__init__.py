"""The command line: reads arguments and files, calls one use case, prints tables or JSON."""
