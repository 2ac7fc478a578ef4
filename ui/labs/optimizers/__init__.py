"""The sections of the optimizers' lab: what is asked, and what is shown."""
