"""What the sections of the page measure: plain numbers and NumPy arrays, so that charts need no torch."""
