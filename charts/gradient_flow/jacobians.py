"""The product of the layers' Jacobians."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.gradient_flow.results import Chains


def chain_lines(found: Chains) -> go.Figure:
    """Norm of the product and its bound over the layers passed from the output, beside 2^n and 0.8^n."""
    heading = layout("layers passed on the way back, n", "log₁₀ of the norm", showlegend=True, legend=legend_above())
    figure = go.Figure(layout=heading)
    figure.update_layout(margin={"t": 60})
    longest = max((len(chain.product) for chain in found.chains), default=1)
    for base, dash in ((2.0, "dot"), (0.8, "dashdot")):
        n = np.arange(longest + 1)
        line = {"color": "grey", "width": 1.5, "dash": dash}
        figure.add_trace(go.Scatter(x=n, y=n * np.log10(base), name=f"{base:g}ⁿ", line=line))
    for chain, colour in zip(found.chains, theme.CLASSES, strict=False):
        n = np.arange(1, len(chain.product) + 1)
        for values, name, dash in ((chain.product, "‖product‖", "solid"), (chain.bound, "product of norms", "dash")):
            shown = np.where(np.isfinite(values), values, np.nan)[::-1]
            line = {"color": colour, "width": 2.5 if dash == "solid" else 1.5, "dash": dash}
            figure.add_trace(go.Scatter(x=n, y=shown, name=f"{chain.label}: {name}", line=line))
    figure.update_yaxes(zeroline=True)
    return figure


def factor_bars(found: Chains) -> go.Figure:
    """Spectral norm of every layer's Jacobian."""
    heading = layout("layer, from the input", "‖J‖ of the layer", showlegend=True, legend=legend_above())
    figure = go.Figure(layout=heading)
    figure.update_layout(margin={"t": 40})
    for chain, colour in zip(found.chains, theme.CLASSES, strict=False):
        n = np.arange(1, len(chain.norms) + 1)
        figure.add_trace(go.Bar(x=n, y=chain.norms, name=chain.label, marker={"color": colour}))
    figure.add_hline(y=1.0, line={"dash": "dot", "width": 1, "color": "grey"})
    return figure
