"""Vectors laid flat: the two directions in which they spread most, the same way round from one picture to the next."""

import numpy as np
from jaxtyping import Float


class Plane:
    """Principal components of one picture after another.

    The sign of a component is arbitrary: it is chosen so that the points keep to the sides on which they were.
    """

    def __init__(self) -> None:
        self._before: Float[np.ndarray, "points 2"] | None = None

    def of(self, vectors: Float[np.ndarray, "points d"]) -> tuple[Float[np.ndarray, "points 2"], tuple[float, float]]:
        """(the vectors along their first two principal components, the share of the variance along each)."""
        if not np.isfinite(vectors).all():
            return np.full((len(vectors), 2), np.nan), (float("nan"), float("nan"))
        centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
        left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
        flat = np.zeros((len(vectors), 2))
        flat[:, : min(2, len(lengths))] = left[:, :2] * lengths[:2]
        flat *= self._signs(flat)
        self._before = flat
        total = float((lengths**2).sum())
        shares = [float(length**2) / total if total > 0 else 0.0 for length in lengths[:2]]
        return flat, (shares[0], shares[1] if len(shares) > 1 else 0.0)

    def _signs(self, flat: Float[np.ndarray, "points 2"]) -> Float[np.ndarray, " 2"]:
        """As before; in the first picture the farthest point is on the positive side."""
        if self._before is None or self._before.shape != flat.shape:
            towards = flat[np.abs(flat).argmax(axis=0), [0, 1]]
        else:
            towards = (flat * self._before).sum(axis=0)
        return np.where(towards < 0, -1.0, 1.0)
