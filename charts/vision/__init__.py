"""Pictures of networks that look at pictures."""
