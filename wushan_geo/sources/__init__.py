"""The only rooms that read files: they hand over clean tables."""
