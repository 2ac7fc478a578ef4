"""Losses, metrics and the learning rate over the steps of a film."""

import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, legend_above
from engine.scene import Scene

PARTS = ("train", "validation", "test")
METRICS = {
    "accuracy": ("Accuracy", "share of examples", "The share of examples whose winning class is the true one."),
    "f1": ("F1", "F1, 0 to 1", "2 TP / (2 TP + FP + FN); with more than two classes the mean over classes."),
    "rmse": ("RMSE", "", "Root of the mean squared error, in the unit of the target."),
    "r2": ("R²", "R²", "1 is perfect; 0 is no better than always answering the mean."),
}
SHARES = ("accuracy", "f1")
"""Metrics that end at 0 and 1: a flat curve must not open their axis beyond."""


def loss_curve(scene: Scene) -> LiveFigure:
    """The loss on all three parts, without penalties, in evaluation mode."""
    unit = "nats" if "ntropy" in scene.loss else "scaled units"
    figure, bindings = _curves(scene, "loss", f"loss ({unit})")
    text = f"{scene.loss}, measured in evaluation mode and without penalties, on up to 2,000 examples of each part."
    return LiveFigure("loss", "Loss", "main", figure, bindings, text, cursor=True, toggles=("log", "smooth"))


def metric_curves(scene: Scene) -> list[LiveFigure]:
    """One chart per metric of the task; the first stands in the main row."""
    kinds = list(dict.fromkeys(name.split(".")[1] for name in scene.score_names))[1:]
    charts = []
    for place, kind in enumerate(kinds):
        title, unit, text = METRICS[kind]
        figure, bindings = _curves(scene, kind, unit or f"RMSE ({scene.target_unit or scene.target})")
        slot = "main" if place == 0 else "more"
        charts.append(LiveFigure(kind, title, slot, figure, bindings, text, cursor=True, toggles=("smooth",)))  # type: ignore[arg-type]
    return charts


def rate_curve() -> LiveFigure:
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
    text = "What the schedule multiplies the base rate to at each step; one-cycle moves the momentum the other way."
    return LiveFigure("rate", "Rate", "more", figure, bindings, text, cursor=True)


def _curves(scene: Scene, kind: str, y: str) -> tuple[go.Figure, tuple[Binding, ...]]:
    figure = go.Figure(layout=layout("step", y, showlegend=True, legend=legend_above(), margin={"t": 28}))
    if kind in SHARES:
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
        bindings.append(Binding("series", len(figure.data) - 1, "scores", index=scene.score(name)))
    return figure, tuple(bindings)
