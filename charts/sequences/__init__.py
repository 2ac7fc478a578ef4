"""Charts of networks on sequences."""
