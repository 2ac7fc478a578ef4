"""Where cross-attention looks, beside where the answer comes from."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from engine.labs.transformer.results import Alignment


def mean_height(found: Alignment) -> int:
    """Pixels."""
    return 60 + 190 * found.share.shape[0]


def mean_figure(found: Alignment) -> go.Figure:
    """The map of every cross-attention head, averaged over the examples: place of the answer by place of the source."""
    layers, heads = found.share.shape
    figure = go.Figure(layout=layout("", "", margin={"l": 44, "r": 8, "t": 24, "b": 40}))
    for layer in range(layers):
        for head in range(heads):
            number = layer * heads + head
            x, y = f"x{number + 1 if number else ''}", f"y{number + 1 if number else ''}"
            figure.add_trace(
                go.Heatmap(
                    z=found.mean[layer, head],
                    x=np.arange(1, len(found.source) + 1),
                    y=np.arange(1, len(found.answers) + 1),
                    zmin=0,
                    zmax=1,
                    colorscale=theme.value_scale(),
                    showscale=False,
                    xaxis=x,
                    yaxis=y,
                    hovertemplate=f"layer {layer + 1}, head {head + 1}<br>answer %{{y}} looks at source %{{x}}: "
                    "%{z:.1%} on average<extra></extra>",
                    name=f"cross {layer + 1}, head {head + 1}",
                )
            )
            _axes(figure, found, layer, head, number)
    return figure


def _axes(figure: go.Figure, found: Alignment, layer: int, head: int, number: int) -> None:
    layers, heads = found.share.shape
    across = (head / heads + 0.02, (head + 1) / heads - 0.02)
    up = (1 - (layer + 1) / layers + 0.06 / layers, 1 - layer / layers - 0.16 / layers)
    name = str(number + 1) if number else ""
    is_low, is_left = layer == layers - 1, head == 0
    shared = {"showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_layout(
        {
            f"xaxis{name}": {
                **shared,
                "domain": across,
                "anchor": f"y{name}",
                "showticklabels": is_low,
                "title": {"text": "place in the source" if is_low else "", "standoff": 4},
            },
            f"yaxis{name}": {
                **shared,
                "domain": up,
                "anchor": f"x{name}",
                "autorange": "reversed",
                "showticklabels": is_left,
                "title": {"text": "place in the answer" if is_left else "", "standoff": 4},
            },
        }
    )
    figure.add_annotation(
        text=f"{layer + 1}.{head + 1}: {found.share[layer, head]:.0%}",
        x=sum(across) / 2,
        y=up[1],
        xref="paper",
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11},
    )


def share_figure(found: Alignment) -> go.Figure:
    """Of each place of the answer: the share of the weight that every head puts on a right source token."""
    figure = go.Figure(
        layout=layout(
            "place in the answer",
            "weight on a right token",
            showlegend=True,
            legend=legend_above(),
            margin={"t": 34, "b": 54},
        )
    )
    layers, heads = found.share.shape
    places = np.arange(len(found.answers))
    for layer in range(layers):
        for head in range(heads):
            number = layer * heads + head
            figure.add_trace(
                go.Scatter(
                    x=places,
                    y=found.by_answer[layer, head],
                    mode="lines+markers",
                    name=f"layer {layer + 1}, head {head + 1}",
                    line={
                        "color": theme.CLASSES[number % len(theme.CLASSES)],
                        "dash": "solid" if layer % 2 == 0 else "dot",
                    },
                )
            )
    figure.add_hline(y=found.even, line={"dash": "dot", "color": theme.NEUTRAL, "width": 1})
    names = [f"{place + 1}<br>{plain(name, 6)}" for place, name in enumerate(found.answers)]
    figure.update_xaxes(tickvals=places, ticktext=names, showgrid=False)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure
