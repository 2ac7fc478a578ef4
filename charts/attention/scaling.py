"""Softmax of dot products as their width grows."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.bands import band
from charts.live import layout, legend_above
from engine.labs.attention.results.measured import Example, Scaled

BARE, SCALED = theme.CLASSES[5], theme.CLASSES[2]
AXIS = "width d_k of queries and keys"


def _figure(y: str) -> go.Figure:
    figure = go.Figure(layout=layout(AXIS, y, showlegend=True, legend=legend_above(), margin={"t": 40}))
    figure.update_xaxes(type="log", dtick=1, exponentformat="none")
    return figure


def variance_figure(found: Scaled) -> go.Figure:
    """Measured variance of q·k beside d_k."""
    figure = _figure("variance of q·k")
    line = {"color": theme.NEUTRAL, "width": 4}
    figure.add_trace(
        go.Scatter(x=found.widths, y=found.widths, mode="lines", line=line, name="closed form: d_k", opacity=0.6)
    )
    band(figure, found.widths, found.variance, "measured", BARE)
    figure.update_yaxes(type="log", exponentformat="power")
    return figure


def entropy_figure(found: Scaled) -> go.Figure:
    """Entropy of the weights without and with scaling; dotted, of even weights."""
    figure = _figure("entropy of the weights (nats)")
    band(figure, found.widths, found.entropy_bare, "softmax(q·k)", BARE)
    band(figure, found.widths, found.entropy, "softmax(q·k / √d_k)", SCALED)
    figure.add_hline(y=float(np.log(found.keys)), line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL})
    figure.update_yaxes(rangemode="tozero")
    return figure


def jacobian_figure(found: Scaled) -> go.Figure:
    """Norm of the softmax's derivative without and with scaling."""
    figure = _figure("mean norm of the Jacobian")
    band(figure, found.widths, found.jacobian_bare, "softmax(q·k)", BARE)
    band(figure, found.widths, found.jacobian, "softmax(q·k / √d_k)", SCALED)
    figure.update_yaxes(rangemode="tozero")
    return figure


def example_figure(found: Example) -> go.Figure:
    """The weights of one query, its keys sorted by their score."""
    figure = go.Figure(
        layout=layout("key, largest score first", "weight", showlegend=True, legend=legend_above(), margin={"t": 40})
    )
    order = np.argsort(-found.scores, kind="stable")
    places = np.arange(1, len(order) + 1)
    figure.add_trace(go.Bar(x=places, y=found.bare[order], name="softmax(q·k)", marker={"color": BARE}))
    figure.add_trace(go.Bar(x=places, y=found.scaled[order], name="softmax(q·k / √d_k)", marker={"color": SCALED}))
    figure.update_yaxes(range=[0, 1.02])
    return figure
