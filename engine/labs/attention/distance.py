"""How alike two positions are, and whether that depends on their distance alone."""

import numpy as np
import torch
from jaxtyping import Float

from engine.labs.attention.positions import Rotary, Sinusoidal, angles
from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.results.positions import Alikeness
from engine.streams import stream

VECTORS = 12
"""Drawn vectors that are turned at every position, for rotary positions."""


def by_distance(similarity: Matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean, lowest, highest) of each diagonal: pairs of positions at distance 0, 1, 2 and so on."""
    size = len(similarity)
    diagonals = [np.diagonal(similarity, offset) for offset in range(size)]
    return tuple(np.array([take(line) for line in diagonals]) for take in (np.mean, np.min, np.max))  # type: ignore[return-value]


def of_table(table: Matrix, closed: Float[np.ndarray, " positions"] | None = None) -> Alikeness:
    """Of rows that are added: the dot product of two of them."""
    similarity = table @ table.T
    mean, low, high = by_distance(similarity)
    return Alikeness(table, similarity, mean, low, high, closed, float((high - low).max()))


def waves(positions: int, width: int, base: float) -> Float[np.ndarray, " positions"]:
    """sum over pairs of cos(k / b^(2i/d)) at distance k: what sin a sin b + cos a cos b comes to."""
    found: Float[np.ndarray, " positions"] = np.cos(angles(positions, width, base)).sum(axis=1)
    return found


def of_sinusoidal(row: Sinusoidal, positions: int, width: int) -> Alikeness:
    """Of the sinusoidal table, beside the closed form."""
    return of_table(row.table(positions, width), waves(positions, width, row.base))


def of_rotary(row: Rotary, positions: int, width: int, seed: int) -> Alikeness:
    """Score of a vector, turned at one position, with itself turned at another: for several drawn vectors.

    Mean, lowest and highest are over the vectors; ``uneven`` is over pairs of positions at one distance, of one vector.
    Closed form of the mean: E|pair|² = 2, so 2 sum cos.
    """
    draws = torch.randn(VECTORS, width, generator=stream(seed, "sampling"), dtype=torch.float64).numpy()
    each = []
    uneven = 0.0
    for vector in draws:
        turned = row.turned(np.tile(vector, (positions, 1)))
        similarity = turned @ turned.T
        mean, low, high = by_distance(similarity)
        uneven = max(uneven, float((high - low).max()))
        each.append((mean, similarity))
    lines = np.stack([mean for mean, _ in each])
    average = np.mean([similarity for _, similarity in each], axis=0)
    return Alikeness(
        row.table(positions, width),
        average,
        lines.mean(axis=0),
        lines.min(axis=0),
        lines.max(axis=0),
        2 * waves(positions, width, row.base),
        uneven,
    )
