"""Pictures of the lab of activations and losses."""
