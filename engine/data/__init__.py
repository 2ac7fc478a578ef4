"""Data sets a network can learn: drawn from a formula, or bundled with scikit-learn."""
