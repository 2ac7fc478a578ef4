"""The sections of the lab of tokens and embeddings: what is asked, and what is shown."""
