"""One score across several seeds: the median, the half of them in the middle, and the extremes."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.insights import Band
from engine.words import number


def band_curve(band: Band, y: str, part: str) -> go.Figure:
    """``band`` over the steps in the colour of ``part``; ``y`` is the axis title with its unit."""
    colour = theme.PARTS[part]
    red, green, blue = theme.rgb(colour).astype(int)
    figure = go.Figure(layout=layout("step", y, showlegend=True, legend=legend_above(), margin={"t": 28}))
    figure.update_layout(height=320, hovermode="x unified")
    steps = band.steps
    pairs = (("from lowest to highest", band.least, band.most, 0.10), ("the middle half", band.low, band.high, 0.26))
    for name, low, high, alpha in pairs:
        figure.add_trace(
            go.Scatter(
                x=np.concatenate([steps, steps[::-1]]),
                y=np.concatenate([high, low[::-1]]),
                fill="toself",
                mode="lines",
                line={"width": 0},
                fillcolor=f"rgba({red},{green},{blue},{alpha})",
                name=name,
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=steps, y=band.median, mode="lines", line={"color": colour, "width": 2.5}, name="median of the seeds"
        )
    )
    return figure


def band_sentence(band: Band, what: str, endings: list[str]) -> str:
    """Where the seeds have ended, in one or two sentences."""
    if not len(band.steps):
        return "No seed has given a number yet."
    last = -1
    said = (
        f"{band.count} seeds: at step {int(band.steps[last]):,} the {what} has the median {number(float(band.median[last]))}; "
        f"half of the seeds lie from {number(float(band.low[last]))} to {number(float(band.high[last]))}, all of them from "
        f"{number(float(band.least[last]))} to {number(float(band.most[last]))}."
    )
    diverged = sum(ending == "diverged" for ending in endings)
    return f"{said} {diverged} of {len(endings)} diverged." if diverged else said
