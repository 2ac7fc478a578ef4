"""What the pictures of each section say, in sentences made of the measured numbers."""
