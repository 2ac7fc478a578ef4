"""L1 and L2: weights along the strength of a penalty."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class LinearPath:
    """Weights of a linear regression along λ, from the largest to the smallest."""

    strengths: Float[np.ndarray, " moments"]
    weights: Float[np.ndarray, "moments inputs"]
    true: Float[np.ndarray, " inputs"]
    train: Float[np.ndarray, " moments"]
    validation: Float[np.ndarray, " moments"]

    @property
    def zeros(self) -> Int[np.ndarray, " moments"]:
        """How many weights are exactly 0."""
        return (self.weights == 0).sum(axis=1)


@dataclass(frozen=True)
class Penalised:
    """One network trained with one penalty."""

    label: str
    weights: Float[np.ndarray, " weights"]
    """All of them, of every layer, without biases."""
    train: float
    validation: float
    ending: str
    from_l2: float
    """Largest difference of any weight to that of the L2 network; NaN where that is not known."""

    @property
    def zeros(self) -> int:
        """How many are exactly 0."""
        return int((self.weights == 0).sum())
