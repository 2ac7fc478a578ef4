"""What each section of the page is set to, a file for each."""
