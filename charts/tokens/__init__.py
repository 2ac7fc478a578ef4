"""Pictures of tokens, of words' vectors, and of ratings."""
