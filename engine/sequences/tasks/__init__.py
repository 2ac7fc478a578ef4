"""The tasks that networks on sequences are trained on."""
