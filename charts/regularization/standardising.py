"""Pictures of batch norm."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.regularization.results.standardising import BatchNoise, Place, RateCell, Running


def statistics_figure(found: Running, which: str) -> go.Figure:
    """``which`` is ``mean`` or ``variance``: of each batch, and the running average of it."""
    figure = go.Figure(layout=layout("training step", f"{which} of z", showlegend=True, margin={"t": 40}))
    batch, kept = getattr(found, f"batch_{which}"), getattr(found, f"running_{which}")
    figure.add_trace(
        go.Scatter(x=found.steps, y=batch, name="of the batch", line={"color": theme.CLASSES[4], "width": 1})
    )
    figure.add_trace(
        go.Scatter(x=found.steps, y=kept, name="running average", line={"color": theme.CLASSES[5], "width": 2.5})
    )
    return figure


def modes_figure(found: Running) -> go.Figure:
    """The loss of each batch in both modes."""
    figure = go.Figure(
        layout=layout("training step", "cross-entropy of the batch (nats)", showlegend=True, margin={"t": 40})
    )
    for name, values, colour in (
        ("training mode", found.training_loss, theme.CLASSES[0]),
        ("inference mode", found.inference_loss, theme.CLASSES[1]),
    ):
        figure.add_trace(go.Scatter(x=found.steps, y=values, name=name, line={"color": colour, "width": 1.5}))
    return figure


def learned_figure(found: Running) -> go.Figure:
    """γ and β of every unit."""
    figure = go.Figure(layout=layout("training step", "γ and β of every unit", showlegend=True, margin={"t": 40}))
    for name, table, colour in (("γ", found.gamma, theme.CLASSES[2]), ("β", found.beta, theme.CLASSES[3])):
        for unit in range(table.shape[1]):
            line = {"color": colour, "width": 1.5}
            figure.add_trace(go.Scatter(x=found.steps, y=table[:, unit], name=name, line=line, showlegend=unit == 0))
    return figure


def rates_figure(cells: Sequence[RateCell], setting: str) -> go.Figure:
    """Final training loss of one setting for every rate and scale of first weights."""
    mine = [cell for cell in cells if cell.setting == setting]
    rates, scales = sorted({cell.rate for cell in mine}), sorted({cell.scale for cell in mine})
    table = np.full((len(scales), len(rates)), np.nan)
    words = [["" for _ in rates] for _ in scales]
    for cell in mine:
        row, place = scales.index(cell.scale), rates.index(cell.rate)
        table[row, place] = min(cell.loss, 1.0)
        words[row][place] = f"{cell.loss:.2g}" if math.isfinite(cell.loss) else "diverged"
    figure = go.Figure(layout=layout("learning rate", "deviation of first weights"))
    figure.add_trace(
        go.Heatmap(
            x=[f"{rate:g}" for rate in rates],
            y=[f"{scale:g}" for scale in scales],
            z=table,
            text=words,
            texttemplate="%{text}",
            meta="opaque",  # no page shines through: letters take their colour from the cell
            textfont={"size": 10},
            zmin=0,
            zmax=1,
            colorscale=theme.value_scale(),
            showscale=False,
            hovertemplate="rate %{x}, first weights %{y}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    return figure


def batch_noise_figure(found: BatchNoise) -> go.Figure:
    """How the mean over a batch scatters, over the batch's size."""
    title = "deviation of the batch's mean"
    figure = go.Figure(layout=layout("batch size B", title, showlegend=True, margin={"t": 40}))
    figure.add_trace(go.Scatter(x=found.sizes, y=found.exact, name="closed form", line={"color": theme.CLASSES[2]}))
    marker = {"color": theme.CLASSES[5], "size": 9}
    figure.add_trace(go.Scatter(x=found.sizes, y=found.measured, name="measured", mode="markers", marker=marker))
    stops = [str(size) for size in found.sizes]
    figure.update_xaxes(type="log", tickvals=found.sizes, ticktext=stops)
    figure.update_yaxes(type="log")
    return figure


def places_figure(found: Sequence[Place]) -> go.Figure:
    """Loss over training for every place of the norm."""
    figure = go.Figure(
        layout=layout("training step", "training cross-entropy (nats)", showlegend=True, margin={"t": 56})
    )
    for place, colour in zip(found, theme.CLASSES, strict=False):
        figure.add_trace(go.Scatter(x=place.steps, y=place.loss, name=place.label, line={"color": colour}))
    return figure


def axes_figure(numbers: np.ndarray) -> go.Figure:
    """A tensor of examples, channels and positions as slices, each entry in the colour of its group."""
    examples, channels, positions = numbers.shape
    figure = go.Figure(layout=layout("position, within each example", "channel", margin={"t": 30}))
    cells = np.full((channels, examples * (positions + 1) - 1), np.nan)
    for n in range(examples):
        cells[:, n * (positions + 1) : n * (positions + 1) + positions] = numbers[n]
    highest = int(numbers.max())
    steps = [[(i + end) / (highest + 1), _colour(i)] for i in range(highest + 1) for end in (0, 1)]
    figure.add_trace(
        go.Heatmap(
            z=cells,
            colorscale=steps,
            zmin=-0.5,
            zmax=highest + 0.5,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="group %{z}<extra></extra>",
        )
    )
    starts = [n * (positions + 1) for n in range(examples)]
    figure.update_xaxes(
        tickvals=[start + (positions - 1) / 2 for start in starts],
        ticktext=[f"example {n + 1}" for n in range(examples)],
        showgrid=False,
    )
    figure.update_yaxes(
        tickvals=list(range(channels)),
        ticktext=[str(c + 1) for c in range(channels)],
        showgrid=False,
        autorange="reversed",
    )
    return figure


def _colour(group: int) -> str:
    """A class's colour, paler each time the colours begin anew."""
    rounds, place = divmod(group, len(theme.CLASSES))
    return theme.toward(theme.LIGHT, theme.CLASSES[place], 1.0 / (1 + 0.6 * rounds))
