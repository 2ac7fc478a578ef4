"""Networks that look at pictures: data, blocks, heads, training."""
