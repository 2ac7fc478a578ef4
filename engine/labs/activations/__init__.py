"""The lab of activations and losses."""
