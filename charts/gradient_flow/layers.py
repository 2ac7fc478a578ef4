"""Every layer over the updates, and the losses."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from charts import theme
from charts.live import layout, legend_above
from engine.labs.gradient_flow.results import Flow

Steps = Int[np.ndarray, " columns"]
Losses = Float[np.ndarray, " columns"]
FAINTEST = -45
"""Lowest power of ten that is drawn: single precision knows none below."""


def decades(tables: Sequence[Float[np.ndarray, "layers columns"]]) -> tuple[float, float]:
    """(lowest, highest) whole power of ten of all that is above 0 and finite: the one scale of several heat maps."""
    values = np.concatenate([table.ravel() for table in tables]) if tables else np.zeros(0)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return -1.0, 0.0
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    return max(float(low), FAINTEST), max(float(high), float(low) + 1)


def layer_heatmap(
    step: Int[np.ndarray, " columns"],
    table: Float[np.ndarray, "layers columns"],
    scale: tuple[float, float],
    of: str,
    updates: int,
) -> go.Figure:
    """log10 of ``table``, one row per layer with the first one on top, one column per update; 0 is left blank."""
    figure = go.Figure(layout=layout("update", "layer, from the input", margin={"t": 10, "l": 48}))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(table > 0, np.log10(table), np.nan)
    logs = np.where(np.isfinite(logs), np.round(logs, 2), np.nan)
    places = np.arange(1, len(table) + 1)
    names = [*(f"hidden layer {place}" for place in places[:-1]), "output layer"]
    figure.add_trace(
        go.Heatmap(
            x=step,
            y=places,
            z=logs,
            zmin=scale[0],
            zmax=scale[1],
            colorscale=theme.value_scale(),
            colorbar={"title": {"text": f"log₁₀ {of}", "side": "right"}, "thickness": 12},
            customdata=np.broadcast_to(np.array(names, object)[:, None], logs.shape).tolist(),
            hovertemplate=f"update %{{x}}, %{{customdata}}<br>log₁₀ {of} %{{z:.2f}}<extra></extra>",
        )
    )
    if (table == 0).any() and not (table > 0).any():
        figure.add_annotation(text="0 in every layer", xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False)
    figure.update_yaxes(range=[len(table) + 0.5, 0.5], **_whole_ticks(len(table)))
    figure.update_xaxes(range=[0, updates + 1])
    return figure


def _whole_ticks(layers: int) -> dict[str, object]:
    every = max(1, -(-layers // 8))
    places = [1, *range(1 + every, layers, every)]
    if layers - places[-1] < every / 2 and len(places) > 1:
        places.pop()
    return {"tickvals": [*places, layers], "ticktext": [*map(str, places), "out"]}


def loss_lines(flow: Flow, updates: int) -> go.Figure:
    """Training loss of every run over its updates."""
    return losses([(course.label, course.step, course.loss) for course in flow.courses], updates)


def losses(lines: Sequence[tuple[str, Steps, Losses]], updates: int) -> go.Figure:
    """(label, step, loss in nats) of each run as a line; dotted, the loss of an answer of one half for everything."""
    figure = go.Figure(layout=layout("update", "training loss (nats)", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40})
    known = [np.where(np.isfinite(loss), loss, np.nan) for _, _, loss in lines]
    for (label, step, _), loss, colour in zip(lines, known, theme.CLASSES, strict=False):
        figure.add_trace(go.Scatter(x=step, y=loss, name=label, line={"color": colour, "width": 2}))
    figure.add_hline(y=float(np.log(2)), line={"dash": "dot", "width": 1, "color": "grey"})
    if max((float(np.nanmax(loss)) for loss in known if np.isfinite(loss).any()), default=1.0) > 10:
        figure.update_yaxes(type="log", exponentformat="power")
    else:
        figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(range=[0, updates + 1])
    return figure
