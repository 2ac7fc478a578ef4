"""The player's files and Plotly.js, served beside the pages under an address that changes with them."""

import hashlib
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "assets" / "player"


def _fingerprint() -> str:
    content = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.*"))) + version("plotly").encode()
    return hashlib.blake2b(content, digest_size=6).hexdigest()


ADDRESS = f"player/{_fingerprint()}"
"""Relative to the app: browsers may keep what is there for good, and never mix the modules of two versions."""
