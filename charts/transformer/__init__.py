"""Pictures of the lab of transformers."""
