"""Where each network would steer, on the ways themselves, and the densities it gives to all angles."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.vision.gallery import ANSWERS, TRUTH, add_line, add_picture, corner, gallery, key_of, say
from engine.labs.vision.heads.results import Pictures

POINTS = 17


def ways_figure(
    pictures: Pictures,
    chosen: Sequence[int],
    answers: Mapping[str, Mapping[str, np.ndarray]],
    grid: Float[np.ndarray, " angles"],
) -> go.Figure:
    """Above: the pictures, the right ways in white dashes, where each network would steer. Below: its density, left is left."""
    figure = gallery(len(chosen), ["picture", "density"], legend=True)
    for column, picture in enumerate(chosen):
        add_picture(figure, pictures.pixels[picture], column, 0)
        ways = np.unique(pictures.truth["ways"][picture])
        for angle in ways:
            add_line(figure, *way(float(angle)), column, 0, TRUTH, line={"color": TRUTH, "width": 2, "dash": "dash"})
        for place, found in enumerate(answers.values()):
            add_line(figure, *way(float(found["angle"][picture])), column, 0, ANSWERS[place % len(ANSWERS)])
        _densities(figure, column, ways, [found for found in answers.values()], picture, grid)
        say(figure, "fork" if len(ways) > 1 else "one way", column, 0)
    key_of(figure, "right", theme.NEUTRAL, dash="dash")
    for place, name in enumerate(answers):
        key_of(figure, name, ANSWERS[place % len(ANSWERS)])
    return figure


def way(angle: float) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """(x, y) on the picture of the way that leads to the upper edge under an angle: y^2 tan(angle) to the left."""
    up = np.linspace(0, 1, POINTS)
    return np.clip(0.5 - up**2 * np.tan(angle), 0, 1), 1 - up


def across(angle: Float[np.ndarray, "*angles"], reach: float) -> Float[np.ndarray, "*angles"]:
    """Where an angle stands below a picture, in its widths: to the left is to the left."""
    return 0.5 - angle / (2 * reach)


def _densities(
    figure: go.Figure,
    column: int,
    ways: Float[np.ndarray, " ways"],
    answers: Sequence[Mapping[str, np.ndarray]],
    picture: int,
    grid: Float[np.ndarray, " angles"],
) -> None:
    """The densities of one picture, the highest as high as the panel; one number is an upright line."""
    reach = float(grid[-1])
    left, top = corner(column, 1)
    frame = {"color": theme.NEUTRAL, "width": 1}
    figure.add_shape(type="rect", x0=left, x1=left + 1, y0=top, y1=top + 1, line=frame)
    highest = max((float(found["density"][picture].max()) for found in answers if "density" in found), default=1.0)
    for angle in ways:
        x = np.full(2, across(np.array(float(angle)), reach))
        line = {"color": theme.NEUTRAL, "width": 1, "dash": "dash"}
        add_line(figure, x, np.array([0.0, 1.0]), column, 1, theme.NEUTRAL, line=line)
    for place, found in enumerate(answers):
        colour = ANSWERS[place % len(ANSWERS)]
        if "density" in found:
            height = 1 - 0.95 * found["density"][picture] / highest
            add_line(figure, across(grid, reach), height, column, 1, colour)
        else:
            x = np.full(2, np.clip(across(found["angle"][picture], reach), 0, 1))
            add_line(figure, x, np.array([0.05, 1.0]), column, 1, colour)
