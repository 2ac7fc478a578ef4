"""Where starts end, and where searches look."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Int

from charts import theme
from charts.live import layout, legend_above
from charts.optimizers.ground import colour_of, from_above
from engine.labs.optimizers.results import Basins, Ground, Search


def basins_figure(found: Basins) -> go.Figure:
    """Every start, coloured by the minimum its path came to; a cross at each minimum."""
    figure = go.Figure(
        layout=layout(
            "x of the start",
            "y of the start",
            showlegend=True,
            margin={"t": 40},
            xaxis={"range": [float(found.x[0]), float(found.x[-1])]},
            yaxis={"range": [float(found.y[0]), float(found.y[-1])]},
        )
    )
    count = max(len(found.minima), 1)
    colours = [theme.GONE, theme.UNDERWAY, *(theme.CLASSES[place] for place in _apart(found.ends, count))]
    edges = np.linspace(0, 1, len(colours) + 1)
    scale = [[float(edges[place + side]), colour] for place, colour in enumerate(colours) for side in (0, 1)]
    figure.add_trace(
        go.Heatmap(
            x=found.x,
            y=found.y,
            z=found.ends,
            zmin=-2.5,
            zmax=count - 0.5,
            colorscale=scale,
            showscale=False,
            opacity=0.8,
            text=_said(found),
            hovertemplate="start (%{x:.3g}, %{y:.3g})<br>%{text}<extra></extra>",
            name="starts",
        )
    )
    if len(found.minima):
        cross = {"symbol": "x", "size": 10, "color": theme.DARK, "line": {"color": theme.LIGHT, "width": 1}}
        figure.add_trace(
            go.Scatter(x=found.minima[:, 0], y=found.minima[:, 1], mode="markers", marker=cross, name="minimum found")
        )
    for present, colour, name in ((-1, theme.UNDERWAY, "not arrived"), (-2, theme.GONE, "left the picture for good")):
        if (found.ends == present).any():
            square = {"color": colour, "size": 10, "symbol": "square"}
            figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=square, name=name))
    return figure


def _apart(ends: Int[np.ndarray, "y x"], count: int) -> list[int]:
    """A colour's place for each of ``count`` basins: their own in turn, the next one where a neighbour has it already."""
    touch = np.zeros((count + 2, count + 2), bool)  # two more, for -1 and -2, which are no basins
    for one, other in ((ends[:, 1:], ends[:, :-1]), (ends[1:], ends[:-1])):
        touch[one, other] = touch[other, one] = True
    many, chosen = len(theme.CLASSES), list[int]()
    for basin in range(count):
        taken = {chosen[other] for other in np.flatnonzero(touch[basin, :basin])}
        free = (place % many for place in range(basin, basin + many) if place % many not in taken)
        chosen.append(next(free, basin % many))
    return chosen


def _said(found: Basins) -> np.ndarray:
    places = [
        f"ends at ({x:.3g}, {y:.3g}), f = {value:.4g}" for (x, y), value in zip(found.minima, found.values, strict=True)
    ]
    words = np.array(["left for good", "not arrived", *places], dtype=object)
    return words[found.ends + 2]


def search_figure(ground: Ground, run: Search) -> go.Figure:
    """Every place where a method asked for f, the early ones pale, and the best one."""
    figure = from_above(ground)
    order = np.arange(1, len(run.places) + 1)
    figure.add_trace(
        go.Scatter(
            x=run.places[:, 0],
            y=run.places[:, 1],
            mode="markers",
            name=run.label,
            marker={
                "size": 6,
                "color": order,
                "colorscale": [[0, theme.LIGHT], [1, theme.CLASSES[5]]],
                "line": {"width": 0.5, "color": theme.DARK},
            },
            customdata=run.values,
            text=order,
            hovertemplate="evaluation %{text}<br>(%{x:.4g}, %{y:.4g})<br>f = %{customdata:.4g}<extra></extra>",
        )
    )
    if len(run.values) and np.isfinite(run.values).any():
        best = run.places[run.values.argmin()]
        ring = {"symbol": "circle-open", "size": 15, "line": {"width": 3, "color": theme.CLASSES[6]}}
        figure.add_trace(go.Scatter(x=best[:1], y=best[1:], mode="markers", marker=ring, name="best place"))
    return figure


def best_so_far_figure(runs: tuple[Search, ...], lowest: float) -> go.Figure:
    """How far the best value so far lies above the lowest one, over the evaluations; local methods dashed."""
    axes = {"type": "log", "exponentformat": "power"}
    figure = go.Figure(
        layout=layout("evaluations of f", "best so far, above the lowest", showlegend=True, xaxis=axes, yaxis=axes)
    )
    figure.update_layout(legend=legend_above(), margin={"t": 64})
    for index, run in enumerate(runs):
        gap = np.minimum.accumulate(run.values) - lowest if len(run.values) else np.empty(0)
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, len(gap) + 1),
                y=np.where(np.isfinite(gap) & (gap > 0), np.maximum(gap, 1e-16), np.nan),
                mode="lines",
                name=run.label,
                line={"color": colour_of(index), "width": 2, "dash": "solid" if run.is_global else "dash"},
            )
        )
    return figure
