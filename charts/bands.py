"""Several seeds as one line with a band: the median, from the lowest to the highest."""

import warnings

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Shaped

from charts import theme


def band(
    figure: go.Figure,
    x: Shaped[np.ndarray, " n"],
    table: Float[np.ndarray, "seeds n"],
    name: str,
    colour: str,
    dash: str = "solid",
) -> None:
    """Add ``table`` over ``x``: its median as a line, its extremes as a band. What is not known yet is left out."""
    known = np.isfinite(table).any(axis=0)
    x, table = np.asarray(x)[known], table[:, known]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a seed that is still missing
        middle, low, high = np.nanmedian(table, axis=0), np.nanmin(table, axis=0), np.nanmax(table, axis=0)
    spread(figure, x, low, high, name, colour)
    line = {"color": colour, "width": 2.5, "dash": dash}
    figure.add_trace(go.Scatter(x=x, y=middle, mode="lines+markers", marker={"size": 5}, line=line, name=name))


def spread(
    figure: go.Figure,
    x: Shaped[np.ndarray, " n"],
    low: Float[np.ndarray, " n"],
    high: Float[np.ndarray, " n"],
    name: str,
    colour: str,
) -> None:
    """Add the area between ``low`` and ``high``."""
    red, green, blue = theme.rgb(colour).astype(int)
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor=f"rgba({red},{green},{blue},0.18)",
            name=f"{name}: from lowest to highest",
            showlegend=False,
            hoverinfo="skip",
        )
    )
