"""The sections of the page of activations and losses."""
