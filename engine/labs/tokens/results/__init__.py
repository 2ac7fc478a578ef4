"""What the lab measures: numbers that charts draw."""
