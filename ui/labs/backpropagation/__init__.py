"""The page of backpropagation: what is asked, the step on screen, and its sections."""
