"""The sections of the convolution lab: what is asked, and what is shown."""
