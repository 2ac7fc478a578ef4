"""The lab of convolution: a window that slides, its matrix, what it counts, and what stands beside it."""
