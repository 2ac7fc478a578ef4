"""Pictures changed anew each time they are learned from."""
