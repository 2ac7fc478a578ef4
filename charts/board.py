"""All charts of the player for a run, in the order they stand on the page."""

import importlib
from collections.abc import Callable
from typing import Any

from charts.boundary import boundary
from charts.curves import loss_curve, metric_curves, rate_curve
from charts.layers import activations, gradient_bars, gradient_heatmap, saturation, update_heatmap, weights
from charts.live import LiveFigure
from charts.outcome import outcome
from charts.sequences.board import sequence_board
from charts.vision.board import vision_board
from engine.scene import Scene, Surroundings
from engine.sequences.scene import SequenceScene
from engine.vision.scene import VisionScene


def board(scene: Surroundings) -> list[LiveFigure]:
    """The main pictures of what the run shows, the main row, and the further views."""
    try:
        return _drawn(scene)
    except AttributeError as error:
        if "partially initialized module" not in str(error):
            raise
        # Another thread is importing pandas, for real data, and Plotly has looked into the half of it: wait for the rest.
        importlib.import_module("pandas")
        return _drawn(scene)


def _drawn(scene: Surroundings) -> list[LiveFigure]:
    return BOARDS[type(scene)](scene)


def plane_board(scene: Scene) -> list[LiveFigure]:
    """Of a network whose inputs are a plane, or one column."""
    first, *others = metric_curves(scene)
    charts = [
        boundary(scene),
        loss_curve(scene),
        first,
        gradient_bars(scene),
        gradient_heatmap(scene),
        activations(scene),
        saturation(scene),
        weights(scene),
        update_heatmap(scene),
        *outcome(scene),
        *others,
        rate_curve(scene),
    ]
    return [chart for chart in charts if chart is not None]


BOARDS: dict[type, Callable[[Any], list[LiveFigure]]] = {
    Scene: plane_board,
    SequenceScene: sequence_board,
    VisionScene: vision_board,
}
