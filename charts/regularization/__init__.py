"""Pictures of the regularization lab, a file for each section."""
