"""The insurance in pure nouns: values in, values and problems out; no database, clock or framework."""
