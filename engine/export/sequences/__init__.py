"""A run on sequences to take home."""
