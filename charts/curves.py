"""Losses, metrics and the learning rate over the steps of a film."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, Slot, layout, legend_above, remembered
from engine.scene import Surroundings

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Metric:
    """How a metric is presented."""

    title: str
    axis: Callable[[Surroundings], str]
    text: Callable[[Surroundings], str]
    is_share: bool = False
    """Whether it ends at 0 and 1: a flat curve must not open its axis beyond."""


def _of_f1(scene: Surroundings) -> str:
    """Which class counts as positive."""
    means = f"for the class {scene.classes[1]}" if len(scene.classes) == 2 else "the mean over the classes"
    return f"2 TP / (2 TP + FP + FN), {means}."


METRICS = {
    "accuracy": Metric(
        "Accuracy",
        lambda _: "share of answers",
        lambda _: "The share of answers whose winning class is the true one.",
        is_share=True,
    ),
    "exact": Metric(
        "Exact match",
        lambda _: "share of sequences",
        lambda _: "The share of sequences whose every answer is right; the right ones so far are given at each token.",
        is_share=True,
    ),
    "f1": Metric("F1", lambda _: "F1, 0 to 1", _of_f1, is_share=True),
    "rmse": Metric(
        "RMSE",
        lambda scene: f"RMSE ({scene.target_unit or scene.target})",
        lambda _: "Root of the mean squared error, in the unit of the target.",
    ),
    "r2": Metric("R²", lambda _: "R²", lambda _: "1 is perfect; 0 is no better than always answering the mean."),
    "mean_iou": Metric(
        "Mean IoU",
        lambda _: "mean IoU",
        lambda _: (
            "Of the pixels that are a class or were taken for it, the share that is both: the mean over the classes."
        ),
        is_share=True,
    ),
    "pixel_accuracy": Metric(
        "Pixel accuracy",
        lambda _: "share of pixels",
        lambda _: "The share of pixels whose class is right: high already where all is called background.",
        is_share=True,
    ),
    "iou": Metric(
        "IoU",
        lambda _: "mean IoU",
        lambda _: "Area that the answered and the true box share, over the area that either covers: the mean.",
        is_share=True,
    ),
    "found": Metric(
        "Found", lambda _: "share of boxes", lambda _: "The share of boxes with an IoU of at least 0.5.", is_share=True
    ),
    "map_50": Metric(
        "Mean average precision",
        lambda _: "mAP at IoU 0.5",
        lambda _: "Area under precision over recall, the mean over the classes; a box is right from an IoU of 0.5 on.",
        is_share=True,
    ),
    "recall": Metric(
        "Recall",
        lambda _: "share of objects",
        lambda _: "The share of objects that a box of score 0.05 or more finds after suppression.",
        is_share=True,
    ),
    "angle_error": Metric(
        "Angle off",
        lambda _: "degrees",
        lambda _: "How far the answered angle is off, the shorter way round: the mean.",
    ),
    "close": Metric(
        "Close",
        lambda _: "share of answers",
        lambda _: "The share of angles that are close: 10° off at most for the turn of a shape, 4° for steering.",
        is_share=True,
    ),
}


@remembered("loss", "loss_unit", "measured_rows", "score_names")
def loss_curve(scene: Surroundings) -> LiveFigure:
    """The loss on all three parts, without penalties, in evaluation mode."""
    axis = f"loss ({scene.loss_unit})" if scene.loss_unit else "loss"
    figure, bindings = _curves(scene, "loss", axis, is_share=False)
    text = (
        f"{scene.loss}, without penalties and class weights, in evaluation mode, on up to {scene.measured_rows:,} examples "
        "of each part."
    )
    return LiveFigure("loss", "Loss", "main", figure, bindings, text, cursor=True, toggles=("log", "smooth"))


@remembered("score_names", "classes", "target", "target_unit")
def metric_curves(scene: Surroundings) -> list[LiveFigure]:
    """One chart per metric of the task; the first stands in the main row."""
    kinds = list(dict.fromkeys(name.split(".")[1] for name in scene.score_names))[1:]
    charts = []
    for place, kind in enumerate(kinds):
        metric = METRICS[kind]
        figure, bindings = _curves(scene, kind, metric.axis(scene), is_share=metric.is_share)
        slot: Slot = "main" if place == 0 else "more"
        text = metric.text(scene)
        charts.append(LiveFigure(kind, metric.title, slot, figure, bindings, text, cursor=True, toggles=("smooth",)))
    return charts


@remembered()
def rate_curve(_: Surroundings) -> LiveFigure:
    """The learning rate that the schedule gave, and the momentum where there is one."""
    figure = go.Figure(layout=layout("step", "learning rate"))
    figure.update_layout(
        yaxis2={"overlaying": "y", "side": "right", "title": "momentum", "showgrid": False, "range": [0, 1]}
    )
    figure.update_layout(showlegend=True, legend=legend_above(), margin={"r": 52, "t": 28})
    figure.update_yaxes(rangemode="tozero", selector={"side": None})
    figure.add_trace(go.Scatter(mode="lines", name="learning rate", line={"color": theme.PARTS["train"], "width": 2}))
    dashed = {"color": theme.RATIO, "width": 2, "dash": "dot"}
    figure.add_trace(go.Scatter(mode="lines", name="momentum (beta 1)", yaxis="y2", line=dashed))
    bindings = (Binding("series", 0, "clock", index=1), Binding("series", 1, "clock", index=2))
    text = (
        "The rate of each update: what the schedule makes of the base rate (and Adagrad's rate decay of that); one-cycle "
        "moves the momentum the other way."
    )
    return LiveFigure("rate", "Rate", "more", figure, bindings, text, cursor=True)


def _curves(scene: Surroundings, kind: str, y: str, *, is_share: bool) -> tuple[go.Figure, tuple[Binding, ...]]:
    figure = go.Figure(layout=layout("step", y, showlegend=True, legend=legend_above(), margin={"t": 28}))
    if is_share:
        figure.update_yaxes(autorangeoptions={"clipmin": 0, "clipmax": 1.02})
    bindings = []
    for part in PARTS:
        name = f"{part}.{kind}"
        if name not in scene.score_names:
            continue
        line = {
            "color": theme.PARTS[part],
            "width": 2,
            "dash": {"train": "solid", "validation": "dash"}.get(part, "dot"),
        }
        figure.add_trace(go.Scatter(mode="lines", name={"train": "training"}.get(part, part), line=line))
        bindings.append(Binding("series", len(figure.data) - 1, "scores", index=scene.score_names.index(name)))
    return figure, tuple(bindings)
