"""What the lab works out: numbers that charts draw, free of torch."""
