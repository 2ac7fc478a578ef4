"""Questions whose numbers are drawn anew for every seed, and answered by PyTorch or the engine when they are asked."""
