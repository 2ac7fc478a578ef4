"""Pictures of the lab of backpropagation."""
