"""The sections of the recurrent lab: what is asked, and what is shown."""
