"""The only layer with tables: what the domain's nouns look like as rows, how they are loaded, locked and recorded."""
