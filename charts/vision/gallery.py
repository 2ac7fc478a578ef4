"""Pictures side by side in one figure, with room to draw on each: what is true, what was answered."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, UInt8

from charts import theme
from charts.live import layout, plain
from charts.png import data_url, picture_png

GAP_ACROSS, GAP_DOWN = 0.08, 0.24
"""Between two pictures, in widths of a picture; below each there is room for a line of text."""
TRUTH = "#FFFFFF"
"""What is true is drawn in white on pictures, which are dark; ``ANSWERS`` are the colours of who answers."""
ANSWERS = (theme.CLASSES[1], theme.CLASSES[4], theme.CLASSES[3])
NOTHING = "#303030"
"""A pixel that belongs to no object."""
ROW, HEAD, FOOT = 150, 26, 6
"""Pixels: of a row of pictures, above and below all."""
LEFT = 112


def gallery(columns: int, rows: Sequence[str], *, legend: bool = False) -> go.Figure:
    """An empty one: ``rows`` are what the rows are called."""
    margin = {"l": LEFT if any(rows) else 8, "r": 8, "t": HEAD if legend else 6, "b": FOOT}
    figure = go.Figure(layout=layout("", "", margin=margin, showlegend=legend))
    if legend:
        figure.update_layout(legend={"orientation": "h", "y": 1, "x": 0, "yanchor": "bottom", "font": {"size": 11}})
    wide, high = columns * (1 + GAP_ACROSS) - GAP_ACROSS, len(rows) * (1 + GAP_DOWN)
    figure.update_xaxes(range=[0, wide], visible=False, fixedrange=True)
    figure.update_yaxes(
        range=[high, 0],
        scaleanchor="x",
        constrain="domain",
        fixedrange=True,
        showgrid=False,
        showline=False,
        ticks="",
        tickvals=[row * (1 + GAP_DOWN) + 0.5 for row in range(len(rows))],
        ticktext=[_wrapped(name) for name in rows],
    )
    return figure


def gallery_height(rows: int, *, legend: bool = False) -> int:
    """Pixels."""
    return FOOT + (HEAD if legend else 6) + round(ROW * rows)


def corner(column: int, row: int) -> tuple[float, float]:
    """Left and upper edge of a picture."""
    return column * (1 + GAP_ACROSS), row * (1 + GAP_DOWN)


def add_picture(figure: go.Figure, pixels: UInt8[np.ndarray, "height width 3"], column: int, row: int) -> None:
    """One picture, each pixel a square."""
    left, top = corner(column, row)
    high, wide = pixels.shape[:2]
    figure.add_trace(
        go.Image(
            source=data_url(picture_png(pixels.transpose(2, 0, 1))),
            x0=left + 0.5 / wide,
            dx=1 / wide,
            y0=top + 0.5 / high,
            dy=1 / high,
            hoverinfo="skip",
        )
    )


def add_line(
    figure: go.Figure,
    x: Float[np.ndarray, " points"],
    y: Float[np.ndarray, " points"],
    column: int,
    row: int,
    colour: str,
    **more: object,
) -> None:
    """A line on a picture, in shares of its width and height, from its upper left corner."""
    left, top = corner(column, row)
    trace = {"mode": "lines", "line": {"color": colour, "width": 2}, "hoverinfo": "skip", "showlegend": False, **more}
    figure.add_trace(go.Scatter(x=left + x, y=top + y, **trace))


def say(figure: go.Figure, text: str, column: int, row: int, colour: str = "") -> None:
    """A line of text below a picture."""
    left, top = corner(column, row)
    font = {"size": 11, **({"color": colour} if colour else {})}
    figure.add_annotation(
        x=left + 0.5, y=top + 1.01, text=plain(text), showarrow=False, yanchor="top", font=font, borderpad=0
    )


def outline(box: Float[np.ndarray, "4"]) -> tuple[Float[np.ndarray, "5"], Float[np.ndarray, "5"]]:
    """(x, y) of the line around a box."""
    left, top, right, bottom = box
    return np.array([left, right, right, left, left]), np.array([top, top, bottom, bottom, top])


def key_of(figure: go.Figure, name: str, colour: str, *, dash: str = "solid") -> None:
    """An entry of the legend."""
    line = {"color": colour, "width": 3, "dash": dash}
    figure.add_trace(go.Scatter(x=[None], y=[None], mode="lines", line=line, name=plain(name), showlegend=True))


def mask_colours(classes: int) -> list[str]:
    """The colour of each class of a mask, background first."""
    return [NOTHING, *(theme.CLASSES[(label + 1) % len(theme.CLASSES)] for label in range(classes))]


def coloured(mask: UInt8[np.ndarray, "height width"], classes: int) -> UInt8[np.ndarray, "height width 3"]:
    """A mask as a picture."""
    table = np.array([theme.rgb(colour) for colour in mask_colours(classes)]).round().astype(np.uint8)
    return table[mask]


def _wrapped(name: str, most: int = 16) -> str:
    """On lines of about ``most`` signs."""
    lines = [""]
    for word in plain(name).split():
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1] + word) < most else [*lines, word]
    return "<br>".join(line for line in lines if line)
