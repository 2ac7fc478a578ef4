"""Universal approximation: errors over the number of units."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Approximation:
    """Root mean square errors over the number of units: constructed, and trained from several seeds."""

    units: Int[np.ndarray, " sizes"]
    constructed: Float[np.ndarray, " sizes"]
    trained: Float[np.ndarray, "seeds sizes"]
    steps: int
    x: Float[np.ndarray, "places inputs"]
    target: Float[np.ndarray, " places"]
    constructed_fits: Float[np.ndarray, "sizes places"]
    trained_fits: Float[np.ndarray, "seeds sizes places"]

    @property
    def known(self) -> Float[np.ndarray, " sizes"]:
        """The lowest error that a network of at most so many units is known to have: a smaller one may stand for it."""
        lowest = np.minimum(self.constructed, self.trained.min(axis=0))
        return np.asarray(np.minimum.accumulate(lowest))
