"""The sections of the page of optimizers on a network."""
