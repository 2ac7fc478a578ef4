"""The player's charts for a run on sequences."""

from charts.curves import loss_curve, metric_curves, rate_curve
from charts.layers import gradient_bars, gradient_heatmap, update_heatmap
from charts.live import LiveFigure
from charts.sequences.answers import right_answers
from charts.sequences.pictures import picture_charts
from engine.sequences.scene import SequenceScene


def sequence_board(scene: SequenceScene) -> list[LiveFigure]:
    """The main row, and the further views."""
    first, *others = metric_curves(scene)
    return [
        *picture_charts(scene),
        right_answers(scene),
        loss_curve(scene),
        first,
        gradient_bars(scene),
        gradient_heatmap(scene),
        update_heatmap(scene),
        *others,
        rate_curve(scene),
    ]
