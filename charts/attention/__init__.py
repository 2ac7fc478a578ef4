"""Pictures of the attention lab."""
