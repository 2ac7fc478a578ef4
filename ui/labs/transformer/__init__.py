"""The page of transformers, section by section."""
