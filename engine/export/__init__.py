"""A run to take home: as a script, a notebook, weights, its history, and the experiment itself."""
