"""Sound as numbers: tones, samples, spectrograms."""
