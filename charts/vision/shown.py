"""What each head answers to the shown pictures, along the film: drawn on them, beside what is true."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, UInt8

from charts import theme
from charts.live import Binding, LiveFigure, layout
from charts.png import data_url, picture_png
from charts.vision.gallery import ANSWERS, TRUTH, coloured, mask_colours, outline
from charts.vision.steering import way
from charts.vision.turning import hand
from engine.vision.scene import VisionScene

COLUMNS, GAP = 3, 0.03
"""Pictures stand in rows of three, with a gap that is a share of the figure."""


def shown_masks(scene: VisionScene) -> LiveFigure:
    """Pictures, true masks and answered masks, one below the other."""
    count, _, high, wide = scene.shown.shape
    classes = len(scene.classes)
    figure = go.Figure(layout=layout("", "", margin={"l": 58, "r": 4, "t": 4, "b": 4}))
    beside = np.concatenate(list(scene.shown), axis=2)
    for row, pixels in enumerate((beside, coloured(scene.asked["mask"], classes).transpose(2, 0, 1))):
        source = data_url(picture_png(pixels))
        figure.add_trace(go.Image(source=source, x0=0, dx=1, y0=row * (high + 1), dy=1, hoverinfo="skip"))
    figure.add_trace(
        go.Heatmap(
            x0=0,
            dx=1,
            y0=2 * (high + 1),
            dy=1,
            zmin=-0.5,
            zmax=classes + 0.5,
            colorscale=_steps(classes),
            showscale=False,
            hoverinfo="skip",
        )
    )
    for border in range(1, count):
        line = {"color": theme.NEUTRAL, "width": 1}
        figure.add_shape(
            type="line", x0=border * wide - 0.5, x1=border * wide - 0.5, y0=-0.5, y1=3 * high + 1.5, line=line
        )
    figure.update_xaxes(range=[-0.5, count * wide - 0.5], visible=False, fixedrange=True)
    figure.update_yaxes(
        range=[3 * high + 1.5, -0.5],
        scaleanchor="x",
        constrain="domain",
        showgrid=False,
        fixedrange=True,
        tickvals=[row * (high + 1) + high / 2 for row in range(3)],
        ticktext=["picture", "truth", "answer"],
    )
    text = "Validation pictures, the true class of every pixel, and the network's answer."
    return LiveFigure("answers", "Masks", "wide", figure, (Binding("frame", 2, "mask", key="z"),), text)


def shown_box(scene: VisionScene) -> LiveFigure:
    """The true box in white dashes, the answer in a line."""
    truth = [[outline(box)] for box in scene.asked["box"]]
    text = "Validation pictures: the true box in white dashes, the network's in a line."
    return _on_pictures(scene, "Boxes", truth, {"x": "box_x", "y": "box_y"}, text)


def shown_boxes(scene: VisionScene) -> LiveFigure:
    """The true boxes in white dashes, those of a score of at least 0.3 that suppression leaves in lines."""
    truth = [[outline(box[1:]) for box in objects if box[0] >= 0] for objects in scene.asked["objects"]]
    text = "Validation pictures: true boxes in white dashes; in lines those that the network keeps, score 0.3 and more."
    return _on_pictures(scene, "Boxes", truth, {"x": "boxes_x", "y": "boxes_y"}, text)


def shown_hands(scene: VisionScene) -> LiveFigure:
    """The true angle and the answer as hands."""
    whole = np.array([0.2, 0.2, 0.8, 0.8])
    truth = [[hand(whole, float(angle))] for angle in scene.asked["angle"]]
    text = "Validation pictures: the true angle as a hand in white dashes, the network's in a line."
    return _on_pictures(scene, "Angles", truth, {"x": "hand_x", "y": "hand_y"}, text)


def shown_ways(scene: VisionScene) -> LiveFigure:
    """The way that was taken in white dashes, and where the network would steer."""
    truth = [[way(float(angle))] for angle in scene.asked["angle"]]
    text = (
        "Validation pictures: the way taken in white dashes (at a fork the other one is right, too), and in a line where "
        "the network would steer: where its density is highest."
    )
    return _on_pictures(scene, "Ways", truth, {"x": "way_x", "y": "way_y"}, text)


def _on_pictures(
    scene: VisionScene,
    title: str,
    truth: list[list[tuple[np.ndarray, np.ndarray]]],
    arrays: dict[str, str],
    text: str,
) -> LiveFigure:
    """Each picture on axes of its own: what is true stays, the answer follows the film."""
    figure = go.Figure(layout=layout("", "", margin={"l": 4, "r": 4, "t": 4, "b": 4}))
    bindings: list[Binding] = []
    for place, picture in enumerate(scene.shown):
        axes = _tile(figure, place, len(scene.shown))
        _picture(figure, picture, axes)
        for x, y in truth[place]:
            line = {"color": TRUTH, "width": 2, "dash": "dash"}
            figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", **axes))
        line = {"color": ANSWERS[0], "width": 2.5}
        bindings += [Binding("frame", len(figure.data), name, key=key, row=place) for key, name in arrays.items()]
        figure.add_trace(go.Scatter(mode="lines", line=line, hoverinfo="skip", **axes))
    return LiveFigure("answers", title, "wide", figure, tuple(bindings), text)


def _tile(figure: go.Figure, place: int, count: int) -> dict[str, str]:
    """Axes of one picture, its upper left corner at 0, 0 and its size 1."""
    rows = -(-count // COLUMNS)
    row, column = divmod(place, COLUMNS)
    name = "" if place == 0 else str(place + 1)
    wide, high = (1 + GAP) / COLUMNS, (1 + GAP) / rows
    bare = {"visible": False, "fixedrange": True}
    left, top = column * wide, 1 - row * high
    figure.update_layout(
        {
            f"xaxis{name}": {
                **bare,
                "domain": [left, min(1, left + wide - GAP)],
                "range": [0, 1],
                "anchor": f"y{name}",
            },
            f"yaxis{name}": {
                **bare,
                "domain": [max(0, top - high + GAP), top],
                "range": [1, 0],
                "anchor": f"x{name}",
                "scaleanchor": f"x{name}",
                "constrain": "domain",
            },
        }
    )
    figure.update_layout({f"xaxis{name}": {"constrain": "domain"}})
    return {"xaxis": f"x{name}", "yaxis": f"y{name}"}


def _picture(figure: go.Figure, pixels: UInt8[np.ndarray, "channels height width"], axes: dict[str, str]) -> None:
    high, wide = pixels.shape[1:]
    figure.add_trace(
        go.Image(
            source=data_url(picture_png(pixels)),
            x0=0.5 / wide,
            dx=1 / wide,
            y0=0.5 / high,
            dy=1 / high,
            hoverinfo="skip",
            **axes,
        )
    )


def _steps(classes: int) -> list[list[object]]:
    """A colorscale with one colour for each class of a mask."""
    colours = mask_colours(classes)
    edges: Float[np.ndarray, " edges"] = np.linspace(0, 1, len(colours) + 1)
    return [[float(edge), colour] for k, colour in enumerate(colours) for edge in edges[k : k + 2]]
