"""The lab of gradients on their way through the layers."""
