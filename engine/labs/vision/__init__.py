"""What a network on pictures sees, keeps, looks at and takes for what."""
