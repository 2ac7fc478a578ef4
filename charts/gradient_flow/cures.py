"""What each cure came to."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.gradient_flow.layers import FAINTEST
from charts.live import layout
from engine.labs.gradient_flow.results import Cell, Comparison, Outcome
from engine.labs.gradient_flow.said import SIGNS, has_words

MOST = 12
"""Power of ten at which the colours end."""
WHITE_BELOW = -8
"""Where the blue of a cell is dark enough for white letters."""


def outcome_matrix(found: Comparison) -> go.Figure:
    """Colour: log10 of the first layer's gradient over the last one's; words, or signs: what the runs came to."""
    words = has_words(found)
    below = {"b": 36 if words else 90}
    figure = go.Figure(layout=layout("", "", margin={"l": 116, "r": 60, "t": 10, **below}))
    z = np.full((len(found.rows), len(found.columns)), np.nan)
    hover = np.full(z.shape, "", object)
    for cell in found.cells:
        at = found.rows.index(cell.row), found.columns.index(cell.column)
        z[at], hover[at] = _colour_and_hover(cell)
    figure.add_trace(
        go.Heatmap(
            x=list(found.columns),
            y=list(found.rows),
            z=z,
            zmin=-MOST,
            zmax=MOST,
            customdata=hover.tolist(),
            xgap=2,
            ygap=2,
            colorscale=theme.diverging_scale("#F2F2F2"),
            colorbar={"title": {"text": "log₁₀ first / last", "side": "right"}, "thickness": 12},
            hovertemplate="%{y}, %{x}<br>%{customdata}<extra></extra>",
        )
    )
    figure.add_trace(_letters(found, z, words))
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_xaxes(type="category", tickangle=0 if words else -35, showgrid=False)
    return figure


def _colour_and_hover(cell: Cell) -> tuple[float, str]:
    ratios = np.clip(np.array(cell.ratio), FAINTEST, -FAINTEST)
    known = ratios[~np.isnan(ratios)]
    spread = f"{known.min():.1f} to {known.max():.1f}" if len(known) else "no update was made"
    right = ", ".join("n/a" if np.isnan(each) else f"{each:.0%}" for each in cell.accuracy)
    hover = f"{', '.join(cell.outcomes)}<br>log₁₀ ratio: {spread}<br>test accuracy: {right}"
    return (float(np.median(known)) if len(known) else np.nan), hover


def _letters(found: Comparison, z: Float[np.ndarray, "rows columns"], words: bool) -> go.Scatter:
    """The cells' words, in a colour that shows on the cell, on light and dark pages: grey where the page shows through."""
    known = [z[found.rows.index(cell.row), found.columns.index(cell.column)] for cell in found.cells]
    colours = ["#808080" if np.isnan(each) else "#FFFFFF" if each < WHITE_BELOW else "#262626" for each in known]
    return go.Scatter(
        x=[cell.column for cell in found.cells],
        y=[cell.row for cell in found.cells],
        mode="text",
        text=[outcome_text(cell.outcomes, words) for cell in found.cells],
        textfont={"size": 10 if words else 12, "color": colours},
        hoverinfo="skip",
    )


def outcome_text(outcomes: Sequence[Outcome], words: bool) -> str:
    """``✓``, ``vanished`` or ``↓``; of several outcomes the most usual one, its count on a line below."""
    if not outcomes:
        return ""
    usual = max(dict.fromkeys(outcomes), key=list(outcomes).count)
    count = list(outcomes).count(usual)
    sign = usual if words and usual != "learned" else SIGNS[usual]
    return sign if count == len(outcomes) else f"{sign}<br>{count}/{len(outcomes)}"
