"""The sections of the attention lab: what is asked, and what is shown."""
