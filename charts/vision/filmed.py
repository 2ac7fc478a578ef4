"""What a network does with one picture, along the film: the maps of its blocks, and the kernels they come from."""

import math

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, plain
from charts.vision.pictures import picture_url
from engine.vision.scene import Filmed, VisionScene

FEW = 6
"""So many blocks stand in three columns, more in four."""
GAP_ACROSS, GAP_DOWN = 0.03, 0.05
SHORT = {"convolution": "conv", "dropout": "drop", "residual": "res", "norm": "norm", "pool": "pool"}
PICTURE = 0.13
"""Share of the width where the picture itself stands."""


def feature_maps(scene: VisionScene) -> LiveFigure | None:
    """The maps of every block for one validation picture, a row a block; None of a network without any."""
    blocks = [(place, block) for place, block in enumerate(scene.blocks) if block.has_places]
    if not blocks:
        return None
    figure = go.Figure(layout=layout("", "", margin={"l": 8, "r": 8, "t": 22, "b": 8}))
    columns = 3 if len(blocks) <= FEW else 4
    rows = math.ceil(len(blocks) / columns)
    bindings = []
    for place, (_, block) in enumerate(blocks):
        _add_block(figure, block, place, (rows, columns))
        bindings.append(Binding("frame", place, block.array, key="z"))
    _add_picture(figure, scene)
    label = scene.classes[scene.shown_labels[0]] if scene.classes else ""
    text = (
        f"What each block gives for one validation picture ({plain(label)}), the first maps of each beside each other: dark is "
        "the lowest number among a block's maps, bright the highest. Large maps are drawn coarser; see Feature maps for all."
    )
    return LiveFigure("maps", "Feature maps", "wide", figure, tuple(bindings), text)


def _add_block(figure: go.Figure, block: Filmed, place: int, of: tuple[int, int]) -> None:
    """The maps of one block in rows, with lines between them."""
    rows, columns = of
    row, column = divmod(place, columns)
    left = PICTURE + column * (1 - PICTURE + GAP_ACROSS) / columns
    right = left + (1 - PICTURE - GAP_ACROSS * (columns - 1)) / columns
    height = (1 - GAP_DOWN * (rows - 1)) / rows
    top = 1 - row * (height + GAP_DOWN)
    bottom, top = top - height, top - min(0.06, height / 4)
    name = "" if place == 0 else str(place + 1)
    figure.add_trace(
        go.Heatmap(
            zmin=0,
            zmax=255,
            colorscale=theme.value_scale(),
            showscale=False,
            xaxis=f"x{name}",
            yaxis=f"y{name}",
            hovertemplate=f"{plain(block.named)}: {block.drawn} of {block.shape[0]}<br>%{{z}} of 255<extra></extra>",
        )
    )
    high, wide = block.side
    bare = {"visible": False, "fixedrange": True}
    figure.update_layout(
        {
            f"xaxis{name}": {
                **bare,
                "domain": [left, right],
                "anchor": f"y{name}",
                "range": [-0.5, block.across * wide - 0.5],
            },
            f"yaxis{name}": {
                **bare,
                "domain": [bottom, top],
                "anchor": f"x{name}",
                "range": [block.rows * high - 0.5, -0.5],
                "scaleanchor": f"x{name}",
                "constrain": "domain",
                "constraintoward": "top",
            },
        }
    )
    figure.update_layout({f"xaxis{name}": {"constrain": "domain", "constraintoward": "left"}})
    ends = block.across * wide - 0.5, block.rows * high - 0.5
    lines = [(at, at, -0.5, ends[1]) for at in (n * wide - 0.5 for n in range(1, block.across))]
    lines += [(-0.5, ends[0], at, at) for at in (n * high - 0.5 for n in range(1, block.rows))]
    for x0, x1, y0, y1 in lines:
        line = {"color": theme.NEUTRAL, "width": 1}
        figure.add_shape(type="line", x0=x0, x1=x1, y0=y0, y1=y1, xref=f"x{name}", yref=f"y{name}", line=line)
    figure.add_annotation(
        text=plain(brief(block.named)),
        x=left,
        y=top,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 10},
    )


def brief(named: str) -> str:
    """``4 conv`` of ``4 convolution 3x3``: blocks stand close together on a telephone."""
    number, _, rest = named.partition(" ")
    words = [word for word in rest.split() if word[:1].isalpha()]
    short = next((SHORT[word] for word in reversed(words) if word in SHORT), words[0][:6] if words else rest[:6])
    return f"{number} {short}"


def _add_picture(figure: go.Figure, scene: VisionScene) -> None:
    """The picture itself, at the upper left."""
    source = picture_url(scene.shown[0])
    size = {"x": 0, "y": 1, "sizex": PICTURE * 0.85, "sizey": 0.5, "xanchor": "left", "yanchor": "top"}
    figure.add_layout_image(source=source, xref="paper", yref="paper", sizing="contain", **size)


def kernels(scene: VisionScene) -> LiveFigure | None:
    """The kernels of the first convolution, side by side; None where there is none."""
    if not scene.filters:
        return None
    drawn, channels, side, _ = scene.filters
    figure = go.Figure(layout=layout("kernel", "", margin={"l": 30, "r": 8, "t": 8, "b": 34}))
    figure.add_trace(
        go.Heatmap(
            zmin=0,
            zmax=254,
            colorscale=theme.diverging_scale(),
            showscale=False,
            hovertemplate="%{z} of 254, 127 is 0<extra></extra>",
        )
    )
    lines = [
        {"x0": n * side - 0.5, "x1": n * side - 0.5, "y0": -0.5, "y1": channels * side - 0.5} for n in range(1, drawn)
    ]
    lines += [
        {"x0": -0.5, "x1": drawn * side - 0.5, "y0": n * side - 0.5, "y1": n * side - 0.5} for n in range(1, channels)
    ]
    for line in lines:
        figure.add_shape(type="line", line={"color": theme.NEUTRAL, "width": 1}, **line)
    figure.update_xaxes(
        tickvals=list(np.arange(drawn) * side + (side - 1) / 2),
        ticktext=[str(n + 1) for n in range(drawn)],
        showgrid=False,
    )
    figure.update_yaxes(visible=False, range=[channels * side - 0.5, -0.5], scaleanchor="x", constrain="domain")
    text = "The weights of the first convolution, from minus to plus the largest of them"
    text += "; channels stand below each other." if channels > 1 else "."
    return LiveFigure("kernels", "First kernels", "more", figure, (Binding("frame", 0, "filters", key="z"),), text)
