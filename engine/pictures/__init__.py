"""Pictures that visitors upload: decoded within bounds, whatever is in the file."""
