"""What a network on pictures is asked for: one file a head."""
