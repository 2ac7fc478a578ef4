"""What each hidden unit is worth, as bars."""

import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.insights import Ranking, Removal
from engine.words import number

SHOWN = 30


def removal_bars(ranking: Ranking, unit: str) -> go.Figure:
    """The rise of the loss without each unit, the costliest on top; ``unit`` is that of the loss. At most 30 bars."""
    shown = ranking.removals[:SHOWN]
    names = [_name(removal) for removal in shown]
    costs = [removal.cost for removal in shown]
    colours = [theme.POSITIVE if cost >= 0 else theme.NEGATIVE for cost in costs]
    figure = go.Figure(layout=layout(f"rise of the loss without it ({unit})", ""))
    figure.add_trace(
        go.Bar(
            x=costs, y=names, orientation="h", marker={"color": colours}, hovertemplate="%{y}: %{x:.3g}<extra></extra>"
        )
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_layout(height=90 + 20 * len(shown), margin={"l": 130})
    return figure


def ranking_sentence(ranking: Ranking) -> str:
    """The dearest unit, and how many could go."""
    if not ranking.removals:
        return "There is no hidden unit to remove."
    dearest, idle = ranking.removals[0], sum(removal.cost <= 0 for removal in ranking.removals)
    part = "validation" if ranking.part == "validation" else "training"
    said = f"Step {ranking.step:,}, on {ranking.rows:,} {part} examples, loss {number(ranking.loss)} with all units. "
    if dearest.cost > 0:
        said += f"Dearest: {_name(dearest)}, whose removal alone raises it by {number(dearest.cost)}. "
    return said + f"{idle} of {len(ranking.removals)} units could be removed, each alone, without a rise."


def _name(removal: Removal) -> str:
    return f"hidden {removal.layer}, unit {removal.unit}"
