"""Measures for the regularization lab."""
