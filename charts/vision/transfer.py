"""Transfer: accuracy from few pictures, layer by layer what was kept, the first layer's filters."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.bands import band
from charts.live import layout, legend_above
from charts.vision.sheet import sheet_trace
from engine.labs.vision.results.transfer import WAYS, Transferred

COLOURS = dict(zip(WAYS, (theme.NEUTRAL, theme.CLASSES[0], theme.CLASSES[1], theme.CLASSES[2]), strict=True))
DASHES = dict(zip(WAYS, ("solid", "dot", "dash", "solid"), strict=True))
LEFT = 140
ROW = 64
"""Pixels of a line of filters."""
MOST_FILTERS = 16
"""Of each, so many are shown at most."""


def accuracy_lines(found: Transferred) -> go.Figure:
    """Accuracy among the other classes over the pictures of each: the median of the seeds, from the lowest to the highest."""
    heading = layout(
        "training pictures a class",
        "held-back pictures right",
        showlegend=True,
        legend=legend_above(),
        margin={"t": 48},
    )
    figure = go.Figure(layout=heading)
    for way, table in zip(WAYS, found.accuracy, strict=True):
        band(figure, np.array(found.counts, float), table.T, way, COLOURS[way], DASHES[way])
    figure.add_hline(y=found.chance, line={"dash": "dot", "color": theme.NEUTRAL, "width": 1})
    figure.update_xaxes(type="log", tickvals=list(found.counts), ticktext=[str(count) for count in found.counts])
    figure.update_yaxes(tickformat=".0%", range=[max(0.0, found.chance - 0.1), 1.02])
    return figure


def rate_lines(found: Transferred) -> go.Figure:
    """The learning rate of each group of layers, on a logarithmic axis; a group that stands still has none."""
    figure = _over_groups(found, "learning rate")
    for way, rates in zip(WAYS[1:], found.rates[1:], strict=True):
        shown = np.where(rates > 0, rates, np.nan)
        figure.add_trace(
            go.Scatter(
                x=np.arange(len(rates)),
                y=shown,
                mode="lines+markers",
                line={"color": COLOURS[way], "width": 2.5, "dash": DASHES[way]},
                name=way,
                hovertemplate="%{y:.2g}<extra>" + way + "</extra>",
            )
        )
    figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    return figure


def moved_lines(found: Transferred) -> go.Figure:
    """How far each group's weights came from where they began: the median of the seeds, from the lowest to the highest."""
    figure = _over_groups(found, "way moved / length at first")
    for way, table in zip(WAYS, found.moved, strict=True):
        band(figure, np.arange(len(found.groups), dtype=float), table.T, way, COLOURS[way], DASHES[way])
    most = float(np.nanmax(found.moved, initial=0.0)) or 1.0
    figure.update_yaxes(tickformat=".0%", range=[0, 1.05 * most])
    return figure


def _over_groups(found: Transferred, title: str) -> go.Figure:
    heading = layout("group of layers", title, showlegend=True, legend=legend_above(), margin={"t": 48, "l": 64})
    figure = go.Figure(layout=heading)
    places = list(range(len(found.groups)))
    figure.update_xaxes(tickvals=places, ticktext=list(found.groups), range=[-0.3, len(places) - 0.7])
    return figure


def filters_figure(found: Transferred) -> go.Figure:
    """The first layer's kernels, a line for each network: orange above 0, blue below; in colour where pictures have colours."""
    figure = go.Figure(layout=layout("", "", margin={"l": LEFT, "t": 26, "r": 8, "b": 8}))
    bare = {"showgrid": False, "zeroline": False, "showline": False, "fixedrange": True, "constrain": "domain"}
    names = [name for name, _ in found.filters]
    count = filters_shown(found)
    if count:
        table = np.stack([kernels[:count] for _, kernels in found.filters])
        figure.add_trace(sheet_trace(_coloured(table), "filters"))
    figure.update_xaxes(
        bare
        | {
            "tickvals": list(range(count)),
            "ticktext": [str(k + 1) for k in range(count)],
            "side": "top",
            "constraintoward": "left",
            "range": [-0.5, count - 0.5],
        }
    )
    figure.update_yaxes(
        bare | {"tickvals": list(range(len(names))), "ticktext": names, "range": [max(len(names), 1) - 0.5, -0.5]}
    )
    return figure


def filters_shown(found: Transferred) -> int:
    """How many of each network are drawn."""
    return min(MOST_FILTERS, len(found.filters[0][1])) if found.filters else 0


def _coloured(table: np.ndarray) -> np.ndarray:
    """(lines, kernels, in, high, wide) as pictures of three colours, all on one scale with 0 in its middle."""
    most = float(np.abs(table).max(initial=1e-12))
    share = table / most
    if table.shape[2] == 3:
        return np.rint(127.5 + 127.5 * share).astype(np.uint8).transpose(0, 1, 3, 4, 2)
    codes = np.rint(127.5 + 127.5 * share.mean(axis=2)).astype(np.uint8)
    return theme.diverging_colours(theme.LIGHT)[codes]


def filters_height(found: Transferred) -> int:
    """Pixels."""
    return 34 + ROW * max(1, len(found.filters))


def filters_width(found: Transferred) -> int:
    """Pixels below which the figure scrolls sideways."""
    return LEFT + ROW * filters_shown(found) + 8
