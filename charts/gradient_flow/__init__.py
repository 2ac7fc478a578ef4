"""Pictures of gradients on their way through the layers."""
