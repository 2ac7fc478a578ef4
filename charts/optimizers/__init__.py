"""Pictures of optimizers on a surface."""
