"""Parts of the labs' pages."""
