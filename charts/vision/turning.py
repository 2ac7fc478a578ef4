"""Angles answered against true ones, and as hands on the pictures."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from plotly.subplots import make_subplots

from charts import theme
from charts.live import layout, plain
from charts.vision.gallery import ANSWERS, TRUTH, add_line, add_picture, gallery, key_of, say
from engine.labs.vision.heads.results import Pictures


def hands_figure(
    pictures: Pictures,
    chosen: Sequence[int],
    answers: Mapping[str, Float[np.ndarray, " pictures"]],
    off: Mapping[str, Float[np.ndarray, " chosen"]],
) -> go.Figure:
    """The chosen pictures, a row for each network: the true angle as a white hand, the answer, how far it is off below."""
    figure = gallery(len(chosen), list(answers) or ["truth"], legend=True)
    for row, name in enumerate(answers or [""]):
        for column, picture in enumerate(chosen):
            add_picture(figure, pictures.pixels[picture], column, row)
            box = pictures.truth["box"][picture]
            add_line(figure, *hand(box, pictures.truth["angle"][picture]), column, row, TRUTH, line=_dashes())
            if name:
                drawn = hand(box, answers[name][picture])
                add_line(figure, *drawn, column, row, ANSWERS[row % len(ANSWERS)], line=_thick(row))
                say(figure, f"{off[name][column]:.0f}° off", column, row)
    key_of(figure, "true angle", theme.NEUTRAL, dash="dash")
    for row, name in enumerate(answers):
        key_of(figure, name, ANSWERS[row % len(ANSWERS)])
    return figure


def hand(box: Float[np.ndarray, "4"], angle: float) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """(x, y) of a line from the middle of a box under an angle, anticlockwise from the right."""
    left, top, right, bottom = box
    length = 0.75 * max(right - left, bottom - top)
    x, y = (left + right) / 2, (top + bottom) / 2
    return np.array([x, x + length * math.cos(angle)]), np.array([y, y - length * math.sin(angle)])


def seam_figure(
    truth: Float[np.ndarray, " pictures"], answers: Mapping[str, Float[np.ndarray, " pictures"]], turn: float
) -> go.Figure:
    """Answered over true angle, a panel for each network: on the diagonal is right; upper left and lower right, too."""
    names = list(answers)
    figure = make_subplots(1, max(1, len(names)), shared_yaxes=True, subplot_titles=[plain(name) for name in names])
    figure.update_layout(layout("", "", margin={"t": 28, "l": 60, "b": 44}))
    end = math.degrees(turn)
    for place, name in enumerate(names, start=1):
        marks = {"color": ANSWERS[(place - 1) % len(ANSWERS)], "size": 5, "opacity": 0.7}
        line = {"color": theme.NEUTRAL, "width": 1, "dash": "dot"}
        figure.add_trace(go.Scatter(x=[0, end], y=[0, end], mode="lines", line=line, hoverinfo="skip"), 1, place)
        figure.add_trace(
            go.Scatter(
                x=np.rad2deg(truth % turn),
                y=np.rad2deg(answers[name] % turn),
                mode="markers",
                marker=marks,
                hovertemplate="true %{x:.0f}°, answered %{y:.0f}°<extra></extra>",
            ),
            1,
            place,
        )
    ticks = {"range": [0, end], "dtick": end / 4, "ticksuffix": "°", "zeroline": False}
    figure.update_xaxes(title={"text": "true angle", "standoff": 6}, **ticks)
    figure.update_yaxes(**ticks)
    figure.update_yaxes(title={"text": "answered", "standoff": 6}, col=1)
    figure.update_annotations(font={"size": 12})
    return figure


def _dashes() -> dict[str, object]:
    return {"color": TRUTH, "width": 2, "dash": "dot"}


def _thick(row: int) -> dict[str, object]:
    return {"color": ANSWERS[row % len(ANSWERS)], "width": 3}
