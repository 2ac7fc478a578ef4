"""Tokens and embeddings: how text becomes numbers, and where the numbers of a word come from."""
