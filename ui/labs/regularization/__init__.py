"""The sections of the regularization lab: what is asked, and what is shown."""
