"""What attention costs over the number of tokens."""

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.attention.results.measured import Cost, Timed

LOOKING, PROJECTING = theme.CLASSES[5], theme.CLASSES[0]


def _figure(y: str) -> go.Figure:
    figure = go.Figure(layout=layout("tokens n", y, showlegend=True, legend=legend_above(), margin={"t": 40}))
    figure.update_xaxes(type="log", dtick=1, exponentformat="power")
    figure.update_yaxes(type="log", exponentformat="power")
    return figure


def operations_figure(found: Cost) -> go.Figure:
    """Multiply-adds of looking and of the four matrices; dotted, where both are equal."""
    figure = _figure("multiply-adds")
    for y, name, colour in (
        (found.looking, "Q Kᵀ and A V: 2 n² d_model", LOOKING),
        (found.projecting, "four matrices: 4 n d_model²", PROJECTING),
    ):
        line = {"color": colour, "width": 2.5}
        figure.add_trace(go.Scatter(x=found.tokens, y=y, mode="lines", line=line, name=name))
    figure.add_vline(x=found.even, line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL})
    return figure


def memory_figure(found: Cost) -> go.Figure:
    """Megabytes of the weights of all heads."""
    figure = _figure("MB")
    line = {"color": LOOKING, "width": 2.5}
    figure.add_trace(
        go.Scatter(
            x=found.tokens, y=found.held / 1e6, mode="lines", line=line, name="weights of all heads, 4 bytes each"
        )
    )
    return figure


def time_figure(found: Timed) -> go.Figure:
    """Measured milliseconds of each part, medians."""
    figure = _figure("milliseconds")
    for y, name, colour, dash in (
        (found.written_out, "looking, as the formula stands", LOOKING, "solid"),
        (found.fused, "looking, PyTorch's fused function", LOOKING, "dash"),
        (found.projecting, "four matrices", PROJECTING, "solid"),
    ):
        line = {"color": colour, "width": 2.5, "dash": dash}
        figure.add_trace(go.Scatter(x=found.tokens, y=y * 1e3, mode="lines+markers", line=line, name=name))
    return figure
