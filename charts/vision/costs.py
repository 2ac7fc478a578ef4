"""What each block of a network learns, and what it works."""

from collections.abc import Sequence
from typing import Protocol

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain


class Stage(Protocol):
    """One block, or the output."""

    @property
    def named(self) -> str:
        """What it is called."""

    @property
    def parameters(self) -> int:
        """How many numbers it learns."""

    @property
    def multiply_adds(self) -> int:
        """Its work with one picture."""


def costs_figure(stages: Sequence[Stage]) -> go.Figure:
    """Parameters and multiply-adds of each stage, on logarithmic axes; what learns nothing has no bar."""
    figure = go.Figure(layout=layout("", "numbers", showlegend=True, legend=legend_above(), margin={"t": 28, "b": 90}))
    names = [plain(stage.named, 22) for stage in stages]
    for field, said, colour in (
        ("parameters", "parameters", theme.CLASSES[0]),
        ("multiply_adds", "multiply-adds of one picture", theme.CLASSES[1]),
    ):
        counts = [getattr(stage, field) or None for stage in stages]
        hover = f"%{{x}}: %{{y:,}} {said}<extra></extra>"
        figure.add_trace(go.Bar(x=names, y=counts, name=said, marker={"color": colour}, hovertemplate=hover))
    figure.update_yaxes(type="log", exponentformat="power", nticks=5)
    figure.update_xaxes(type="category", tickangle=-40)
    return figure
