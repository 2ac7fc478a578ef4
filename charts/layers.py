"""Layer by layer: gradients now and over time, activations, weights."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, legend_above, remembered
from engine.scene import Scene, Surroundings

RIDGE_HEIGHT = 0.85
LEVEL_NAMES = 3
LEVEL_LETTERS = 9
"""So many layer names of so many letters stand beside each other in a quarter of a page; more or longer ones are slanted."""
SINGLE_NAMES = 8
"""More matrices than these are named by the block of the network that they belong to, where they have one."""
ROW_LETTERS = 26
"""Letters that stand beside each other below a chart in a quarter of a page."""
SHORT = {"embedding": "emb", "encoder": "enc", "decoder": "dec", "cross": "dec", "output": "out"}
"""Cross-attention is a part of the decoder's block."""
BACKWARD = " backward"
"""Of a layer that reads from the end, in its name."""


def _stand_level(names: list[str]) -> bool:
    return len(names) <= LEVEL_NAMES and max(map(len, names), default=0) <= LEVEL_LETTERS


def _block(name: str) -> str:
    """``enc 1`` of ``encoder 1 query``; a name that says nothing more than its layer stays whole."""
    first, *rest = name.split()
    kept = rest if not rest or rest[-1].isdigit() else rest[:-1]
    return " ".join([SHORT.get(first, first), *kept])


def _marks(names: list[str]) -> dict[float, str]:
    """The names of blocks, each below the middle of its matrices; the largest first, as far as there is room for them."""
    blocks: list[tuple[int, float, str]] = []
    start = 0
    for text, matrices in groupby(names, _block):
        count = len(list(matrices))
        blocks.append((-count, start + (count - 1) / 2, text))
        start += count
    found: dict[float, str] = {}
    per_letter = len(names) / ROW_LETTERS
    for _, place, text in sorted(blocks):
        if all(abs(place - at) >= per_letter * ((len(text) + len(other)) / 2 + 1) for at, other in found.items()):
            found[place] = text
    return dict(sorted(found.items()))


def _named(marks: Mapping[float, str]) -> dict[str, Any]:
    """Ticks of these texts at these places."""
    return {"tickvals": list(marks), "ticktext": list(marks.values())}


@remembered("layer_names", "probe_rows")
def gradient_bars(scene: Surroundings) -> LiveFigure:
    """The norm of the gradient that reaches each layer's weights, and its mean size per weight."""
    names = list(scene.layer_names)
    by_block = len(names) > SINGLE_NAMES and len(set(map(_block, names))) < len(names)
    level = by_block or _stand_level(names)
    title = "gradient (log scale)" if level else "gradient"  # names that slant leave little height
    figure = go.Figure(layout=layout("layer", title, showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 28}, bargap=0.25)
    figure.update_yaxes(type="log", exponentformat="power", nticks=4)
    figure.update_xaxes(type="category", tickangle=0 if level else -45)
    if by_block:
        figure.update_xaxes(**_named(_marks(names)))
    elif any(BACKWARD in name for name in names):
        figure.update_xaxes(**_named({place: name.replace(BACKWARD, " ←") for place, name in enumerate(names)}))
    for name, colour in (("norm", theme.GRADIENT), ("mean |gradient|", theme.CLASSES[4])):
        hover = f"%{{customdata}}<br>{name} %{{y:.3g}}<extra></extra>"
        figure.add_trace(go.Bar(x=names, name=name, marker={"color": colour}, customdata=names, hovertemplate=hover))
    bindings = (Binding("frame", 0, "gradient_norm"), Binding("frame", 1, "gradient_mean"))
    text = (
        "The gradient of the loss, without penalties and class weights, with respect to each layer's weights, on a fixed "
        f"batch of up to {scene.probe_rows} training examples in evaluation mode, before any clipping: its Euclidean norm, "
        "and the mean of its absolute entries."
    )
    if by_block:
        text += " Below the bars stand the network's blocks; point at a bar for its matrix."
    return LiveFigure("gradient", "Gradient flow", "main", figure, bindings, text, decades=True)


@remembered("layer_names")
def gradient_heatmap(scene: Surroundings) -> LiveFigure:
    """Gradient norm of every layer over the steps, as powers of ten."""
    text = "One row per layer, one column per frame: where a row fades, that layer has stopped receiving gradient."
    return _heatmap(scene, "gradient_heatmap", "Gradient over time", "gradient_norm", "log₁₀ norm", text)


@remembered("layer_names")
def update_heatmap(scene: Surroundings) -> LiveFigure:
    """Update-to-weight ratio of every layer over the steps, as powers of ten."""
    text = (
        "Norm of one update over norm of the weights it changed. About 10⁻³ is usual; rows far below hardly learn, "
        "rows near 10⁻¹ and above jump about."
    )
    return _heatmap(scene, "updates", "Update / weight", "update_ratio", "log₁₀ ratio", text)


@remembered("layer_names", "probe_rows")
def activations(scene: Scene) -> LiveFigure | None:
    """A histogram of activations per hidden layer, and the shares that are saturated or dead; None at depth 0."""
    names = list(scene.layer_names[:-1])
    if not names:
        return None
    text = (
        f"Each ridge is the histogram of one layer's activations on up to {scene.probe_rows} training examples. "
        "Saturated: the slope is "
        "at most 5 % of the activation's largest. Dead: a unit with slope 0 on every example."
    )
    figure, bindings = _ridges(names, "activation", "activation_histogram", "activation_range", theme.CLASSES[2])
    return LiveFigure("activations", "Activations", "more", figure, bindings, text)


@remembered("layer_names")
def saturation(scene: Scene) -> LiveFigure | None:
    """The share of saturated activations and of dead units per hidden layer; None at depth 0."""
    names = list(scene.layer_names[:-1])
    if not names:
        return None
    figure = go.Figure(layout=layout("layer", "share", showlegend=True, legend=legend_above(), margin={"t": 28}))
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_xaxes(type="category")
    figure.add_trace(go.Bar(x=names, name="saturated activations", marker={"color": theme.CLASSES[1]}))
    figure.add_trace(go.Bar(x=names, name="dead units", marker={"color": theme.CLASSES[5]}))
    bindings = (Binding("frame", 0, "saturated"), Binding("frame", 1, "dead"))
    text = "Saturated: slope at most 5 % of the activation's largest. Dead: slope 0 on every one of the probe examples."
    return LiveFigure("saturation", "Saturation", "more", figure, bindings, text)


@remembered("layer_names")
def weights(scene: Scene) -> LiveFigure:
    """A histogram of weights per layer."""
    text = "Each ridge is the histogram of one layer's weights, biases left out, scaled to its fullest bin."
    names = list(scene.layer_names)
    figure, bindings = _ridges(names, "weight", "weight_histogram", "weight_range", theme.CLASSES[0])
    return LiveFigure("weights", "Weights", "more", figure, bindings, text)


def _heatmap(scene: Surroundings, id: str, title: str, array: str, scale: str, text: str) -> LiveFigure:
    figure = go.Figure(layout=layout("step", "layer"))
    figure.update_yaxes(type="category", autorange="reversed")
    bar = {"title": {"text": scale, "side": "right"}, "thickness": 12}
    hover = f"step %{{x}}, %{{y}}<br>{scale} %{{z:.2f}}<extra></extra>"
    colours = theme.value_scale()
    figure.add_trace(go.Heatmap(y=list(scene.layer_names), colorscale=colours, colorbar=bar, hovertemplate=hover))
    binding = Binding("stack", 0, array, key="z", log10=True)
    return LiveFigure(id, title, "more", figure, (binding,), text, cursor=True)


def _ridges(names: list[str], x: str, array: str, ranges: str, colour: str) -> tuple[go.Figure, tuple[Binding, ...]]:
    """Histograms one above the other, the first layer on top."""
    figure = go.Figure(layout=layout(x, "layer"))
    places = [len(names) - 1 - row for row in range(len(names))]
    figure.update_yaxes(tickvals=places, ticktext=names, range=[-0.1, len(names)])
    bindings = []
    for row, (name, place) in enumerate(zip(names, places, strict=True)):
        ridge = go.Scatter(
            mode="lines",
            fill="toself",
            line={"color": colour, "width": 1.5, "shape": "hvh"},
            name=name,
            hoverinfo="name+x",
        )
        figure.add_trace(ridge)
        bindings.append(Binding("ridge", row, array, row=row, range=ranges, offset=float(place), height=RIDGE_HEIGHT))
    return figure, tuple(bindings)
