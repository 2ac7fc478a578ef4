"""Many small pictures as one: a sheet of rows and columns, sent as one PNG, with nothing between them."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import UInt8

from charts.png import data_url, picture_png

GAP = 0.1
"""Room between two pictures, as a share of a side."""


def sheet_of(pictures: UInt8[np.ndarray, "rows columns height width channels"]) -> UInt8[np.ndarray, "4 high wide"]:
    """The pictures side by side, seen through where there are none; of one channel they are grey."""
    rows, columns, height, width, channels = pictures.shape
    gap = gap_of(height)
    sheet = np.zeros((rows, height + gap, columns, width + gap, 4), np.uint8)
    colours = pictures if channels == 3 else np.repeat(pictures, 3, axis=4)
    sheet[:, :height, :, :width, :3] = colours.transpose(0, 2, 1, 3, 4)
    sheet[:, :height, :, :width, 3] = 255
    whole = sheet.reshape(rows * (height + gap), columns * (width + gap), 4)
    return whole[: rows * (height + gap) - gap, : columns * (width + gap) - gap].transpose(2, 0, 1)


def gap_of(side: int) -> int:
    """Pixels of the pictures between two of them."""
    return max(1, round(GAP * side))


def sheet_trace(pictures: UInt8[np.ndarray, "rows columns height width channels"], name: str) -> go.Image:
    """The sheet on axes where each picture is 1 by 1: its middle at its column and its row, counted from 0."""
    _, _, height, width, _ = pictures.shape
    across, down = width + gap_of(height), height + gap_of(height)
    return go.Image(
        source=data_url(picture_png(sheet_of(pictures))),
        x0=(0.5 - width / 2) / across,
        dx=1 / across,
        y0=(0.5 - height / 2) / down,
        dy=1 / down,
        name=name,
        hoverinfo="skip",
    )
