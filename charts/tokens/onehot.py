"""One-hot beside embedding."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from charts.tokens.signs import seen
from engine.labs.tokens.results.cutting import Lookup

BLUE = [[0, "rgba(0,114,178,0)"], [1, theme.CLASSES[0]]]


def product_figure(found: Lookup, tokens: tuple[str, ...]) -> go.Figure:
    """One-hot, E and their product: all but one row of E are multiplied by 0. ``tokens`` name the rows shown."""
    rows = np.arange(found.first, found.first + len(found.table))
    dim = found.table.shape[1]
    figure = go.Figure(layout=layout("", "token", margin={"l": 90, "t": 26, "b": 20}))
    names = [f"{plain(seen(token))} {row}" for token, row in zip(tokens, rows, strict=True)]
    one_hot = (rows == found.id).astype(float)[:, None]
    limit = float(np.abs(found.table).max()) or 1.0
    signed = {"zmin": -limit, "zmax": limit, "colorscale": _diverging(), "showscale": False}
    whole = {"xgap": 1, "ygap": 1}
    figure.add_trace(
        go.Heatmap(
            x=[0], y=rows, z=one_hot, colorscale=BLUE, zmin=0, zmax=1, showscale=False, **whole,
            hovertemplate="one-hot, id %{y}: %{z}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Heatmap(
            x=np.arange(dim) + 2, y=rows, z=np.round(found.table, 3), **whole, **signed,
            hovertemplate="E, id %{y}: %{z}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Heatmap(
            x=np.arange(dim) + dim + 3, y=[found.id], z=np.round(found.product[None, :], 3), **whole, **signed,
            hovertemplate="one-hot E: %{z}<extra></extra>",
        )
    )  # fmt: skip
    for x, text in ((0, "one-hot"), (2 + (dim - 1) / 2, f"E, {dim} wide"), (3 + dim + (dim - 1) / 2, "one-hot · E")):
        figure.add_annotation(x=x, y=1, yref="paper", yanchor="bottom", text=text, showarrow=False, font={"size": 11})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(
        tickvals=rows, ticktext=names, range=[rows[-1] + 0.5, rows[0] - 0.5], showgrid=False, title={"text": ""}
    )
    return figure


def gradient_figure(found: Lookup) -> go.Figure:
    """Which rows of E a step would change."""
    rows = np.arange(found.first, found.first + len(found.touched))
    figure = go.Figure(layout=layout("|dL/dE| of the row", "id of the row", margin={"t": 26, "b": 40}))
    colours = [theme.POSITIVE if row == found.id else theme.NEUTRAL for row in rows]
    figure.add_trace(go.Bar(orientation="h", y=rows, x=found.touched, marker={"color": colours}))
    figure.update_yaxes(range=[rows[-1] + 0.5, rows[0] - 0.5])
    figure.update_xaxes(rangemode="tozero")
    return figure


def cosines_figure(found: Lookup, tokens: tuple[str, ...]) -> go.Figure:
    """Cosines between the embeddings of the sentence's tokens."""
    names = [f"{place} {plain(seen(token))}" for place, token in enumerate(tokens)]
    figure = go.Figure(layout=layout("", "", margin={"l": 90, "t": 8, "b": 70}))
    places = np.arange(len(names))
    figure.add_trace(
        go.Heatmap(
            x=places, y=places, z=np.round(found.cosines, 3), zmin=-1, zmax=1, colorscale=_diverging(),
            colorbar={"title": {"text": "cosine", "side": "right"}},
            customdata=[[f"{a}<br>{b}" for b in names] for a in names],
            hovertemplate="%{customdata}<br>cosine %{z:.2f}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(tickvals=places, ticktext=names, tickangle=-60)
    figure.update_yaxes(tickvals=places, ticktext=names, autorange="reversed")
    return figure


def _diverging() -> list[list[object]]:
    return [[0, theme.NEGATIVE], [0.5, "rgba(127,127,127,0.06)"], [1, theme.POSITIVE]]
