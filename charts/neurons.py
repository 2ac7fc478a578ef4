"""Every unit of one layer, side by side: for layers wider than the diagram can draw."""

import math

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, UInt8

from charts import theme

COLUMNS = 16
GAP = 2
TILE_PIXELS = 62


def neuron_grid(
    maps: UInt8[np.ndarray, "units side side"], ends: Float[np.ndarray, "units 2"], background: str
) -> go.Figure:
    """Maps of activations over the plane, each on its own scale with 0 in the middle; hover tells a unit's values.

    ``maps`` are 0 to 255 between the two ``ends`` of each unit; ``background`` is the colour of 0.
    """
    units, side, _ = maps.shape
    columns = min(COLUMNS, units)
    rows = math.ceil(units / columns)
    pitch = side + GAP
    shape = (rows * pitch - GAP, columns * pitch - GAP)
    tiles, values, names = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32), np.zeros(shape, int)
    for unit in range(units):
        top, left = (unit // columns) * pitch, (unit % columns) * pitch
        place = (slice(top, top + side), slice(left, left + side))
        low, high = ends[unit]
        value = low + maps[unit][::-1] / 255 * (high - low)
        tiles[place] = value / (max(abs(low), abs(high)) or 1.0)
        values[place], names[place] = value, unit + 1
    heat = go.Heatmap(
        z=tiles,
        customdata=np.dstack([names, values]),
        hovertemplate="unit %{customdata[0]:.0f}: %{customdata[1]:.3g}<extra></extra>",
        colorscale=theme.diverging_scale(background),
        zmin=-1,
        zmax=1,
        showscale=False,
        hoverongaps=False,
    )
    figure = go.Figure(heat)
    hidden = {"visible": False, "fixedrange": True}
    across = {
        "range": [-0.5, max(shape[1], COLUMNS * pitch / 2) - 0.5],
        "constrain": "domain",
        "constraintoward": "left",
    }
    figure.update_xaxes(hidden | across)
    figure.update_yaxes(hidden | {"autorange": "reversed", "scaleanchor": "x", "constrain": "domain"})
    figure.update_layout(height=rows * TILE_PIXELS + 16, margin={"l": 0, "r": 0, "t": 8, "b": 8})
    return figure
