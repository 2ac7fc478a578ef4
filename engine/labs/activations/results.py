"""What the lab measures: numbers that charts draw, free of torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Curve:
    """An activation and its derivative along a line of pre-activations."""

    label: str
    z: Float[np.ndarray, " points"]
    a: Float[np.ndarray, " points"]
    slope: Float[np.ndarray, " points"]
