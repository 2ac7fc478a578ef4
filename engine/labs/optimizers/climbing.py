"""Hill climbing, in the form its source gives: no slope, no population, one place at a time."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Ask = Callable[[Float[np.ndarray, "2"]], float]
"""f at a place, counted; it raises an error of its own when all allowed evaluations are spent."""
Box = Float[np.ndarray, "2 2"]
"""Lowest and highest x; lowest and highest y."""


def hill_climbing(ask: Ask, start: Float[np.ndarray, "2"], box: Box, rng: np.random.Generator) -> None:
    """Try a step in a random direction, take it if f is lower there. Success widens the steps, failure narrows them.

    The one-fifth rule (Rechenberg 1973): the width stays where one try in five succeeds.
    """
    place, value = start, ask(start)
    width = 0.1 * (box[:, 1] - box[:, 0])
    while np.max(width) > 1e-12:
        tried = place + width * rng.standard_normal(2)
        there = ask(tried)
        if there < value:
            place, value, width = tried, there, width * 1.5
        else:
            width = width * 1.5**-0.25
