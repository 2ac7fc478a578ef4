"""Clips and sounds to look at."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8


@dataclass(frozen=True)
class Shown:
    """One clip of each motion."""

    motions: tuple[str, ...]
    frames: UInt8[np.ndarray, "motions frames height width"]
    """0 dark, 255 bright."""


@dataclass(frozen=True)
class Pictured:
    """One sound of each kind, as its network sees it."""

    kinds: tuple[str, ...]
    pictures: UInt8[np.ndarray, "kinds height width"]
    """0 silence, 255 as loud as a sine of height 1; the highest frequency in the first row."""
