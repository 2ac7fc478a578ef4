"""What the questions to other heads share."""

from engine.labs.vision.heads.results import Known
from engine.labs.vision.heads_settings import Heads

SHOWN = 6
"""Pictures side by side."""
LEAST_WIDTH = 640
"""Pixels: on a narrower page the pictures scroll sideways."""


def chosen_of(part: Heads, known: Known) -> list[int]:
    """Which validation pictures are shown, from 0."""
    last = len(known.pictures) - SHOWN
    first = max(0, min(part.picture - 1, last))
    return list(range(first, first + SHOWN))
