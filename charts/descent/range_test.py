"""Loss against learning rate."""

import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.descent.results import RangeResult

RATE_AXIS = {"type": "log", "dtick": 1, "exponentformat": "power"}


def range_figure(found: RangeResult, unit: str) -> go.Figure:
    """The loss after each update, over the rate of that update, with the rates that the test points at."""
    figure = go.Figure(
        layout=layout(
            "learning rate η of the update",
            f"training loss ({unit})",
            showlegend=True,
            margin={"t": 56},
            xaxis=RATE_AXIS,
            yaxis={"type": "log"},
        )
    )
    thin = {"color": theme.CLASSES[4], "width": 1}
    figure.add_trace(go.Scatter(x=found.rates, y=found.losses, name="after each update", line=thin))
    thick = {"color": theme.PARTS["train"], "width": 3}
    figure.add_trace(go.Scatter(x=found.rates, y=found.smooth, name="smoothed", line=thick))
    marks = (
        ("a tenth of the lowest", found.suggested, theme.CLASSES[2], "solid"),
        ("steepest fall", found.steepest, theme.CLASSES[3], "dash"),
        ("lowest", found.lowest, theme.CLASSES[1], "dot"),
    )
    values = [*found.smooth, found.first_loss]
    span = [min(values), max(values)]
    for name, rate, colour, dash in marks:
        if rate is not None:
            line = {"color": colour, "dash": dash, "width": 2}
            figure.add_trace(go.Scatter(x=[rate, rate], y=span, mode="lines", name=f"{name}: {rate:.2g}", line=line))
    return figure


def trials_figure(found: RangeResult, unit: str, steps: int) -> go.Figure:
    """The loss after a whole run at each constant rate; those that diverged stand on the upper edge as crosses."""
    figure = go.Figure(
        layout=layout(
            "constant learning rate η",
            f"training loss after {steps} steps ({unit})",
            showlegend=True,
            margin={"t": 40},
            xaxis=RATE_AXIS,
            yaxis={"type": "log"},
        )
    )
    top = max([found.first_loss, *(trial.loss for trial in found.trials if trial.loss < float("inf"))])
    ended = [trial for trial in found.trials if trial.loss < float("inf")]
    lost = [trial for trial in found.trials if trial.loss == float("inf")]
    blue = {"color": theme.PARTS["train"]}
    figure.add_trace(
        go.Scatter(
            x=[trial.rate for trial in ended],
            y=[trial.loss for trial in ended],
            mode="lines+markers",
            name="a run of its own",
            line=blue,
            marker={"size": 8},
        )
    )
    if lost:
        cross = {"color": theme.CLASSES[5], "symbol": "x", "size": 11}
        x, y = [trial.rate for trial in lost], [top] * len(lost)
        figure.add_trace(go.Scatter(x=x, y=y, mode="markers", name="diverged", marker=cross))
    if found.suggested is not None and ended:
        line = {"color": theme.CLASSES[2], "width": 2}
        x = [found.suggested, found.suggested]
        y = [min(trial.loss for trial in ended), top]
        figure.add_trace(go.Scatter(x=x, y=y, mode="lines", name="the test's suggestion", line=line))
    return figure
