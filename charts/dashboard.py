"""Plain pictures of runs that a learner judges: lines over the updates, bars, and the plane."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from charts import theme
from charts.live import layout, legend_above, plain


def lines_figure(
    updates: Int[np.ndarray, " moments"],
    lines: Mapping[str, Float[np.ndarray, " moments"]],
    title: str,
    *,
    is_log: bool = False,
    span: tuple[float, float] | None = None,
) -> go.Figure:
    """One line for each name over the updates; numbers that are none leave a gap."""
    return paths_figure({name: (updates, values) for name, values in lines.items()}, title, is_log=is_log, span=span)


def paths_figure(
    paths: Mapping[str, tuple[Int[np.ndarray, " moments"], Float[np.ndarray, " moments"]]],
    title: str,
    *,
    is_log: bool = False,
    span: tuple[float, float] | None = None,
) -> go.Figure:
    """The same where each has updates of its own."""
    axis = _powers([values for _, values in paths.values()]) if is_log else {"range": list(span)} if span else {}
    rows = (len(paths) + 1) // 2
    figure = go.Figure(
        layout=layout("update", title, showlegend=len(paths) > 1, margin={"t": 12 + 18 * rows}, yaxis=axis)
    )
    figure.update_layout(legend=legend_above())
    for (name, (updates, values)), colour in zip(paths.items(), theme.CLASSES, strict=False):
        known = np.isfinite(values) & ((values > 0) if is_log else True)
        shown = np.where(known, values, np.nan)
        line = {"color": colour, "width": 2}
        figure.add_trace(
            go.Scatter(x=updates, y=shown, mode="lines+markers", line=line, marker={"size": 4}, name=plain(name))
        )
    return figure


def _powers(lines: Sequence[Float[np.ndarray, " moments"]]) -> dict[str, object]:
    """An axis of whole powers of ten that holds all the lines; at least one of them."""
    values = np.concatenate([np.ravel(line) for line in lines]) if lines else np.empty(0)
    known = values[np.isfinite(values) & (values > 0)]
    low = np.floor(np.log10(known.min())) if len(known) else 0.0
    high = max(np.ceil(np.log10(known.max())), low + 1) if len(known) else 1.0
    step = max(1.0, np.ceil((high - low) / 5))
    return {"type": "log", "exponentformat": "power", "range": [low - 0.1, high + 0.1], "tick0": low, "dtick": step}


def bars_figure(names: Sequence[str], values: Float[np.ndarray, " bars"], title: str) -> go.Figure:
    """A bar for each name."""
    figure = go.Figure(layout=layout("", title, yaxis={"rangemode": "tozero"}, bargap=0.3))
    bars = {"color": theme.CLASSES[0]}
    figure.add_trace(go.Bar(x=[plain(name) for name in names], y=np.nan_to_num(values), marker=bars))
    return figure


def histogram_figure(edges: Float[np.ndarray, " edges"], counts: Int[np.ndarray, " bins"], title: str) -> go.Figure:
    """How many examples have which value."""
    figure = go.Figure(layout=layout(title, "examples", bargap=0))
    middle, width = (edges[1:] + edges[:-1]) / 2, edges[1:] - edges[:-1]
    figure.add_trace(go.Bar(x=middle, y=counts, width=width, marker={"color": theme.CLASSES[4], "line": {"width": 0}}))
    return figure


def batches_figure(classes: Int[np.ndarray, "batches classes"]) -> go.Figure:
    """How many examples of each class the last batches had, one on the other."""
    figure = go.Figure(
        layout=layout(
            "batch, the last one right", "examples", barmode="stack", showlegend=True, margin={"t": 28}, bargap=0
        )
    )
    figure.update_layout(legend=legend_above())
    for number in range(classes.shape[1]):
        bars = {"color": theme.CLASSES[number]}
        figure.add_trace(
            go.Bar(x=np.arange(len(classes)), y=classes[:, number], marker=bars, name=f"class {number + 1}")
        )
    return figure


def plane_figure(plane: Float[np.ndarray, "rows columns"], low: Sequence[float], high: Sequence[float]) -> go.Figure:
    """The probability of a class over the first two inputs."""
    figure = go.Figure(layout=layout("x1", "x2"))
    rows, columns = plane.shape
    figure.add_trace(
        go.Heatmap(
            x=np.linspace(low[0], high[0], columns),
            y=np.linspace(low[1], high[1], rows),
            z=plane.astype(np.float32),
            zmin=0,
            zmax=1,
            colorscale=theme.diverging_scale("#DDDDDD"),
            colorbar={"thickness": 10, "tickformat": ".0%"},
            hovertemplate="x1 %{x:.3g}, x2 %{y:.3g}: %{z:.0%}<extra></extra>",
        )
    )
    return figure
