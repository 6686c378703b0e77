"""One bill over the scheme's layers in order: read, checked, settled, reversed. Bill = Σ layers + self-pay, always."""
