"""What each cure came to."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.gradient_flow.layers import FAINTEST
from charts.live import layout
from engine.labs.gradient_flow.results import Comparison

LEARNED = "✓"


def outcome_matrix(found: Comparison) -> go.Figure:
    """Colour: log10 of the first layer's gradient over the last one's; words: what the runs came to."""
    figure = go.Figure(layout=layout("", "", margin={"l": 130, "b": 90, "t": 10}))
    z = np.full((len(found.rows), len(found.columns)), np.nan)
    text = np.full(z.shape, "", object)
    hover = np.full(z.shape, "", object)
    for cell in found.cells:
        at = found.rows.index(cell.row), found.columns.index(cell.column)
        ratios = np.clip(np.array(cell.ratio), FAINTEST, -FAINTEST)
        known = ratios[~np.isnan(ratios)]
        z[at] = np.median(known) if len(known) else np.nan
        text[at] = outcome_text(cell.outcomes)
        spread = f"{known.min():.1f} to {known.max():.1f}" if len(known) else "no update was made"
        right = ", ".join("n/a" if np.isnan(each) else f"{each:.0%}" for each in cell.accuracy)
        hover[at] = f"{', '.join(cell.outcomes)}<br>log₁₀ ratio: {spread}<br>test accuracy: {right}"
    figure.add_trace(
        go.Heatmap(
            x=list(found.columns),
            y=list(found.rows),
            z=z,
            zmin=-12,
            zmax=12,
            text=text.tolist(),
            texttemplate="%{text}",
            textfont={"size": 11},
            customdata=hover.tolist(),
            xgap=2,
            ygap=2,
            colorscale=theme.diverging_scale("#F2F2F2"),
            colorbar={"title": {"text": "log₁₀ first / last", "side": "right"}, "thickness": 12},
            hovertemplate="%{y}, %{x}<br>%{customdata}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(type="category", tickangle=-35 if len(found.columns) > 4 else 0)
    return figure


def outcome_text(outcomes: Sequence[str]) -> str:
    """``✓ 3/3``, ``vanished``; of several outcomes the most usual one with its count."""
    if not outcomes:
        return ""
    usual = max(dict.fromkeys(outcomes), key=list(outcomes).count)
    count = list(outcomes).count(usual)
    sign = LEARNED if usual == "learned" else usual
    return sign if count == len(outcomes) else f"{sign} {count}/{len(outcomes)}"
