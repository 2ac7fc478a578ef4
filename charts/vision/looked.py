"""What a network looked at: pictures downwards, methods to the right."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from charts.vision.tiles import GAP, edge, inside, map_tile, picture_tile, shadow_tile
from engine.labs.vision.results.looked import Cascade, Integral, One, Seen, Wall, Weighed

ROW = 118
"""Pixels of a row of tiles."""
LEFT = 104
TITLES = {
    "Input × gradient": "input ×<br>gradient",
    "Integrated gradients": "integrated<br>gradients",
    "Guided backpropagation": "guided<br>backprop.",
}
"""Methods whose names are too long for a column."""
COLOURS = (0, 1, 4, 5, 3, 2, 7)
"""Of each method, among the class colours: those that are seen on light and on dark pages."""
MEASURES = {
    "rank": "rank correlation of |map|",
    "signed": "rank correlation of the map",
    "ssim": "structural similarity (SSIM) of |map|",
}


def wall_height(rows: int) -> int:
    """Pixels."""
    return 48 + ROW * max(1, rows)


def wall_width(columns: int) -> int:
    """Pixels below which the figure scrolls sideways."""
    return LEFT + 108 * columns


def wall_figure(found: Wall, rows: int = 0) -> go.Figure:
    """Of every picture its maps, one for each method; there is room for ``rows`` of them."""
    heads = ["picture", *(_short(name) for name in found.methods)]
    names = [_named(seen) for seen in found.seen]
    figure = _board(heads, [*names, *[""] * (rows - len(names))])
    for row, seen in enumerate(found.seen):
        top = edge(row)
        figure.add_trace(picture_tile(seen.pixels, 0.0, top, f"picture {seen.number}"))
        for column, (method, values) in enumerate(zip(found.methods, seen.maps, strict=True), start=1):
            figure.add_trace(shadow_tile(seen.pixels, edge(column), top))
            figure.add_trace(map_tile(values, edge(column), top, f"{method}, picture {seen.number}"))
    return figure


def row_at(found: Wall, y: float) -> int | None:
    """The picture, from 0, at a height of the wall."""
    place = inside(y)
    return place if place is not None and place < len(found.seen) else None


def pair_figure(found: One, method: int) -> go.Figure:
    """The picture, and the map of both answers by one method, coloured alike."""
    figure = _board(["picture", plain(found.seen.explained), plain(found.against)], [""], left=8)
    figure.add_trace(picture_tile(found.seen.pixels, 0.0, 0.0))
    most = float(np.nanmax(np.abs(found.maps[:, method]), initial=0.0))
    for place, name in enumerate((found.seen.explained, found.against)):
        values = found.maps[place, method]
        told = [
            [f"row {r}, column {c}: {v:.3g}" for c, v in enumerate(line, start=1)] for r, line in enumerate(values, 1)
        ]
        figure.add_trace(shadow_tile(found.seen.pixels, edge(place + 1), 0.0))
        figure.add_trace(map_tile(values, edge(place + 1), 0.0, plain(name), most or None, told))
    return figure


def weighed_figure(found: Weighed) -> go.Figure:
    """The maps of Grad-CAM's layer with the largest weights, each with its α."""
    heads = [f"map {k}<br>α = {a:.2g}" for k, a in zip(found.numbers, found.weights, strict=True)]
    figure = _board(heads, [""], left=8)
    most = float(np.abs(found.maps).max(initial=0.0)) or None
    for column, (k, values) in enumerate(zip(found.numbers, found.maps, strict=True)):
        figure.add_trace(map_tile(values, edge(column), 0.0, f"map {k}", most))
        _frame(figure, edge(column), edge(column) + 1, 0.0, 1.0, theme.NEUTRAL, 1)
    return figure


def integral_figure(found: Integral) -> go.Figure:
    """What the map of integrated gradients adds up to, by the number of steps; dashed: what it should."""
    figure = go.Figure(layout=layout("steps n", "sum of the map (score)"))
    colour = theme.CLASSES[COLOURS[3]]
    figure.add_trace(
        go.Scatter(
            x=found.steps,
            y=found.totals,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            name="sum of the map",
            hovertemplate="%{x} steps: %{y:.6g}<extra></extra>",
        )
    )
    figure.add_hline(y=found.due, line={"dash": "dash", "width": 1.5, "color": theme.NEUTRAL})
    figure.update_xaxes(type="log", tickvals=found.steps, ticktext=[str(step) for step in found.steps])
    return figure


def cascade_figure(found: Cascade, measure: str) -> go.Figure:
    """How alike the maps are to those of the trained network, over what has been replaced: median, lowest, highest."""
    figure = go.Figure(layout=layout("", MEASURES[measure], showlegend=True, legend=legend_above(), margin={"t": 62}))
    table = found.measured(measure)
    count = len(found.methods)
    for place, (method, values) in enumerate(zip(found.methods, table, strict=True)):
        known = [stage for stage, row in enumerate(values) if np.isfinite(row).any()]
        middle = [float(np.nanmedian(values[stage])) for stage in known]
        low = [float(np.nanmin(values[stage])) for stage in known]
        high = [float(np.nanmax(values[stage])) for stage in known]
        colour = theme.CLASSES[COLOURS[place % len(COLOURS)]]
        figure.add_trace(
            go.Scatter(
                x=[stage + 0.06 * (place - (count - 1) / 2) for stage in known],
                y=middle,
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": np.subtract(high, middle),
                    "arrayminus": np.subtract(middle, low),
                    "color": colour,
                    "thickness": 1,
                    "width": 0,
                },
                mode="lines+markers",
                line={"color": colour, "width": 2},
                name=method,
                customdata=[found.stages[stage] for stage in known],
                hovertemplate=f"{method}, %{{customdata}}: %{{y:.2f}}<extra></extra>",
            )
        )
    figure.add_hline(y=0, line={"width": 1, "color": theme.NEUTRAL})
    names = [_wrapped(name) for name in found.stages]
    figure.update_xaxes(tickvals=list(range(len(names))), ticktext=names, range=[-0.4, len(names) - 0.6])
    figure.update_yaxes(range=[-1.05 if measure == "signed" else -0.55, 1.05])
    return figure


def stages_figure(found: Cascade) -> go.Figure:
    """One picture's maps by every method, while its network is replaced layer by layer."""
    heads = [_wrapped(name) for name in found.stages]
    figure = _board(heads, [_short(name) for name in found.methods])
    for row, (method, line) in enumerate(zip(found.methods, found.maps, strict=True)):
        for column, values in enumerate(line):
            if np.isfinite(values).any():
                figure.add_trace(shadow_tile(found.pixels, edge(column), edge(row)))
                figure.add_trace(map_tile(values, edge(column), edge(row), f"{method}, {found.stages[column]}"))
    return figure


# --- what they share --------------------------------------------------------------------------------------------------


def _board(heads: Sequence[str], rows: Sequence[str], left: int = LEFT) -> go.Figure:
    """Room for tiles, with a name above every column and one beside every row."""
    figure = go.Figure(layout=layout("", "", margin={"l": left, "r": 6, "t": 40, "b": 6}))
    bare = {"showgrid": False, "fixedrange": True, "ticks": "", "showline": False}
    figure.update_xaxes(
        **bare,
        side="top",
        tickvals=[edge(place) + 0.5 for place in range(len(heads))],
        ticktext=list(heads),
        tickangle=0,
        range=[-GAP, edge(len(heads))],
        tickfont={"size": 11},
        constrain="domain",
        constraintoward="left",
    )
    figure.update_yaxes(
        **bare,
        tickvals=[edge(place) + 0.5 for place in range(len(rows))],
        ticktext=list(rows),
        range=[edge(max(1, len(rows))), -GAP],
        tickfont={"size": 11},
        constrain="domain",
        constraintoward="top",
        scaleanchor="x",
    )
    return figure


def _named(seen: Seen) -> str:
    """What was answered, what is right, how sure."""
    said = f"{'✓' if seen.is_right else '✗'} {plain(seen.answer, 14)}"
    sure = f", {seen.sureness * 100:.0f} %" if np.isfinite(seen.sureness) else ""
    return f"{said}{sure}" if seen.is_right else f"{said}{sure}<br>is {plain(seen.truth, 14)}"


def _short(method: str) -> str:
    return TITLES.get(method, method.lower() if method != "SmoothGrad" and method != "Grad-CAM" else method)


def _wrapped(name: str, most: int = 14) -> str:
    """Over two lines where it is long."""
    words = plain(name).split()
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _frame(
    figure: go.Figure,
    left: float,
    right: float,
    top: float,
    bottom: float,
    colour: str = theme.PICKED,
    width: float = 2.5,
) -> None:
    figure.add_trace(
        go.Scatter(
            x=[left, right, right, left, left],
            y=[top, top, bottom, bottom, top],
            mode="lines",
            line={"color": colour, "width": width},
            hoverinfo="skip",
            name="frame",
        )
    )
