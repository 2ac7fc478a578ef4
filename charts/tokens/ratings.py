"""A table of ratings and its factors."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, plain
from engine.labs.tokens.recovery import laid_on
from engine.labs.tokens.results.ratings import Factorized

MOST_ROWS, MOST_COLUMNS = 60, 60
"""Of a table, in its picture."""
NAMED = 40
"""Items that are named in the plane."""


def table_figure(found: Factorized, of: str) -> go.Figure:
    """``known``: the ratings that are trained on, all others blank; ``predicted``: the whole table as the factors have it."""
    table = found.table
    whole = np.full((len(table.users), len(table.items)), np.nan)
    rows = found.training
    whole[table.user[rows], table.item[rows]] = table.rating[rows]
    low, high = float(table.rating.min()), float(table.rating.max())
    if of == "predicted":
        whole = found.predicted
    shown = whole[:MOST_ROWS, :MOST_COLUMNS]
    figure = go.Figure(layout=layout("item", "user", margin={"l": 48, "t": 8}))
    figure.add_trace(
        go.Heatmap(
            z=np.where(np.isfinite(shown), np.round(shown, 2), np.nan),
            zmin=low,
            zmax=high,
            colorscale=theme.value_scale(),
            colorbar={"title": {"text": "rating", "side": "right"}},
            customdata=[
                [f"{plain(user)}, {plain(item)}" for item in table.items[:MOST_COLUMNS]]
                for user in table.users[:MOST_ROWS]
            ],
            hovertemplate="%{customdata}: %{z}<extra></extra>",
        )
    )
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def error_figure(found: Factorized) -> go.Figure:
    """Root mean squared errors over the epochs, and what simpler predictions come to on the held-out ratings."""
    figure = go.Figure(
        layout=layout("epoch", "root mean squared error", showlegend=True, margin={"t": 40}, meta={"sparse": True})
    )
    for name, values, colour in (
        ("training", found.train, theme.PARTS["train"]),
        ("held out", found.test, theme.PARTS["test"]),
    ):
        shown = [float(value) if np.isfinite(value) else None for value in values]
        figure.add_trace(go.Scatter(x=found.epochs, y=shown, name=name, line={"color": colour, "width": 2.5}))
    for place, baseline in enumerate(found.baselines):
        figure.add_trace(
            go.Scatter(
                x=[0, found.planned],
                y=[baseline.held_out] * 2,
                mode="lines+text",
                name=f"{baseline.label}, held out",
                line={"color": theme.NEUTRAL, "dash": "dot", "width": 1.5},
                text=["", baseline.label],
                textposition="top left" if place % 2 == 0 else "bottom left",
                textfont={"size": 10},
                showlegend=False,
            )
        )
    figure.update_xaxes(range=[0, found.planned])
    figure.update_yaxes(rangemode="tozero")
    return figure


def factors_figure(found: Factorized) -> go.Figure:
    """Each item by its first two factors: where the table was made with known ones, laid on those."""
    true, learned = found.table.true_items, found.item_factors
    names = [plain(name) for name in found.table.items]
    if true is None:
        flat = _two(_principal(learned))
        figure = go.Figure(layout=layout("first principal component of the factors", "second", meta={"sparse": True}))
        figure.add_trace(_items(flat, names, "learned", theme.CLASSES[0]))
        return figure
    laid, aim = _two(laid_on(true, learned)), _two(true)
    figure = go.Figure(layout=layout("factor 1", "factor 2", showlegend=True, margin={"t": 40}))
    x = [value for a, b in zip(aim[:, 0], laid[:, 0], strict=True) for value in (float(a), float(b), None)]
    y = [value for a, b in zip(aim[:, 1], laid[:, 1], strict=True) for value in (float(a), float(b), None)]
    grey = {"color": theme.NEUTRAL, "width": 1}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=grey, hoverinfo="skip", showlegend=False, name="from to"))
    figure.add_trace(_items(aim, names, "true", theme.POSITIVE, symbol="circle-open", is_named=False))
    figure.add_trace(_items(laid, names, "learned", theme.CLASSES[0], is_named=False))
    return figure


def _items(
    flat: Float[np.ndarray, "items 2"],
    names: list[str],
    name: str,
    colour: str,
    symbol: str = "circle",
    *,
    is_named: bool = True,
) -> go.Scatter:
    return go.Scatter(
        x=np.round(flat[:, 0], 4),
        y=np.round(flat[:, 1], 4),
        mode="markers+text" if is_named else "markers",
        text=[item if place < NAMED else "" for place, item in enumerate(names)] if is_named else None,
        textposition="top center",
        name=name,
        marker={"size": 9, "color": colour, "symbol": symbol},
        customdata=names,
        hovertemplate=f"%{{customdata}}, {name}<extra></extra>",
        cliponaxis=False,
    )


def _principal(table: Float[np.ndarray, "items factors"]) -> Float[np.ndarray, "items factors"]:
    left, lengths, right = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    return np.asarray(left * lengths * np.where(right[np.arange(len(right)), np.abs(right).argmax(axis=1)] < 0, -1, 1))


def _two(table: Float[np.ndarray, "items factors"]) -> Float[np.ndarray, "items 2"]:
    return table[:, :2] if table.shape[1] > 1 else np.hstack([table, np.zeros((len(table), 1))])


def bias_figure(found: Factorized) -> go.Figure:
    """The learned biases of users and items, each in their order from low to high."""
    figure = go.Figure(layout=layout("place in the order (%)", "bias (in ratings)", showlegend=True, margin={"t": 40}))
    for name, values, colour in (
        ("users", found.user_bias, theme.CLASSES[0]),
        ("items", found.item_bias, theme.CLASSES[1]),
    ):
        ordered = np.sort(values)
        place = 100 * (np.arange(len(ordered)) + 0.5) / len(ordered)
        figure.add_trace(go.Scatter(x=place, y=np.round(ordered, 4), name=name, line={"color": colour, "width": 2}))
    figure.update_xaxes(range=[0, 100])
    return figure
