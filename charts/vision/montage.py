"""Many small maps in one picture: in rows with gaps, as bytes, so that a page of them is small."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, UInt8

from charts import theme

GAP = 255
"""The byte of what lies between maps: see-through."""
TOP = 254
Codes = UInt8[np.ndarray, "rows columns"]


def scale(colours: list[list[object]]) -> list[list[object]]:
    """A colorscale for bytes 0 to ``TOP``, with gaps see-through."""
    squeezed = [[float(str(at)) * TOP / GAP, colour] for at, colour in colours]
    edge = (TOP + 0.5) / GAP
    return [*squeezed, [edge, squeezed[-1][1]], [edge, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]]


VALUES, SIGNED = scale(theme.value_scale()), scale(theme.diverging_scale())


def codes(values: Float[np.ndarray, "..."], low: float, high: float) -> UInt8[np.ndarray, "..."]:
    """Numbers between two ends as bytes 0 to ``TOP``; where the ends are equal, 0."""
    wide = high - low if high > low else 1.0
    clipped = np.clip((np.nan_to_num(values, nan=low) - low) / wide, 0.0, 1.0)
    found: np.ndarray = np.rint(clipped * TOP).astype(np.uint8)
    return found


def enlarged(tile: Codes, high: int, wide: int) -> Codes:
    """Each cell repeated, or left out, so that it has so many rows and columns."""
    down = np.arange(high) * tile.shape[0] // high
    across = np.arange(wide) * tile.shape[1] // wide
    found: np.ndarray = tile[np.ix_(down, across)]
    return found


def beside(tiles: Sequence[Codes], gap: int = 1) -> Codes:
    """Tiles of one height beside each other, with gaps between."""
    between = np.full((tiles[0].shape[0], gap), GAP, np.uint8)
    parts = [part for tile in tiles for part in (tile, between)][:-1]
    return np.concatenate(parts, axis=1)


def below(rows: Sequence[Codes], gap: int = 1) -> Codes:
    """Rows below each other, each filled up to the longest."""
    wide = max(row.shape[1] for row in rows)
    filled = [np.pad(row, ((0, 0), (0, wide - row.shape[1])), constant_values=GAP) for row in rows]
    between = np.full((gap, wide), GAP, np.uint8)
    parts = [part for row in filled for part in (row, between)][:-1]
    return np.concatenate(parts, axis=0)


def in_rows(tiles: Sequence[Codes], across: int, gap: int = 1) -> Codes:
    """Tiles of one size in rows of so many."""
    rows = [beside(tiles[first : first + across], gap) for first in range(0, len(tiles), across)]
    return below(rows, gap)
