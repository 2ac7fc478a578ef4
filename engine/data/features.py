"""Inputs derived from two coordinates, as in TensorFlow Playground."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float

Feature = Literal["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin x1", "sin x2"]

FORMULAS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin x1": lambda x1, x2: np.sin(x1),
    "sin x2": lambda x1, x2: np.sin(x2),
}


def derive(x: Float[np.ndarray, "rows 2"], features: tuple[str, ...]) -> Float[np.ndarray, "rows features"]:
    """The chosen functions of the two raw coordinates, in the order they are named."""
    return np.stack([FORMULAS[name](x[:, 0], x[:, 1]) for name in features], axis=1)
