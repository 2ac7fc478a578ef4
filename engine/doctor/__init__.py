"""The doctor: what a film shows to be wrong, in numbers, and changes that were tried and cure it."""
