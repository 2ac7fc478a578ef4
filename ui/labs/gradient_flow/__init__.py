"""The sections of the gradient flow lab: what is asked, and what is shown."""
