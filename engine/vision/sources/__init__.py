"""The catalog of picture sets: generated, bundled, downloaded, a visitor's own."""
