"""What the lab measures: numbers that charts draw, free of torch."""
