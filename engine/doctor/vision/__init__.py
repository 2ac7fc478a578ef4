"""What can be wrong with runs on pictures, and what might cure it."""
