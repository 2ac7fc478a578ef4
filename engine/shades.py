"""One byte per cell of the boundary: how a probability, a class or a value becomes a shade, and back.

Three scales: ``probability`` (two classes; 0..255 is 0..1), ``value`` (regression and scores; 0..255 is low..high,
clipped), ``classes`` (the winning class and how sure it is: ``code = class * levels + level``).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, UInt8


@dataclass(frozen=True)
class Shades:
    """How the codes of a run's boundary are read."""

    scale: Literal["probability", "value", "classes"]
    low: float = 0.0
    high: float = 1.0
    classes: int = 0
    """Number of classes, for the ``classes`` scale."""

    @property
    def levels(self) -> int:
        """Confidence levels per class that fit one byte."""
        return 256 // self.classes

    def encode(self, values: Float[np.ndarray, "cells outputs"]) -> UInt8[np.ndarray, " cells"]:
        """Codes of ``values``: one column for probability and value, K class probabilities for classes."""
        if self.scale != "classes":
            share = (values[:, 0] - self.low) / (self.high - self.low)
            return np.rint(np.clip(share, 0.0, 1.0) * 255).astype(np.uint8)
        winner = values.argmax(axis=1)
        floor = 1.0 / self.classes
        sureness = (values.max(axis=1) - floor) / (1.0 - floor)
        level = np.rint(np.clip(sureness, 0.0, 1.0) * (self.levels - 1))
        return (winner * self.levels + level).astype(np.uint8)

    def decode(self, codes: UInt8[np.ndarray, "..."]) -> tuple[np.ndarray, np.ndarray]:
        """(class, value) per cell: the winner and its probability; for probability and value the class is 0."""
        if self.scale != "classes":
            return np.zeros(codes.shape, dtype=np.int64), self.low + codes / 255 * (self.high - self.low)
        floor = 1.0 / self.classes
        level = codes % self.levels
        return (codes // self.levels).astype(np.int64), floor + level / (self.levels - 1) * (1.0 - floor)
