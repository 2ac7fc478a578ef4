"""The lab of optimizers on a surface of two parameters."""
