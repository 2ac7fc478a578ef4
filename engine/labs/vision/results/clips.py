"""Clips to look at."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8


@dataclass(frozen=True)
class Shown:
    """One clip of each motion."""

    motions: tuple[str, ...]
    frames: UInt8[np.ndarray, "motions frames height width"]
    """0 dark, 255 bright."""
