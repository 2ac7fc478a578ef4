"""The player's charts for a run on pictures."""

from collections.abc import Callable

from charts.curves import loss_curve, metric_curves, rate_curve
from charts.layers import gradient_bars, gradient_heatmap, update_heatmap
from charts.live import LiveFigure
from charts.outcome import confusion_table
from charts.vision.answers import probabilities
from charts.vision.filmed import feature_maps, kernels
from charts.vision.shown import shown_box, shown_boxes, shown_hands, shown_masks, shown_ways
from engine.vision.scene import VisionScene


def vision_board(scene: VisionScene) -> list[LiveFigure]:
    """The main row, and the further views. Answers that are drawn on the pictures stand above all."""
    first, *others = metric_curves(scene)
    answers = HEADS[scene.head](scene) if scene.head in HEADS else []
    charts = [
        *(chart for chart in answers if chart.slot == "wide"),
        feature_maps(scene),
        *(chart for chart in answers if chart.slot != "wide"),
        loss_curve(scene),
        first,
        gradient_bars(scene),
        kernels(scene),
        gradient_heatmap(scene),
        update_heatmap(scene),
        *others,
        rate_curve(scene),
    ]
    return [chart for chart in charts if chart is not None]


def _of_classes(scene: VisionScene) -> list[LiveFigure]:
    return [probabilities(scene), confusion_table(scene.classes, "confusion", "Validation pictures")]


HEADS: dict[str, Callable[[VisionScene], list[LiveFigure]]] = {
    "classify": _of_classes,
    "segment": lambda scene: [shown_masks(scene)],
    "box": lambda scene: [shown_box(scene)],
    "detect": lambda scene: [shown_boxes(scene)],
    "angle": lambda scene: [shown_hands(scene)],
    "steering": lambda scene: [shown_ways(scene)],
}
"""What the answers of each head look like."""
