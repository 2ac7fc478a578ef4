"""What can be wrong with runs on sequences, and what might cure it."""
