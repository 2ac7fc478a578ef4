"""What the network gets right and wrong on the test part: a confusion table, or predicted against true values."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, legend_above, plain, remembered
from engine.scene import Scene


def outcome(scene: Scene) -> list[LiveFigure]:
    """The confusion table and what it says of each class; the residuals for numbers."""
    return [confusion(scene), by_class(scene)] if scene.classes else [residuals(scene)]


@remembered("classes")
def confusion(scene: Scene) -> LiveFigure:
    """Counts of test examples by true class (rows) and predicted class (columns)."""
    return confusion_table(scene.classes, "outcome", "Test examples")


def confusion_table(classes: tuple[str, ...], array: str, what: str) -> LiveFigure:
    """Counts by true class (rows) and predicted class (columns), which stand in ``array``; ``what`` is counted."""
    names = [plain(name) for name in classes]
    figure = go.Figure(layout=layout("predicted class", "true class"))
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category", autorange="reversed")
    hover = "true %{y}, predicted %{x}: %{z:.0f}<extra></extra>"
    blues = [[0, "rgba(0,114,178,0.06)"], [1, "rgba(0,114,178,0.95)"]]
    figure.add_trace(
        go.Heatmap(x=names, y=names, colorscale=blues, showscale=False, texttemplate="%{z:.0f}", hovertemplate=hover)
    )
    text = f"{what} by true class (row) and predicted class (column): the diagonal is right, the rest are mistakes."
    return LiveFigure("confusion", "Confusion", "more", figure, (Binding("frame", 0, array, key="z"),), text)


@remembered("classes")
def by_class(scene: Scene) -> LiveFigure:
    """Precision, recall and F1 of every class on the test part."""
    figure = go.Figure(layout=layout("class", "share, or F1", showlegend=True, legend=legend_above(), margin={"t": 28}))
    figure.update_yaxes(range=[0, 1.02])
    figure.update_xaxes(type="category")
    names = [plain(name) for name in scene.classes]
    for place, score in enumerate(("precision", "recall", "F1")):
        hover = f"%{{x}}: {score} %{{y:.3f}}<extra></extra>"
        figure.add_trace(go.Bar(x=names, name=score, marker={"color": theme.CLASSES[place]}, hovertemplate=hover))
    bindings = tuple(Binding("frame", place, "by_class", row=place) for place in range(3))
    text = (
        "Of the test part, class by class. Precision: the share of right answers among all examples that were taken for the "
        "class. Recall: the share of the class's own examples that were found. F1 = 2 · precision · recall / (precision + "
        "recall) is high only where both are."
    )
    return LiveFigure("by_class", "Precision, recall", "more", figure, bindings, text)


def residuals(scene: Scene) -> LiveFigure:
    """Predicted against true values of up to 200 test examples; the diagonal is perfect."""
    unit = f" ({scene.target_unit})" if scene.target_unit else ""
    figure = go.Figure(layout=layout(f"true {scene.target}{unit}", f"predicted{unit}"))
    truth = scene.outcome_truth.astype(np.float32)
    ends = [scene.shades.low, scene.shades.high]
    figure.add_trace(go.Scatter(x=truth, mode="markers", marker={"color": theme.PARTS["test"], "size": 6}, name="test"))
    line = {"color": theme.NEUTRAL, "dash": "dash", "width": 1}
    figure.add_trace(go.Scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip"))
    text = "Each point is a test example: on the dashed line the prediction is exact; its height above the line is the error."
    return LiveFigure("residuals", "Predicted / true", "more", figure, (Binding("frame", 0, "outcome"),), text)
