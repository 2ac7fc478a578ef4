"""A picture of fewer pixels: each is the mean of those it takes the place of, of which some count in part."""

import numpy as np
from jaxtyping import Float


def fitted(
    picture: Float[np.ndarray, "channels height width"], side: int
) -> Float[np.ndarray, "channels rows columns"]:
    """At most ``side`` pixels along its longer side, in its proportions; a small picture is left as it is."""
    _, height, width = picture.shape
    share = min(1.0, side / max(height, width))
    if share == 1.0:
        return picture
    rows, columns = (max(1, round(length * share)) for length in (height, width))
    return np.einsum("rh,chw,kw->crk", _means(height, rows), picture, _means(width, columns), optimize=True)


def _means(length: int, parts: int) -> Float[np.ndarray, "parts length"]:
    """Row i: how much each of ``length`` cells counts in the mean over the i-th of ``parts`` equal parts."""
    edges = np.linspace(0, length, parts + 1)
    cells = np.arange(length)
    covered = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    return np.clip(covered, 0, None) * parts / length
