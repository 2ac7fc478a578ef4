"""The losses of the passes so far."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout

FAR = 1000
"""From the least loss to the largest: beyond it the axis counts powers of ten."""


def losses_figure(losses: Sequence[float], after: float, unit: str) -> go.Figure:
    """The loss of every pass so far, and open the one that the update on screen would give."""
    figure = go.Figure(
        layout=layout(
            "updates made", f"loss ({unit})", showlegend=True, margin={"t": 40}, xaxis={"dtick": _tick(len(losses))}
        )
    )
    shown = [value if np.isfinite(value) else None for value in losses]
    line = {"color": theme.PARTS["train"], "width": 2}
    figure.add_trace(
        go.Scatter(x=list(range(len(shown))), y=shown, mode="lines+markers", line=line, name="passes so far")
    )
    marker = {"symbol": "circle-open", "size": 11, "color": theme.PARTS["validation"], "line": {"width": 2}}
    future = [after if np.isfinite(after) else None]
    figure.add_trace(
        go.Scatter(x=[len(losses)], y=future, mode="markers", marker=marker, name="after the update on screen")
    )
    known = [value for value in (*losses, after) if np.isfinite(value)]
    if known and min(known) > 0 and max(known) > FAR * min(known):
        figure.update_yaxes(type="log", exponentformat="power")
    return figure


def _tick(passes: int) -> int:
    return max(1, passes // 10)
