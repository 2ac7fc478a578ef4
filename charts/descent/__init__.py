"""Pictures of optimizers on a network."""
