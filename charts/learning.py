"""What a learner knows, how sure they are of it, and what is to come: pictures of the pages that ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain

FEW = 6
"""Up to so many answers a day have a tick each."""
ROW = 38
"""Pixels of a line with its name."""


@dataclass(frozen=True)
class Estimate:
    """A share with the interval that holds it with 90 %."""

    name: str
    mean: float
    low: float
    high: float
    said: str
    """What a pointer is told of it."""


def mastery_height(rows: int) -> int:
    """In pixels."""
    return 60 + ROW * max(rows, 1)


def mastery_figure(found: Sequence[Estimate], title: str = "share that you would know now") -> go.Figure:
    """A share for each name, with its interval; the first one on top. Names stand over their lines: phones are narrow."""
    rows = list(range(len(found)))
    figure = go.Figure(
        layout=layout(
            title,
            "",
            margin={"l": 12, "r": 16, "t": 4},
            xaxis={"range": [-0.02, 1.02], "tickformat": ".0%", "fixedrange": True},
            yaxis={"range": [len(found) - 0.4, -0.8], "showticklabels": False, "showgrid": False, "fixedrange": True},
        )
    )
    names = {"text": [plain(each.name) for each in found], "textposition": "middle right", "textfont": {"size": 12}}
    figure.add_trace(
        go.Scatter(
            x=[0.0] * len(found), y=[row - 0.42 for row in rows], mode="text", **names, hoverinfo="skip", name="names"
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[each.mean for each in found],
            y=rows,
            error_x=_spread(found),
            mode="markers",
            marker={"size": 9, "color": theme.CLASSES[0]},
            hovertext=[plain(each.said) for each in found],
            hoverinfo="text",
            name="shares",
        )
    )
    return figure


def _spread(found: Sequence[Estimate]) -> dict[str, object]:
    """The intervals as error bars."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [each.high - each.mean for each in found],
        "arrayminus": [each.mean - each.low for each in found],
        "color": theme.CLASSES[4],
        "thickness": 2.5,
        "width": 0,
    }


def calibration_figure(found: Sequence[tuple[float, Estimate]]) -> go.Figure:
    """How often right, against how sure one said to be: on the dotted line both are the same."""
    share = {"tickformat": ".0%", "range": [0, 1.03], "fixedrange": True}
    figure = go.Figure(layout=layout("how sure you said to be", "how often right", xaxis=share, yaxis=share))
    line = {"dash": "dot", "color": theme.NEUTRAL, "width": 1}
    figure.add_trace(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", name="as often as said"))
    estimates = [estimate for _, estimate in found]
    figure.add_trace(
        go.Scatter(
            x=[sure for sure, _ in found],
            y=[each.mean for each in estimates],
            error_y=_spread(estimates),
            mode="markers",
            marker={"size": 11, "color": theme.CLASSES[0]},
            hovertext=[plain(each.said) for each in estimates],
            hoverinfo="text",
            name="measured",
        )
    )
    return figure


def forecast_figure(days: Sequence[date], counts: Sequence[int]) -> go.Figure:
    """How many reviews come on each day."""
    figure = _by_day("reviews due", max(counts, default=0))
    figure.add_trace(_bars(days, counts, "due", theme.CLASSES[0]))
    return figure


def history_figure(days: Sequence[date], right: Sequence[int], wrong: Sequence[int]) -> go.Figure:
    """How many answers were given on each day, right and not."""
    most = max(map(sum, zip(right, wrong, strict=True)), default=0)
    figure = _by_day("answers", most, barmode="stack", showlegend=True, legend=legend_above(), margin={"t": 28})
    figure.add_trace(_bars(days, right, "right", theme.CLASSES[2]))
    figure.add_trace(_bars(days, wrong, "not right", theme.CLASSES[5]))
    return figure


def _by_day(title: str, most: int, **more: object) -> go.Figure:
    """``most`` is the highest bar: of few, each whole number has its tick, and no half is rounded to one."""
    whole = {"rangemode": "tozero", "tickformat": "d", "fixedrange": True}
    whole |= {"dtick": 1} if most <= FEW else {}
    days = {"type": "category", "fixedrange": True, "tickangle": 0, "nticks": 7}
    return go.Figure(layout=layout("", title, xaxis=days, yaxis=whole, bargap=0.25, **more))


def _bars(days: Sequence[date], counts: Sequence[int], name: str, colour: str) -> go.Bar:
    return go.Bar(
        x=[f"{day:%d %b}" for day in days],
        y=list(counts),
        name=name,
        marker={"color": colour},
        hovertemplate=f"%{{x}}: %{{y}} {name}<extra></extra>",
    )
