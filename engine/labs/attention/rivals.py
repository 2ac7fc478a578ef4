"""Another attention map with the same output (Jain and Wallace 2019): exact, and as far from the first as there is one."""

from itertools import combinations

import numpy as np
from jaxtyping import Float

from engine.labs.attention.results.explanation import Rival
from engine.labs.attention.results.heads import Head, Matrix

SINGULAR = 1e-9
BELOW = -1e-12
"""A weight this little below 0 is rounding."""


def farthest(weights: Float[np.ndarray, " keys"], values: Float[np.ndarray, "keys d_k"]) -> Float[np.ndarray, " keys"]:
    """The weights a' >= 0, sum a' = 1, a' V = a V, that differ most from a: half of sum |a' - a| is largest.

    These a' fill a convex body, and a convex function is largest at one of its corners; a corner has no more weights above
    0 than there are independent equations. So all corners are looked at.
    """
    equations = np.vstack([values.T, np.ones(len(values))])
    turn, sizes, _ = np.linalg.svd(equations, full_matrices=False)
    rank = int((sizes > SINGULAR * max(sizes[0], 1.0)).sum())
    needed = turn[:, :rank].T @ equations
    wanted = needed @ weights
    supports = np.array(list(combinations(range(len(values)), rank)))
    squares = needed[:, supports].transpose(1, 0, 2)
    regular = np.abs(np.linalg.det(squares)) > SINGULAR
    solved = np.linalg.solve(squares[regular], wanted[None, :, None])[..., 0]
    corners = np.zeros((len(solved), len(values)))
    np.put_along_axis(corners, supports[regular], solved, axis=1)
    corners = np.vstack([weights, np.clip(corners[(solved > BELOW).all(axis=1)], 0.0, None)])
    best: Float[np.ndarray, " keys"] = corners[np.abs(corners - weights).sum(axis=1).argmax()]
    return best


def rival(head: Head) -> Rival:
    """The farthest map of every row, over the tokens that it may look at."""
    found: Matrix = np.zeros_like(head.weights)
    for place, may in enumerate(head.allowed):
        if may.any():
            found[place, may] = farthest(head.weights[place, may], head.v[may])
    apart = np.abs(found - head.weights).sum(axis=1) / 2
    return Rival(found, apart, float(np.abs(found @ head.v - head.output).max()))
