"""Boxes beside the truth; a detector's boxes before and after suppression."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float

from charts import theme
from charts.live import layout, legend_above, plain
from charts.vision.gallery import ANSWERS, TRUTH, add_line, add_picture, corner, gallery, key_of, outline, say
from engine.labs.vision.heads.results import Curve, Pictures

WRONG, RIGHT = theme.CLASSES[5], theme.CLASSES[2]
"""A box that finds nothing, and one that finds an object."""
FAINT = 0.35


def boxes_figure(
    pictures: Pictures,
    chosen: Sequence[int],
    answers: Mapping[str, Float[np.ndarray, "pictures 4"]],
    agreement: Mapping[str, Float[np.ndarray, " chosen"]],
) -> go.Figure:
    """The chosen pictures, a row for each network: the true box in white dashes, the answer, and their IoU below."""
    figure = gallery(len(chosen), list(answers) or ["truth"], legend=True)
    for row, name in enumerate(answers or [""]):
        for column, picture in enumerate(chosen):
            add_picture(figure, pictures.pixels[picture], column, row)
            add_line(figure, *outline(pictures.truth["box"][picture]), column, row, TRUTH, line=_dashes(TRUTH))
            if name:
                add_line(figure, *outline(answers[name][picture]), column, row, ANSWERS[row % len(ANSWERS)])
                say(figure, f"IoU {agreement[name][column]:.2f}", column, row)
    key_of(figure, "true box", theme.NEUTRAL, dash="dash")
    for row, name in enumerate(answers):
        key_of(figure, name, ANSWERS[row % len(ANSWERS)])
    return figure


def detections_figure(
    pictures: Pictures,
    chosen: Sequence[int],
    answers: Mapping[str, np.ndarray],
    before: Bool[np.ndarray, "pictures cells"],
    left: Bool[np.ndarray, "pictures cells"],
    right: Bool[np.ndarray, "pictures cells"],
    agreement: Sequence[Sequence[float]],
) -> go.Figure:
    """The chosen pictures before suppression, and after it: right boxes and wrong ones; the truth in white dashes.

    ``agreement`` has for each of them the IoU of every box that is left.
    """
    figure = gallery(len(chosen), ["score high enough", "after suppression"], legend=True)
    for column, picture in enumerate(chosen):
        for row, shown in enumerate((before, left)):
            add_picture(figure, pictures.pixels[picture], column, row)
            for object_ in pictures.objects(picture):
                add_line(figure, *outline(object_[1:]), column, row, TRUTH, line=_dashes(TRUTH))
            for is_right, colour in ((False, WRONG), (True, RIGHT)):
                mine = shown[picture] & (right[picture] == is_right)
                if mine.any():
                    x, y = _outlines(answers["boxes"][picture][mine])
                    add_line(figure, x, y, column, row, colour, opacity=1.0 if row else 0.8)
            say(figure, _counted(int(shown[picture].sum())) if row == 0 else _agreed(agreement[column]), column, row)
    key_of(figure, "true box", theme.NEUTRAL, dash="dash")
    key_of(figure, "finds an object", RIGHT)
    key_of(figure, "does not", WRONG)
    return figure


def cells_figure(
    pictures: Pictures,
    picture: int,
    answers: Mapping[str, np.ndarray],
    middles: Float[np.ndarray, "cells 2"],
    mine: Sequence[int],
) -> go.Figure:
    """One picture under its grid of cells: how sure each is of an object, and a dot where it learns to answer for one."""
    high, wide = (int(side) for side in answers["cells"][picture])
    figure = gallery(2, [""], legend=True)
    for column in range(2):
        add_picture(figure, pictures.pixels[picture], column, 0)
        for object_ in pictures.objects(picture):
            add_line(figure, *outline(object_[1:]), column, 0, TRUTH, line=_dashes(TRUTH))
        _grid(figure, high, wide, column)
    left, top = corner(1, 0)
    scores = answers["score"][picture]
    figure.add_trace(
        go.Scatter(
            x=left + middles[:, 0],
            y=top + middles[:, 1],
            mode="markers",
            marker={"size": 4 + 16 * scores, "color": RIGHT, "line": {"color": TRUTH, "width": 1}},
            customdata=[
                f"{pictures.classes[label]}, score {score:.2f}"
                for label, score in zip(answers["class"][picture], scores, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    )
    left, top = corner(0, 0)
    answering = np.array([place for place, object_ in enumerate(mine) if object_ >= 0], int)
    figure.add_trace(
        go.Scatter(
            x=left + middles[answering, 0],
            y=top + middles[answering, 1],
            mode="markers",
            marker={"size": 8, "color": ANSWERS[0], "line": {"color": TRUTH, "width": 1}},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    say(figure, "what each cell learns", 0, 0)
    say(figure, "what it answers", 1, 0)
    key_of(figure, "true box", theme.NEUTRAL, dash="dash")
    key_of(figure, "answers for an object", ANSWERS[0])
    key_of(figure, "score, by its size", RIGHT)
    return figure


def precision_figure(classes: Sequence[str], curves: Sequence[Curve]) -> go.Figure:
    """Precision over recall of each class, as the least score falls."""
    figure = go.Figure(layout=layout("recall", "precision", showlegend=True, margin={"t": 34}))
    figure.update_layout(legend=legend_above())
    for number, (name, curve) in enumerate(zip(classes, curves, strict=True)):
        colour = theme.CLASSES[number + 1]
        line = {"color": colour, "width": 2}
        figure.add_trace(go.Scatter(x=curve.recall, y=curve.precision, mode="lines", line=line, name=plain(name)))
    figure.update_xaxes(range=[0, 1.02])
    figure.update_yaxes(range=[0, 1.04])
    return figure


def _counted(boxes: int) -> str:
    return f"{boxes} box{'es' if boxes != 1 else ''}"


def _agreed(agreement: Sequence[float]) -> str:
    """The IoU of a few boxes; of more their number."""
    return (
        f"IoU {', '.join(f'{each:.2f}' for each in agreement)}" if 0 < len(agreement) <= 4 else _counted(len(agreement))
    )


def _outlines(boxes: Float[np.ndarray, "boxes 4"]) -> tuple[np.ndarray, np.ndarray]:
    """One line around all of them, with gaps."""
    sides = [outline(box) for box in boxes]
    x, y = ([value for side in sides for value in (*side[axis], np.nan)] for axis in (0, 1))
    return np.array(x), np.array(y)


def _grid(figure: go.Figure, high: int, wide: int, column: int) -> None:
    """The edges of the cells."""
    x = [value for k in range(wide + 1) for value in (k / wide, k / wide, np.nan)]
    y = [value for _ in range(wide + 1) for value in (0.0, 1.0, np.nan)]
    x += [value for _ in range(high + 1) for value in (0.0, 1.0, np.nan)]
    y += [value for k in range(high + 1) for value in (k / high, k / high, np.nan)]
    add_line(figure, np.array(x), np.array(y), column, 0, TRUTH, line={"color": TRUTH, "width": 1}, opacity=FAINT)


def _dashes(colour: str) -> dict[str, object]:
    return {"color": colour, "width": 2, "dash": "dash"}
