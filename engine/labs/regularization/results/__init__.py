"""What the lab measures, section by section: numbers that charts draw, free of torch."""
