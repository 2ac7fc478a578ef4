"""Pictures of the lab of convolution."""
