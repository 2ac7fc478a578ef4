"""A run on pictures to take home."""
