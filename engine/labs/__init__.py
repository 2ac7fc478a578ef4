"""The labs: each answers one question on how training works, by experiment."""
