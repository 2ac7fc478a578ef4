"""Pictures of first weights: signal and gradient through the layers, the gain, and units that stay equal."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from plotly.subplots import make_subplots

from charts import theme
from charts.live import layout, plain
from engine.labs.initialization.results import Comparison, Profile, Sweep, Twins, Units

Way = Literal["pre", "post", "gradient"]
AXES: dict[Way, str] = {
    "post": "variance of activations a",
    "pre": "mean square of pre-activations z",
    "gradient": "mean square of dL/dz",
}
FADED = 0.18
SHOWN_POWERS = 20.0
"""Of ten, below the largest number, that the pictures of the gain show: what is smaller is as good as nothing."""


def profile_figure(comparison: Comparison, way: Way) -> go.Figure:
    """One number of every layer on a logarithmic axis: median and range over the seeds, and the theory's line dashed."""
    figure = go.Figure(layout=_above("hidden layer, from the input on", AXES[way]))
    layers = np.arange(1, len(comparison.widths) + 1)
    for profile, colour in zip(comparison.profiles, theme.CLASSES, strict=False):
        line: Float[np.ndarray, " layers"] = getattr(profile.theory, way)
        _measured(figure, layers, getattr(profile, way).T, profile.label, colour)
        _dashed(figure, layers, line, f"{profile.label}: theory", colour, named=False)
    figure.update_xaxes(range=[0.5, len(layers) + 0.5], dtick=max(1, round(len(layers) / 6)), tick0=0)
    return _logarithmic(figure)


def histogram_figure(profiles: Sequence[Profile]) -> go.Figure:
    """Activations of the first, the middle and the last layer, a row for each way to draw the weights."""
    columns = max((len(profile.histograms) for profile in profiles), default=1) or 1
    titles = [f"layer {each.layer}" for each in profiles[0].histograms]
    figure = make_subplots(len(profiles), columns, subplot_titles=titles, vertical_spacing=0.24 / len(profiles))
    figure.update_layout(layout("", "", margin={"t": 28, "l": 44, "b": 36}))
    for row, (profile, colour) in enumerate(zip(profiles, theme.CLASSES, strict=False), start=1):
        for column, each in enumerate(profile.histograms, start=1):
            middle = (each.edges[1:] + each.edges[:-1]) / 2
            hover = f"{profile.label}, layer {each.layer}<br>a = %{{x:.3g}}<extra></extra>"
            bars = {"color": colour, "line": {"width": 0}}
            figure.add_trace(go.Bar(x=middle, y=each.density, marker=bars, hovertemplate=hover), row=row, col=column)
            figure.update_xaxes(tickvals=_marks(each.edges), row=row, col=column)
    figure.update_layout(bargap=0, xaxis={"title": None}, yaxis={"title": None})
    figure.update_yaxes(showticklabels=False, rangemode="tozero")
    for row, profile in enumerate(profiles, start=1):
        figure.update_yaxes(title={"text": plain(profile.label), "font": {"size": 11}}, row=row, col=1)
    figure.update_xaxes(title={"text": "activation a", "standoff": 4}, row=len(profiles))
    figure.update_xaxes(tickformat="~g", tickangle=0)
    figure.update_annotations(font={"size": 11})
    return figure


def _marks(edges: Float[np.ndarray, " edges"]) -> list[float]:
    """0 and the largest 1, 2 or 5 times a power of ten on either side of it: how wide a histogram is, in three marks."""
    low, high = (float(edges[0]), float(edges[-1])) if len(edges) else (0.0, 0.0)
    reach = max(-low, high)
    if not 0 < reach < np.inf:
        return [0.0]
    power = 10.0 ** np.floor(np.log10(reach))
    mark = float(power * max(factor for factor in (1, 2, 5) if factor * power <= reach * 1.001))
    return [value for value in (-mark, 0.0, mark) if low * 1.001 <= value <= high * 1.001]


# --- the gain -------------------------------------------------------------------------------------------------------


def gain_figure(sweep: Sweep, end: Literal["last", "first"], gain: float, edge: float) -> go.Figure:
    """One end of the network against the gain; a line at the chosen ``gain``, a dotted one at the ``edge``."""
    said = "last layer: variance of a" if end == "last" else "first layer: mean square of dL/dz"
    colour = theme.CLASSES[0] if end == "last" else theme.GRADIENT
    figure = go.Figure(layout=_above("gain on all weights", said))
    _measured(figure, sweep.gains, getattr(sweep, end), "measured", colour)
    _dashed(figure, sweep.gains, getattr(sweep, f"theory_{end}"), "theory", theme.CLASSES[1])
    figure.add_vline(x=gain, line={"color": theme.CLASSES[5], "width": 2})
    if np.isfinite(edge):
        note = {"annotation_text": f"edge {edge:.2f}", "annotation_position": "bottom right"}
        figure.add_vline(x=edge, line={"color": theme.NEUTRAL, "dash": "dot", "width": 1.5}, **note)
    figure.update_xaxes(range=[0.05, 3.05])
    return _logarithmic(figure, SHOWN_POWERS)


# --- units that stay equal ------------------------------------------------------------------------------------------


def weights_figure(twins: Twins) -> go.Figure:
    """The weights from both inputs to every unit, over the updates: lines that coincide, beside lines that part."""
    shown = [units for units in (twins.equal, twins.drawn) if units is not None]
    titles = [units.label for units in (twins.equal, twins.drawn) if units is not None]
    figure = make_subplots(1, 2, subplot_titles=titles, shared_yaxes=True, horizontal_spacing=0.1)
    figure.update_layout(layout("update", "weight from an input", showlegend=True, margin={"t": 72}))
    figure.update_layout(legend={"orientation": "h", "y": 1.14, "x": 0, "yanchor": "bottom", "font": {"size": 11}})
    for column, units in enumerate(shown, start=1):
        _unit_lines(figure, units, column)
    figure.update_xaxes(title={"text": "update", "standoff": 6}, zeroline=False)
    figure.update_yaxes(zeroline=False)
    figure.update_annotations(font={"size": 12})
    return figure


def _unit_lines(figure: go.Figure, units: Units, column: int) -> None:
    """Later units are drawn thinner, so that each shows where all lie on each other."""
    count = units.weights.shape[1]
    for unit in range(count):
        width = 2 + 10 * (count - 1 - unit) / max(count - 1, 1)
        colour = theme.CLASSES[unit % len(theme.CLASSES)]
        for entry, dash in zip(range(units.weights.shape[2]), ("solid", "dot"), strict=False):
            figure.add_trace(
                go.Scatter(
                    x=units.steps,
                    y=units.weights[:, unit, entry],
                    name=f"unit {unit + 1}",
                    legendgroup=f"unit {unit + 1}",
                    mode="lines",
                    showlegend=column == 1 and entry == 0,
                    line={"color": colour, "width": width if dash == "solid" else max(width / 2, 1.5), "dash": dash},
                    hovertemplate=f"unit {unit + 1}, input {entry + 1}<br>update %{{x}}: %{{y:.6g}}<extra></extra>",
                ),
                row=1,
                col=column,
            )


def apart_figure(twins: Twins) -> go.Figure:
    """The largest difference between two units of a layer, over the updates."""
    figure = go.Figure(layout=_above("update", "largest difference between units"))
    for units, colour in zip((twins.equal, twins.drawn), theme.CLASSES, strict=False):
        if units is not None:
            figure.add_trace(
                go.Scatter(
                    x=units.steps, y=units.apart, name=units.label, mode="lines", line={"color": colour, "width": 2.5}
                )
            )
    figure.update_yaxes(rangemode="tozero")
    return figure


# --- lines that charts share ----------------------------------------------------------------------------------------


def _above(x: str, y: str) -> dict[str, object]:
    """A legend of some lines over the plot, and room for it."""
    legend = {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom", "xanchor": "left", "font": {"size": 11}}
    return layout(x, y, showlegend=True, legend=legend, margin={"t": 64, "l": 64})


def _measured(
    figure: go.Figure, x: np.ndarray, values: Float[np.ndarray, "places seeds"], name: str, colour: str
) -> None:
    """Median over the seeds, and a band from the least to the largest; nothing where a number is 0 or overflowed."""
    known = [positive(row[np.isfinite(row)]) for row in values]
    low, middle, high = (
        np.array([f(row) if len(row) else np.nan for row in known]) for f in (np.min, np.median, np.max)
    )
    at = np.isfinite(low)
    if at.any():
        around = {
            "x": np.concatenate([x[at], x[at][::-1]]),
            "y": np.concatenate([high[at], low[at][::-1]]),
        }
        faded = f"rgba({','.join(str(int(part)) for part in theme.rgb(colour))},{FADED})"
        figure.add_trace(
            go.Scatter(
                **around, fill="toself", fillcolor=faded, line={"width": 0}, mode="lines", name=f"{name}: range",
                showlegend=False, legendgroup=name, hoverinfo="skip",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=x,
            y=middle,
            name=name,
            legendgroup=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            marker={"size": 4},
            customdata=np.stack([low, high], axis=1),
            hovertemplate="%{x}: median %{y:.3g}<br>%{customdata[0]:.3g} to %{customdata[1]:.3g}",
        )
    )


def _dashed(figure: go.Figure, x: np.ndarray, line: np.ndarray, name: str, colour: str, named: bool = True) -> None:
    """The theory's line. Unless ``named``, the legend leaves it to the measured line of its colour."""
    shown = np.where(np.isfinite(line) & (line > 0), line, np.nan)
    if np.isfinite(shown).any():
        dashed = {"color": colour, "width": 1.8, "dash": "dash"}
        hover = "%{x}: theory %{y:.3g}"
        figure.add_trace(
            go.Scatter(
                x=x, y=shown, name=name, mode="lines", line=dashed, hovertemplate=hover, showlegend=named,
                legendgroup=name.removesuffix(": theory"),
            )
        )  # fmt: skip


def positive(values: np.ndarray) -> np.ndarray:
    """What a logarithmic axis can show."""
    return values[values > 0]


def _logarithmic(figure: go.Figure, most: float = 330.0) -> go.Figure:
    """Powers of ten, at least two, so that a level line does not look like noise; marked at whole powers alone.

    Of more than ``most`` powers the uppermost are shown."""
    shown = [np.asarray(trace.y, dtype=float) for trace in figure.data]
    known = np.concatenate([y[np.isfinite(y)] for y in shown]) if shown else np.zeros(0)
    axis: dict[str, object] = {"type": "log", "exponentformat": "power"}
    if len(known):
        low, high = float(np.log10(known.min())), float(np.log10(known.max()))
        low = max(low, high - most)
        room = max(0.05 * (high - low), (2 - (high - low)) / 2, 0.05)
        axis["range"] = [low - room, high + room]
        step = max(1, round((high - low) / 6))
        powers = step * np.arange(np.ceil((low - room) / step), np.floor((high + room) / step) + 1)
        axis["tickvals"] = (10.0**powers).tolist()
        axis["ticktext"] = [f"10<sup>{power:.0f}</sup>" if abs(power) > 2 else f"{10.0**power:g}" for power in powers]
    figure.update_yaxes(axis)
    return figure
