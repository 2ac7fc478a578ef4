"""What is shown of a recurrent network and one example."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

Signal = Literal["h", "r", "z", "n", "i", "f", "g", "o", "c"]
"""What a cell computes at a step, by its letter in the formulas."""


@dataclass(frozen=True)
class Unrolled:
    """What a recurrent network did with one example. A pass is a layer read in one direction, in ``passes``' order."""

    passes: tuple[str, ...]
    signals: tuple[Signal, ...]
    """The letters of ``values``: h first, then what the cell computes besides."""
    values: Float[np.ndarray, "passes signals tokens units"]
    """float32. At a masked pad nothing is computed: h and c stay, the others are NaN."""
    answers: Float[np.ndarray, "steps outputs"]
    """Probabilities of the answers, or the number where a number is asked for; one step where it is asked at the end."""
