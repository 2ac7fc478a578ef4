"""Pictures of gradients on their way through the layers."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from charts import theme
from charts.live import layout, legend_above
from engine.labs.gradient_flow.results import Chains, Comparison, Course, Flow, Record
from engine.words import number

BINS = 40
FAINTEST = -45
"""Lowest power of ten that is drawn: single precision knows none below."""
OUTCOME_SIGNS = {
    "learned": "✓",
    "vanished": "vanished",
    "exploded": "exploded",
    "diverged": "diverged",
    "stuck": "stuck",
}


# --- layers over updates --------------------------------------------------------------------------------------------


def decades(tables: Sequence[Float[np.ndarray, "layers columns"]]) -> tuple[float, float]:
    """(lowest, highest) whole power of ten of all that is above 0 and finite: the one scale of several heat maps."""
    values = np.concatenate([table.ravel() for table in tables]) if tables else np.zeros(0)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return -1.0, 0.0
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    return max(float(low), FAINTEST), max(float(high), float(low) + 1)


def layer_heatmap(
    step: Int[np.ndarray, " columns"],
    table: Float[np.ndarray, "layers columns"],
    scale: tuple[float, float],
    of: str,
    updates: int,
) -> go.Figure:
    """log10 of ``table``, one row per layer with the first one on top, one column per update; 0 is left blank."""
    figure = go.Figure(layout=layout("update", "layer, from the input", margin={"t": 10, "l": 48}))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(table > 0, np.log10(table), np.nan)
    logs = np.where(np.isfinite(logs), np.round(logs, 2), np.nan)
    places = np.arange(1, len(table) + 1)
    names = [*(f"hidden layer {place}" for place in places[:-1]), "output layer"]
    figure.add_trace(
        go.Heatmap(
            x=step,
            y=places,
            z=logs,
            zmin=scale[0],
            zmax=scale[1],
            colorscale=theme.value_scale(),
            colorbar={"title": {"text": f"log₁₀ {of}", "side": "right"}, "thickness": 12},
            customdata=np.broadcast_to(np.array(names, object)[:, None], logs.shape).tolist(),
            hovertemplate=f"update %{{x}}, %{{customdata}}<br>log₁₀ {of} %{{z:.2f}}<extra></extra>",
        )
    )
    figure.update_yaxes(range=[len(table) + 0.5, 0.5], **_whole_ticks(len(table)))
    figure.update_xaxes(range=[0, updates + 1])
    return figure


def _whole_ticks(layers: int) -> dict[str, object]:
    every = max(1, -(-layers // 8))
    places = [1, *range(1 + every, layers, every)]
    if layers - places[-1] < every / 2 and len(places) > 1:
        places.pop()
    return {"tickvals": [*places, layers], "ticktext": [*map(str, places), "out"]}


def loss_lines(flow: Flow, updates: int, limit: float | None = None) -> go.Figure:
    """Training loss of every run over its updates; dotted, the loss of an answer of one half for everything."""
    figure = go.Figure(layout=layout("update", "training loss (nats)", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40})
    for course, colour in zip(flow.courses, theme.CLASSES, strict=False):
        loss = np.where(np.isfinite(course.loss), course.loss, np.nan)
        figure.add_trace(go.Scatter(x=course.step, y=loss, name=course.label, line={"color": colour, "width": 2}))
    figure.add_hline(y=float(np.log(2)), line={"dash": "dot", "width": 1, "color": "grey"})
    top = max((float(np.nanmax(c.loss)) for c in flow.courses if np.isfinite(c.loss).any()), default=1.0)
    if top > 10:
        figure.update_yaxes(type="log", exponentformat="power")
    else:
        figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(range=[0, updates + 1])
    return figure


# --- Jacobians ------------------------------------------------------------------------------------------------------


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


# --- cures compared -------------------------------------------------------------------------------------------------


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
    return OUTCOME_SIGNS[usual] if count == len(outcomes) else f"{OUTCOME_SIGNS[usual]} {count}/{len(outcomes)}"


# --- clipping -------------------------------------------------------------------------------------------------------


def norm_histogram(course: Course, limit: float | None) -> go.Figure:
    """How often which gradient norm came, on a logarithmic scale, with the limit as a line."""
    heading = layout("norm of the whole gradient before clipping", "updates", showlegend=False, margin={"t": 24})
    figure = go.Figure(layout=heading)
    values = course.norm[np.isfinite(course.norm) & (course.norm > 0)]
    if len(values):
        low, high = np.log10(values.min()), np.log10(values.max())
        if limit:
            low, high = min(low, np.log10(limit)), max(high, np.log10(limit))
        edges = np.linspace(low - 0.05, high + 0.05, BINS + 1)
        counts, _ = np.histogram(np.log10(values), edges)
        middle = (edges[:-1] + edges[1:]) / 2
        over = middle > np.log10(limit) if limit else np.zeros(BINS, bool)
        colours = np.where(over, theme.CLASSES[5], theme.CLASSES[0])
        names = [f"{number(10**a)} to {number(10**b)}" for a, b in pairwise(edges)]
        figure.add_trace(
            go.Bar(
                x=middle,
                y=counts,
                width=edges[1] - edges[0],
                marker={"color": colours.tolist()},
                customdata=names,
                hovertemplate="norm %{customdata}: %{y} updates<extra></extra>",
            )
        )
        whole = np.arange(np.floor(edges[0]), np.ceil(edges[-1]) + 1)
        ticks = whole[:: max(1, len(whole) // 8)]
        figure.update_xaxes(tickvals=ticks, ticktext=[f"10<sup>{int(tick)}</sup>" for tick in ticks])
    if limit:
        figure.add_vline(
            x=float(np.log10(limit)),
            line={"dash": "dash", "width": 2, "color": theme.CLASSES[5]},
            annotation={"text": f"c = {number(limit)}", "yref": "paper", "y": 1.0, "yanchor": "bottom"},
        )
    return figure


def angle_lines(courses: Sequence[Course]) -> go.Figure:
    """Degrees by which clipping turned the gradient, update by update."""
    heading = layout("update", "degrees turned by clipping", showlegend=True, legend=legend_above())
    figure = go.Figure(layout=heading)
    figure.update_layout(margin={"t": 40})
    for course, colour in zip(courses, theme.CLASSES[1:], strict=False):
        figure.add_trace(go.Scatter(x=course.step, y=course.angle, name=course.label, line={"color": colour}))
    figure.update_yaxes(rangemode="tozero")
    return figure


# --- recorded runs --------------------------------------------------------------------------------------------------


def weight_norms(record: Record) -> go.Figure:
    """Norm of each layer's weights over the run, as a share of where it began."""
    figure = go.Figure(layout=layout("update", "norm of the weights / at the start"))
    first = record.weight_norm[:, :1]
    shares = np.divide(record.weight_norm, first, out=np.full_like(record.weight_norm, np.nan), where=first > 0)
    colours = theme.ramp(theme.CIVIDIS, max(len(shares), 2))
    for place, (values, colour) in enumerate(zip(shares, colours, strict=False), start=1):
        name = f"layer {place}" if place < len(shares) else "output layer"
        rgb = f"rgb({colour[0]:.0f},{colour[1]:.0f},{colour[2]:.0f})"
        line = {"color": rgb, "width": 1.5}
        figure.add_trace(go.Scatter(x=record.weight_step, y=values, name=name, line=line, mode="lines"))
    return figure
