"""A drawing as text, so that a link can hold it: a letter for each cell, row by row."""

import numpy as np
from jaxtyping import Float

INK = "0123456789abcdef"
"""How dark a cell is drawn: 16 shades from nothing to full."""


def inked(ink: str, side: int) -> Float[np.ndarray, "side side"]:
    """Brightness 0 to 1 of the cells that ``ink`` lists; those beyond its end are empty, what it has too many is left out."""
    shades = np.zeros(side * side)
    listed = [INK.index(letter) for letter in ink[: side * side]]
    shades[: len(listed)] = listed
    return shades.reshape(side, side) / (len(INK) - 1)


def written(cells: Float[np.ndarray, "side side"]) -> str:
    """The text of a drawing, each cell as the nearest shade; empty cells at its end are not written."""
    shades = np.rint(np.clip(cells, 0.0, 1.0) * (len(INK) - 1)).astype(int)
    return "".join(INK[shade] for shade in shades.ravel()).rstrip(INK[0])
