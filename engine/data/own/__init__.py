"""A visitor's own table: read from a file, looked through, kept for as long as the visit lasts."""
