"""The scheme language: schema, loader, checks, compiler and explanation. A programme is a file, never code."""
