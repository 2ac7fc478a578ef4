"""Attention: one head by hand, several at once, positions, scaling, masks, cost, and what a map explains."""
