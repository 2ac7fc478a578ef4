"""What is left when one part is left out."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, legend_above
from engine.labs.transformer.results import Leaving

ROW = 34


def leaving_height(found: Leaving) -> int:
    """Pixels."""
    return 90 + ROW * len(found.labels)


def loss_dots(found: Leaving) -> go.Figure:
    """A dot for each seed and a line at the median: the validation loss, on a logarithmic axis."""
    figure = _rows(found, f"validation loss ({found.unit}), right answers given")
    _dots(figure, found, found.loss, theme.CLASSES[0], "each seed", "{:.4f}")
    known = found.loss[np.isfinite(found.loss) & (found.loss > 0)]
    if len(known):
        low, high = np.log10(known.min()) - 0.15, np.log10(np.nanmax([known.max(), found.chance])) + 0.15
        figure.update_xaxes(type="log", range=[low, high], dtick=1 if high - low > 2 else None)
    if np.isfinite(found.chance):
        figure.add_vline(x=found.chance, line={"dash": "dot", "color": theme.NEUTRAL, "width": 1})
    return figure


def alone_dots(found: Leaving) -> go.Figure:
    """What the network answers given the right answers before, beside what it answers by itself."""
    is_share = found.alone_name != "loss"
    title = "examples without a mistake" if is_share else f"loss ({found.unit})"
    figure = _rows(found, title)
    given = found.score if is_share else found.loss
    _dots(figure, found, given, theme.CLASSES[0], "right answers given, as in training", "{:.3f}", shift=-0.15)
    _dots(figure, found, found.alone, theme.CLASSES[5], "by itself", "{:.3f}", shift=0.15)
    figure.update_layout(showlegend=True, legend=legend_above(), margin={"t": 44})
    if is_share:
        figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%")
    else:
        figure.update_xaxes(rangemode="tozero")
    return figure


def _rows(found: Leaving, title: str) -> go.Figure:
    figure = go.Figure(layout=layout(title, "", margin={"l": 124, "t": 14}))
    count = len(found.labels)
    figure.update_yaxes(
        tickvals=list(range(count)), ticktext=list(found.labels), range=[count - 0.5, -0.5], fixedrange=True
    )
    return figure


def _dots(
    figure: go.Figure,
    found: Leaving,
    values: Float[np.ndarray, "variants seeds"],
    colour: str,
    name: str,
    pattern: str,
    shift: float = 0.0,
) -> None:
    rows, seeds = np.nonzero(np.isfinite(values))
    figure.add_trace(
        go.Scatter(
            x=values[rows, seeds],
            y=rows + shift,
            mode="markers",
            marker={"color": colour, "size": 10, "opacity": 0.7},
            customdata=[
                f"{found.labels[row]}, seed {seed + 1}: {pattern.format(values[row, seed])}"
                for row, seed in zip(rows, seeds, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
            name=name,
        )
    )
    middles = [(row, float(np.nanmedian(values[row]))) for row in range(len(values)) if np.isfinite(values[row]).any()]
    figure.add_trace(
        go.Scatter(
            x=[value for _, value in middles],
            y=[row + shift for row, _ in middles],
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 20, "color": colour, "line": {"width": 3}},
            hoverinfo="skip",
            showlegend=False,
            name=f"median, {name}",
        )
    )
