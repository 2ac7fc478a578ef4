"""The sections of the vision lab: what is asked, and what is shown."""
