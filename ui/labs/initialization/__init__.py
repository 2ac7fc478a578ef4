"""Parts of the page of initialization."""
