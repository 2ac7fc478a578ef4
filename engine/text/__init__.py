"""Texts and what cuts them into tokens."""
