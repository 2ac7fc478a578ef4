"""The lab of backpropagation: every number of one pass, by hand and by autograd."""
