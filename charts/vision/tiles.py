"""Pictures and maps over them as tiles of one figure: axes count widths and heights of a tile, downwards and to the right."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, UInt8

from charts import theme
from charts.png import data_url, picture_png

GAP = 0.08
"""Room between tiles, as a share of a tile."""
GREY = [[0, "#000000"], [1, "#FFFFFF"]]
FAINT = [[0, "rgba(128,128,128,0.05)"], [1, "rgba(128,128,128,0.45)"]]
"""The picture below a map: seen on light and on dark pages."""
CODES = 127
"""A map is sent as whole numbers from minus to plus so many."""


def _faded(colour: str, share: float) -> str:
    red, green, blue = theme.rgb(colour).astype(int)
    return f"rgba({red},{green},{blue},{share})"


SIGNED = [
    [0, _faded(theme.NEGATIVE, 0.95)],
    [0.5, "rgba(128,128,128,0)"],
    [1, _faded(theme.CLASSES[5], 0.95)],
]
"""Blue: against the answer; nothing; red: for it."""


def edge(place: int) -> float:
    """The left or upper edge of the tile in a column or row, from 0."""
    return place * (1 + GAP)


def inside(at: float) -> int | None:
    """The column or row of a place of the axis; None between two tiles and before the first."""
    place = int(at // (1 + GAP))
    return place if at >= 0 and at - edge(place) <= 1 else None


def picture_tile(
    pixels: UInt8[np.ndarray, "channels height width"], left: float, top: float, name: str = "picture"
) -> go.Heatmap | go.Image:
    """A picture as it is, grey or coloured."""
    channels, height, width = pixels.shape
    if channels == 3:
        return go.Image(
            source=data_url(picture_png(pixels)),
            x0=left + 0.5 / width,
            dx=1 / width,
            y0=top + 0.5 / height,
            dy=1 / height,
            name=name,
            hoverinfo="skip",
        )
    return _cells(pixels[0], left, top, GREY, (0, 255), name=name, hoverinfo="skip")


def shadow_tile(pixels: UInt8[np.ndarray, "channels height width"], left: float, top: float) -> go.Heatmap:
    """A picture's brightness, faint: what lies below a map."""
    grey = np.rint(pixels.mean(0)).astype(np.uint8)
    return _cells(grey, left, top, FAINT, (0, 255), name="below", hoverinfo="skip")


def map_tile(
    values: Float[np.ndarray, "height width"],
    left: float,
    top: float,
    name: str,
    most: float | None = None,
    customdata: object = None,
) -> go.Heatmap:
    """A map: nothing is seen through, its strongest colour is ``most``, or its own largest size."""
    known = np.nan_to_num(values)
    size = most if most is not None else float(np.abs(known).max())
    codes = np.rint(np.clip(known / size, -1, 1) * CODES if size > 0 else np.zeros_like(known)).astype(np.int8)
    told = {"hoverinfo": "skip"} if customdata is None else {"customdata": customdata}
    pattern = {} if customdata is None else {"hovertemplate": "%{customdata}<extra></extra>"}
    return _cells(codes, left, top, SIGNED, (-CODES, CODES), name=name, **told, **pattern)


def _cells(
    values: np.ndarray, left: float, top: float, scale: list[list[object]], ends: tuple[int, int], **more: object
) -> go.Heatmap:
    height, width = values.shape
    return go.Heatmap(
        x=(left + (np.arange(width) + 0.5) / width).astype(np.float32),
        y=(top + (np.arange(height) + 0.5) / height).astype(np.float32),
        z=values,
        zmin=ends[0],
        zmax=ends[1],
        colorscale=scale,
        showscale=False,
        **more,
    )
