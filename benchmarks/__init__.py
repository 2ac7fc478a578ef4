"""Speed, live pages, start and memory, measured beside what one would use instead. ``python -m benchmarks --help``."""
