"""All attention maps at once: a row for each layer, a tile for each head."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from engine.labs.transformer.results import Head, Shown, kind_of

GAP = 0.12
"""Room between tiles, as a share of a tile."""
SAID = 6_000
"""In a wall of more cells than this the pointer says the number alone."""
TITLES = {"encoder": "encoder", "decoder": "decoder", "cross": "cross: answer to source"}


@dataclass(frozen=True)
class Tile:
    """Where a head's map lies: its left edge and its top, in widths and heights of a tile."""

    head: Head
    left: float
    top: float


def tiles(shown: Shown) -> list[Tile]:
    """The tile of every head: layers downwards; of each, encoder, decoder, cross, and their heads, to the right."""
    found, kinds = [], list(dict.fromkeys(kind_of(name) for name in shown.attentions))
    layers = list(dict.fromkeys(name.split()[1] for name in shown.attentions))
    for name, maps in zip(shown.attentions, shown.maps, strict=True):
        layer = layers.index(name.split()[1])
        for head in range(len(maps)):
            column = kinds.index(kind_of(name)) * (len(maps) + 0.25) + head
            found.append(Tile((name, head + 1), column * (1 + GAP), layer * (1 + GAP)))
    return found


def tile_at(shown: Shown, x: float, y: float) -> Head | None:
    """The head whose tile is at a place of the picture."""
    inside = (tile for tile in tiles(shown) if 0 <= x - tile.left <= 1 and 0 <= y - tile.top <= 1)
    return next((tile.head for tile in inside), None)


def wall_height(shown: Shown) -> int:
    """Pixels."""
    layers = len({name.split()[1] for name in shown.attentions})
    return 44 + layers * (150 if layers < 3 else 105 if layers <= 6 else 64)


def wall_figure(shown: Shown, picked: Head, notes: Mapping[Head, str] | None = None) -> go.Figure:
    """Bright: much weight. Each tile: rows look, columns are looked at; ``picked`` has a frame. ``notes`` stand on tiles."""
    placed = tiles(shown)
    figure = go.Figure(layout=layout("", "", margin={"l": 58, "r": 8, "t": 34, "b": 8}))
    says_tokens = sum(maps.size for maps in shown.maps) <= SAID
    for tile in placed:
        figure.add_trace(_tile(shown, tile, says_tokens))
    for kind in dict.fromkeys(kind_of(tile.head[0]) for tile in placed):
        first = [tile for tile in placed if kind_of(tile.head[0]) == kind and tile.top == 0]
        for tile in first:
            _say(
                figure,
                tile.left + 0.5,
                -0.02,
                f"{tile.head[1]}" if len(placed) > 40 else f"head {tile.head[1]}",
                "bottom",
            )
        middle = (first[0].left + first[-1].left + 1) / 2
        figure.add_annotation(
            x=middle, y=0, yshift=31, text=TITLES[kind], showarrow=False, yanchor="top", font={"size": 11}
        )
    tops = sorted({tile.top for tile in placed})
    frame = next((tile for tile in placed if tile.head == picked), placed[0])
    figure.add_shape(
        type="rect",
        x0=frame.left - GAP / 4,
        x1=frame.left + 1 + GAP / 4,
        y0=frame.top - GAP / 4,
        y1=frame.top + 1 + GAP / 4,
        line={"color": theme.CLASSES[5], "width": 3},
    )
    for tile in placed if notes else ():
        note = {"bgcolor": "rgba(20,20,20,0.72)", "font": {"size": 11, "color": "#FFFFFF"}, "borderpad": 1}
        figure.add_annotation(
            x=tile.left + 0.98,
            y=tile.top + 0.02,
            text=(notes or {}).get(tile.head, ""),
            showarrow=False,
            xanchor="right",
            yanchor="top",
            **note,
        )
    right = max(tile.left for tile in placed) + 1
    figure.update_xaxes(range=[-GAP / 2, right + GAP / 2], visible=False, fixedrange=True)
    figure.update_yaxes(
        range=[tops[-1] + 1 + GAP / 2, -GAP / 2],
        tickvals=[top + 0.5 for top in tops],
        ticktext=[f"layer {name}" for name in dict.fromkeys(name.split()[1] for name in shown.attentions)],
        showgrid=False,
        fixedrange=True,
    )
    return figure


def _say(figure: go.Figure, x: float, y: float, text: str, anchor: str) -> None:
    figure.add_annotation(
        x=x, y=y, text=text, showarrow=False, yanchor=anchor, font={"size": 10, "color": theme.NEUTRAL}
    )


def _tile(shown: Shown, tile: Tile, says_tokens: bool) -> go.Heatmap:
    weights = shown.map_of(tile.head)
    queries, keys = weights.shape
    name, head = tile.head
    told = None
    if says_tokens:
        down, across = ([plain(token) for token in side(name)] for side in (shown.down, shown.across))
        told = [[f"{row} looks at {column}" for column in across] for row in down]
    return go.Heatmap(
        x=tile.left + (np.arange(keys) + 0.5) / keys,
        y=tile.top + (np.arange(queries) + 0.5) / queries,
        z=np.round(np.nan_to_num(weights) * 100).astype(np.uint8),
        zmin=0,
        zmax=100,
        colorscale=theme.value_scale(),
        showscale=False,
        name=f"{name}, head {head}",
        customdata=told,
        hovertemplate=f"{name}, head {head}<br>" + ("%{customdata}: " if told else "") + "%{z} %<extra></extra>",
    )
