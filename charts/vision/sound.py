"""A sound: its samples over time, the first of them and what lies between, its spectrogram, the price of a window."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.vision.results.sound import Heard, Trade, Zoomed

TONE, FOLDED, SAMPLED = theme.NEUTRAL, theme.CLASSES[5], theme.CLASSES[0]
MOST_POINTS = 3000
"""Of a long sound each pixel of the screen shows the lowest and the highest sample."""


def waveform(found: Heard) -> go.Figure:
    """All samples; of many the lowest and the highest of each stretch."""
    t, samples = outline(found.t, found.samples)
    drawn = go.Figure(layout=layout("time, s", "pressure"))
    drawn.add_trace(go.Scattergl(x=t, y=samples, mode="lines", line={"color": SAMPLED, "width": 1}, hoverinfo="skip"))
    reach = max(1.05, float(np.abs(samples).max()) * 1.05)
    drawn.update_yaxes(range=[-reach, reach])
    return drawn


def outline(t: np.ndarray, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same curve with few points: of each stretch its lowest and its highest sample, in the order of time."""
    if len(samples) <= MOST_POINTS:
        return t, samples
    long = -(-len(samples) // (MOST_POINTS // 2))
    starts = range(0, len(samples), long)
    kept = sorted(
        {start + int(pick(samples[start : start + long])) for start in starts for pick in (np.argmin, np.argmax)}
    )
    return t[kept], samples[kept]


def first_samples(found: Zoomed) -> go.Figure:
    """The tone, the samples taken of it, and the slowest tone that goes through the same samples."""
    drawn = go.Figure(layout=layout("time, ms", "pressure", showlegend=True, legend=legend_above()))
    drawn.update_layout(margin={"t": 40})
    ms = found.t * 1000
    if found.tone is not None:
        line = {"color": TONE, "width": 1.5}
        drawn.add_trace(go.Scatter(x=ms, y=found.tone, mode="lines", name="the tone", line=line, hoverinfo="skip"))
    if found.heard is not None:
        line = {"color": FOLDED, "width": 2, "dash": "dash"}
        drawn.add_trace(
            go.Scatter(x=ms, y=found.heard, mode="lines", name="what is heard", line=line, hoverinfo="skip")
        )
    drawn.add_trace(
        go.Scatter(
            x=found.at * 1000,
            y=found.samples,
            mode="markers",
            name="samples",
            marker={"color": SAMPLED, "size": 8},
            hovertemplate="%{x:.3f} ms: %{y:.3f}<extra></extra>",
        )
    )
    return drawn


def spectrogram(found: Heard) -> go.Figure:
    """Levels over time and frequency; the expected lines of a steady tone stand at the right edge."""
    low, high = found.span
    unit = f" {found.unit}" if found.unit else ""
    drawn = go.Figure(layout=layout("time, s", "frequency, Hz", margin={"r": 70}))
    rows = np.arange(len(found.hertz))
    drawn.add_trace(
        go.Heatmap(
            z=found.levels.astype(np.float32),
            x=found.times,
            y=rows,
            zmin=low,
            zmax=high,
            colorscale=theme.value_scale(),
            colorbar={"thickness": 10, "title": {"text": found.unit, "side": "right"}},
            customdata=np.broadcast_to(found.hertz[:, None], found.levels.shape).astype(np.float32),
            hovertemplate=f"%{{x:.3f}} s, %{{customdata:.0f}} Hz: %{{z:.2f}}{unit}<extra></extra>",
        )
    )
    _lines(drawn, found, rows)
    places, names = ticks(found.hertz)
    drawn.update_yaxes(tickvals=places, ticktext=names, showgrid=False, range=[-0.5, len(rows) - 0.5])
    drawn.update_xaxes(showgrid=False, range=[0, len(found.samples) / found.rate])
    return drawn


def _lines(drawn: go.Figure, found: Heard, rows: np.ndarray) -> None:
    """A mark at the end for each partial: filled where it is heard as it is, hollow where it comes back as another."""
    shown = found.partials[:8]
    heard = np.array([partial.heard for partial in shown])
    folded = [partial.frequency > found.rate / 2 for partial in shown]
    drawn.add_trace(
        go.Scatter(
            x=np.full(len(shown), len(found.samples) / found.rate),
            y=np.interp(heard, found.hertz, rows),
            mode="markers",
            cliponaxis=False,
            marker={
                "symbol": ["triangle-left-open" if fold else "triangle-left" for fold in folded],
                "size": 11,
                "color": FOLDED,
                "line": {"width": 2, "color": FOLDED},
            },
            customdata=[
                f"{partial.frequency:,.0f} Hz{f', heard at {partial.heard:,.0f} Hz' if fold else ''}"
                for partial, fold in zip(shown, folded, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )


def ticks(hertz: np.ndarray, most: int = 9) -> tuple[list[float], list[str]]:
    """(rows, round frequencies that stand there), about evenly along the axis."""
    if len(hertz) < 2:
        return [0.0], [f"{hertz[0]:,.0f}"]
    found: dict[str, float] = {}
    for place in np.linspace(0, len(hertz) - 1, most):
        exact = float(np.interp(place, np.arange(len(hertz)), hertz))
        rounded = _round(exact, float(hertz[-1]) / most / 2 if _is_even(hertz) else exact / 8)
        if hertz[0] <= rounded <= hertz[-1]:
            found[f"{rounded:,.0f}"] = float(np.interp(rounded, hertz, np.arange(len(hertz))))
    return list(found.values()), list(found)


def _is_even(hertz: np.ndarray) -> bool:
    steps = np.diff(hertz)
    return bool(np.allclose(steps, steps[0]))


def _round(value: float, within: float) -> float:
    """The roundest number no further than ``within``."""
    for grain in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        nearest = round(value / grain) * grain
        if abs(nearest - value) <= within:
            return float(nearest)
    return value


def trades(found: tuple[Trade, ...], window: int, lasts: float, wide: float) -> go.Figure:
    """How long a click lasts against how wide a sine is, for each length of window; the chosen one is framed."""
    drawn = go.Figure(layout=layout("a click lasts, ms", "a sine is wide, Hz", margin={"r": 64, "t": 24}))
    drawn.add_trace(
        go.Scatter(
            x=[trade.lasts * 1000 for trade in found],
            y=[trade.wide for trade in found],
            mode="lines+markers+text",
            text=[f"n = {trade.window:,}" for trade in found],
            textposition="top right",
            cliponaxis=False,
            line={"color": SAMPLED, "width": 2},
            marker={"size": 8},
            hovertemplate="%{text}: %{x:.2f} ms, %{y:.1f} Hz<extra></extra>",
        )
    )
    picked = {"symbol": "circle-open", "size": 17, "color": FOLDED, "line": {"width": 3}}
    drawn.add_trace(
        go.Scatter(
            x=[lasts * 1000],
            y=[wide],
            mode="markers",
            marker=picked,
            hovertemplate=f"n = {window:,}, chosen: %{{x:.2f}} ms, %{{y:.1f}} Hz<extra></extra>",
        )
    )
    drawn.update_xaxes(type="log", dtick=1)
    drawn.update_yaxes(type="log", dtick=1)
    return drawn
