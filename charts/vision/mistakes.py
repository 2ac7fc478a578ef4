"""Where a network is wrong, and what it makes of many pictures: tables, pictures, planes, a sheet that is bent."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from charts.vision.tiles import edge, picture_tile
from engine.labs.vision.results.mistakes import Judged, Mistake, Plane, Warped
from engine.words import percent

TILES_ACROSS = 6
CAPTION = 0.42
"""Room for the words below a tile, as a share of its height."""
WRONG = theme.CLASSES[5]


def colour_of(label: int) -> str:
    """Of a class."""
    return theme.CLASSES[label % len(theme.CLASSES)]


def table_figure(found: Judged, chosen: tuple[int, int] | None = None) -> go.Figure:
    """Counts by true class (rows) and answer (columns); the ``chosen`` cell is framed."""
    names = [plain(name, 14) for name in found.classes]
    figure = go.Figure(layout=layout("answer", "true class", margin={"l": 80, "r": 8, "t": 8, "b": 60}))
    share = found.table / np.maximum(found.table.sum(1, keepdims=True), 1)
    figure.add_trace(
        go.Heatmap(
            z=share.astype(np.float32),
            text=[[f"{count:.0f}" if count else "" for count in row] for row in found.table],
            texttemplate="%{text}",
            colorscale=theme.share_scale(),
            zmin=0,
            zmax=1,
            showscale=False,
            customdata=[[f"true {truth}, answer {said}" for said in names] for truth in names],
            hovertemplate="%{customdata}: %{text}<extra></extra>",
        )
    )
    ticks = {"tickvals": list(range(len(names))), "ticktext": names, "zeroline": False}
    figure.update_xaxes(**ticks)
    figure.update_yaxes(**ticks, autorange="reversed")
    if chosen is not None:
        truth, said = chosen
        line = {"color": WRONG, "width": 2}
        figure.add_shape(type="rect", x0=said - 0.5, x1=said + 0.5, y0=truth - 0.5, y1=truth + 0.5, line=line)
    return figure


def pictures_figure(shown: Sequence[Mistake], classes: tuple[str, ...], across: int = TILES_ACROSS) -> go.Figure:
    """Pictures in rows: below each what it is, and what was said of it, how surely."""
    figure = go.Figure(layout=layout("", "", margin={"l": 4, "r": 4, "t": 4, "b": 4}))
    rows = max(1, math.ceil(len(shown) / across))
    for place, each in enumerate(shown):
        row, column = divmod(place, across)
        left, top = edge(column), row * (1 + CAPTION)
        figure.add_trace(picture_tile(each.picture, left, top))
        said = f"<b>{plain(classes[each.truth], 12)}</b> → {plain(classes[each.said], 12)}<br>{percent(each.sure)}"
        figure.add_annotation(
            x=left + 0.5, y=top + 1.02, text=said, showarrow=False, yanchor="top", xanchor="center", font={"size": 11}
        )
    figure.update_xaxes(visible=False, range=[-0.02, edge(across) - 0.04], constrain="domain", constraintoward="left")
    figure.update_yaxes(
        visible=False, range=[rows * (1 + CAPTION), -0.02], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    return figure


def pictures_height(count: int, across: int = TILES_ACROSS) -> int:
    """Pixels of ``pictures_figure``."""
    return 30 + 150 * max(1, math.ceil(count / across))


def plane_figure(found: Plane) -> go.Figure:
    """A point a picture, coloured by its true class; a ring in the colour of a wrong answer."""
    shares = found.variance
    titles = [f"component {n} ({percent(shares[n - 1])} of the variance)" if shares else f"t-SNE {n}" for n in (1, 2)]
    figure = go.Figure(layout=layout(*titles, showlegend=True, legend={**legend_above(), "itemsizing": "constant"}))
    figure.update_layout(margin={"t": 30})
    for label, name in enumerate(found.classes):
        mine = found.truth == label
        wrong = found.said[mine] != label
        rings = [
            colour_of(int(said)) if is_wrong else "rgba(0,0,0,0)"
            for said, is_wrong in zip(found.said[mine], wrong, strict=True)
        ]
        told = [plain(found.classes[said], 20) for said in found.said[mine]]
        figure.add_trace(
            go.Scatter(
                x=found.points[mine, 0],
                y=found.points[mine, 1],
                mode="markers",
                name=plain(name, 14),
                customdata=told,
                marker={"color": colour_of(label), "size": np.where(wrong, 9, 6), "line": {"width": 2, "color": rings}},
                hovertemplate=f"{plain(name, 20)}, answer %{{customdata}}<extra></extra>",
            )
        )
    if found.method == "tsne":
        figure.update_xaxes(showticklabels=False)
        figure.update_yaxes(showticklabels=False)
    return figure


def mixtures_figure(found: Warped) -> go.Figure:
    """The plane through three pictures: the answer to each mixture by its colour, its sureness by its strength."""
    figure = go.Figure(
        layout=layout("share of picture 2", "share of picture 3", margin={"l": 50, "r": 8, "t": 8, "b": 44})
    )
    for label in np.unique(found.said):
        mine = found.said == label
        figure.add_trace(_points(found, mine, found.weights, int(label), 9))
    _corners(figure, [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    return figure


def warped_figure(found: Warped) -> go.Figure:
    """The same mixtures where the block puts them: the grid's lines go along."""
    one, two = (f"component {n} ({percent(found.variance[n - 1])} of the variance)" for n in (1, 2))
    figure = go.Figure(layout=layout(one, two, margin={"l": 50, "r": 8, "t": 8, "b": 44}))
    lines = [*found.points, *found.points.transpose(1, 0, 2)]
    gap = np.full((1, 2), np.nan, np.float32)
    joined = np.concatenate([part for line in lines for part in (line, gap)])
    thin = {"color": theme.NEUTRAL, "width": 0.6}
    figure.add_trace(go.Scatter(x=joined[:, 0], y=joined[:, 1], mode="lines", line=thin, hoverinfo="skip"))
    for label in np.unique(found.said):
        figure.add_trace(_points(found, found.said == label, found.points, int(label), 6))
    places = [_nearest(found, at) for at in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))]
    _corners(figure, [tuple(map(float, found.points[row, column])) for row, column in places])
    return figure


def _points(found: Warped, mine: np.ndarray, at: np.ndarray, label: int, size: int) -> go.Scatter:
    return go.Scatter(
        x=at[mine][:, 0],
        y=at[mine][:, 1],
        mode="markers",
        marker={"color": colour_of(label), "size": size, "opacity": found.sure[mine].astype(np.float32)},
        customdata=found.sure[mine].astype(np.float32),
        hovertemplate=f"{plain(found.classes[label], 20)}: %{{customdata:.0%}}<extra></extra>",
    )


def _nearest(found: Warped, at: tuple[float, float]) -> tuple[int, int]:
    """The mixture nearest to these shares."""
    gaps = np.square(found.weights - np.array(at)).sum(-1)
    row, column = np.unravel_index(int(gaps.argmin()), gaps.shape)
    return int(row), int(column)


def _corners(figure: go.Figure, places: Sequence[tuple[float, ...]]) -> None:
    for number, (x, y) in enumerate(places, start=1):
        figure.add_annotation(
            x=x,
            y=y,
            text=f"<b>{number}</b>",
            showarrow=False,
            bgcolor="rgba(255,255,255,0.85)",
            font={"color": "#000000"},
        )
