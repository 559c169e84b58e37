"""Data files; the loader is in the package above."""
