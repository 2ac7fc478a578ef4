"""Other questions to the same network: where, what shape, which way."""
