"""Parts of the pages that ask."""
