"""Augmentation: pictures as they are and changed, accuracy with it and without, class by class."""

import warnings

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.bands import band
from charts.live import layout, legend_above, plain
from charts.vision.sheet import sheet_trace
from engine.labs.vision.results.augmentation import Compared, Drawn

COLOURS = (theme.CLASSES[0], theme.CLASSES[5])
"""Without, with."""
NAMES = ("without augmentation", "with augmentation")
LEFT, TOP = 132, 30
TILE = 78
"""Pixels of a picture."""
MOST_CLASSES = 24
"""Of more, not every one is named."""


# --- the pictures -----------------------------------------------------------------------------------------------------


def changed_figure(found: Drawn) -> go.Figure:
    """A line for each row of the augmentation: the picture as it is, then one draw after another."""
    lines, draws = found.draws.shape[:2]
    first = np.repeat(found.original[None, None], max(lines, 1), axis=0)
    pictures = np.concatenate([first, found.draws], axis=1) if lines else first
    figure = go.Figure(layout=layout("", "", margin={"l": LEFT, "t": TOP, "r": 8, "b": 8}))
    figure.add_trace(sheet_trace(pictures, "pictures"))
    heads = ["as it is", *(f"draw {draw + 1}" for draw in range(draws if lines else 0))]
    bare = {"showgrid": False, "zeroline": False, "showline": False, "fixedrange": True, "constrain": "domain"}
    figure.update_xaxes(
        bare
        | {
            "tickvals": list(range(len(heads))),
            "ticktext": heads,
            "side": "top",
            "constraintoward": "left",
            "range": [-0.5, draws + 0.5],
        }
    )
    figure.update_yaxes(
        bare
        | {
            "tickvals": list(range(lines)),
            "ticktext": [plain(name) for name in found.names],
            "range": [max(lines, 1) - 0.5, -0.5],
        }
    )
    for line, told in enumerate(found.said):
        for draw, said in enumerate(told):
            if said != found.label:
                figure.add_annotation(_below(line, draw + 1, said))
    return figure


def _below(line: int, column: int, said: str) -> dict[str, object]:
    """What a mixed picture counts as, at its foot."""
    text = plain(said.replace(", ", "<br>")).replace("&lt;br>", "<br>")
    place = {"x": column, "y": line + 0.44, "yanchor": "bottom", "xanchor": "center"}
    style = {"font": {"size": 9, "color": "#FFFFFF"}, "bgcolor": "rgba(0,0,0,0.6)", "borderpad": 1}
    return {**place, **style, "text": text, "showarrow": False}


def changed_height(found: Drawn) -> int:
    """Pixels."""
    return TOP + 8 + TILE * max(1, len(found.names))


def changed_width(found: Drawn) -> int:
    """Pixels below which the figure scrolls sideways."""
    return LEFT + TILE * (1 + found.draws.shape[1]) + 8


# --- with and without -------------------------------------------------------------------------------------------------


def shift_lines(found: Compared) -> go.Figure:
    """Accuracy on held-back pictures over how far they were moved."""
    figure = _lines(found.shifts, found.shifted, "moved by (pixels)")
    figure.update_xaxes(tickvals=list(found.shifts))
    return figure


def turn_lines(found: Compared) -> go.Figure:
    """The same over how far they were turned."""
    figure = _lines(found.turns, found.turned, "turned by (degrees, either way)")
    figure.update_xaxes(tickvals=list(found.turns), ticktext=[f"{turn:g}" for turn in found.turns])
    return figure


def _lines(x: tuple[float, ...], table: Float[np.ndarray, "arms seeds moves"], title: str) -> go.Figure:
    heading = layout(title, "held-back pictures right", showlegend=True, legend=legend_above(), margin={"t": 32})
    figure = go.Figure(layout=heading)
    for rows, name, colour in zip(table, NAMES, COLOURS, strict=True):
        band(figure, np.array(x, float), rows, name, colour)
    figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%")
    return figure


def class_bars(found: Compared) -> go.Figure:
    """Share of each class that is recognised: bars at the median of the seeds, from the lowest to the highest."""
    heading = layout("", "recognised", showlegend=True, legend=legend_above(), barmode="group", margin={"t": 32})
    figure = go.Figure(layout=heading)
    places = list(range(len(found.classes)))
    for rows, name, colour in zip(found.recall, NAMES, COLOURS, strict=True):
        low, middle, high = _spread(rows)
        error = {"type": "data", "symmetric": False, "array": high - middle, "arrayminus": middle - low}
        figure.add_trace(
            go.Bar(
                x=places,
                y=middle,
                error_y={**error, "color": theme.NEUTRAL, "thickness": 1.5, "width": 2},
                marker={"color": colour},
                name=name,
                hovertemplate="%{y:.1%}<extra>" + name + "</extra>",
            )
        )
    _named(figure, found.classes, "x")
    figure.update_yaxes(range=[0, 1.05], tickformat=".0%")
    return figure


def taken_map(found: Compared) -> go.Figure:
    """How much more often a class (rows) is taken for another (columns) with augmentation, in points; medians of the seeds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing is known yet
        change = 100 * np.nanmedian(found.confusion[1] - found.confusion[0], axis=0)
    most = float(np.nanmax(np.abs(change), initial=0.0)) or 1.0
    figure = go.Figure(layout=layout("taken for", "is", margin={"l": 64}))
    names = np.array([plain(name, 24) for name in found.classes])
    pairs = np.stack(np.meshgrid(names, names, indexing="ij"), axis=2)
    figure.add_trace(
        go.Heatmap(
            z=np.round(change, 2),
            customdata=pairs,
            zmin=-most,
            zmax=most,
            colorscale=theme.diverging_scale(),
            colorbar={"title": {"text": "points", "side": "right"}, "thickness": 12},
            hovertemplate="%{customdata[0]} taken for %{customdata[1]}: %{z:+.1f} points<extra></extra>",
        )
    )
    _named(figure, found.classes, "x")
    _named(figure, found.classes, "y")
    figure.update_yaxes(range=[len(names) - 0.5, -0.5], showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


def _spread(rows: Float[np.ndarray, "seeds n"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(lowest, median, highest) over the seeds that are known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a seed, or a class, that is still missing
        return np.nanmin(rows, axis=0), np.nanmedian(rows, axis=0), np.nanmax(rows, axis=0)


def _named(figure: go.Figure, classes: tuple[str, ...], axis: str) -> None:
    """Ticks with the names of the classes."""
    step = 1 + (len(classes) - 1) // MOST_CLASSES
    places = list(range(0, len(classes), step))
    ticks = {"tickvals": places, "ticktext": [plain(classes[place], 14) for place in places]}
    figure.update_layout({f"{axis}axis": ticks})
