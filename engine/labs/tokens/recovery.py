"""How much of the factors that a table was made with is in those that were learned."""

import numpy as np
from jaxtyping import Float


def laid_on(true: Float[np.ndarray, "items true"], learned: Float[np.ndarray, "items factors"]) -> np.ndarray:
    """The learned factors, mapped linearly so that they come as close as they can to the true ones.

    Factors are known only up to such a map: (p A) . (q A^-T) = p . q for every A that can be inverted.
    """
    centred = np.hstack([learned, np.ones((len(learned), 1))])
    return np.asarray(centred @ np.linalg.lstsq(centred, true, rcond=None)[0])


def explained(true: Float[np.ndarray, "items true"], learned: Float[np.ndarray, "items factors"]) -> float:
    """Share of the true factors' variance that is in the learned ones."""
    rest = ((true - laid_on(true, learned)) ** 2).sum()
    return float(1 - rest / ((true - true.mean(axis=0)) ** 2).sum())
