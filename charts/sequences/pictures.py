"""What a network does with one example, as heat maps that change over the film."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, Slot, layout, plain
from engine.sequences.scene import Axis, Picture, SequenceScene

MOST_COLUMNS = 4
ACROSS, DOWN = 130, 50
"""Characters of all labels that fit along the whole width of a chart, and lines (two each) along its height."""
FLAT = 42
"""Characters that stand beside each other along the whole width on a phone; longer names of more are slanted."""
GAP = 0.045
TITLE = 0.07
"""Share of the height above each picture for its title."""
HELP = {
    "Hidden state": "The state h of every unit after each token of one validation example: what the network carries along.",
    "Gates": "What the cell of the last layer computes at each token: gates lie between 0 and 1, the candidate between -1 and "
    "1, the cell state c has no bounds.",
    "decoder attention": "One map a head: the row is the token that looks, the column what it looks at; each row sums to 1. "
    "L2 H1 is head 1 of layer 2.",
    "encoder attention": "The same within the source: here every token may look at every other.",
    "cross attention": "Where each token of the answer looks in the source.",
}


def picture_charts(scene: SequenceScene) -> list[LiveFigure]:
    """One chart for each group of pictures; the last group of attention, or the states, stands large."""
    groups = list(dict.fromkeys(picture.group for picture in scene.pictures))
    large = next((group for group in ("cross attention", "Hidden state", "decoder attention") if group in groups), "")
    return [_chart(scene, group, "wide" if group == large else "more") for group in groups]


def _chart(scene: SequenceScene, group: str, slot: Slot) -> LiveFigure:
    shown = [picture for picture in scene.pictures if picture.group == group]
    columns = 1 if group == "Hidden state" else min(MOST_COLUMNS, len(shown))
    rows = math.ceil(len(shown) / columns)
    slants = any(_slants(_ticks(scene, picture.across), columns) for picture in shown)
    figure = go.Figure(layout=layout("", "", margin={"l": 44, "r": 8, "t": 22, "b": 64 if slants else 46}))
    bindings = []
    for place, picture in enumerate(shown):
        row, column = divmod(place, columns)
        _add(figure, scene, picture, place, (row, column), (rows, columns))
        bindings.append(Binding("frame", place, picture.array, key="z", scale=picture.scale))
    title = group[:1].upper() + group[1:]
    return LiveFigure(f"pictures.{group}", title, slot, figure, tuple(bindings), HELP[group])


def _add(
    figure: go.Figure, scene: SequenceScene, picture: Picture, place: int, at: tuple[int, int], of: tuple[int, int]
) -> None:
    """One heat map with axes of its own."""
    (row, column), (rows, columns) = at, of
    name = "" if place == 0 else str(place + 1)
    down, across = _ticks(scene, picture.down), _ticks(scene, picture.across)
    signed = picture.low < 0
    hover = f"{picture.down} %{{y}}, {picture.across} %{{x}}: %{{z:.2f}}"
    figure.add_trace(
        go.Heatmap(
            x=across or None,
            y=down or None,
            zmin=picture.low,
            zmax=picture.high,
            colorscale=theme.diverging_scale() if signed else theme.value_scale(),
            showscale=place == 0,
            colorbar={"thickness": 10},
            xaxis=f"x{name}",
            yaxis=f"y{name}",
            hovertemplate=f"{plain(picture.title)}<br>{hover}<extra></extra>",
        )
    )
    x0, x1 = _share(column, columns)
    y0, top = _share(rows - 1 - row, rows)
    y1 = top - TITLE / rows * min(rows, 2)
    is_low, is_left = row == rows - 1, column == 0
    x = {
        "domain": [x0, x1],
        "anchor": f"y{name}",
        "showgrid": False,
        "zeroline": False,
        **_labels(across, is_low, ACROSS // columns),
        **({"tickangle": -60} if _slants(across, columns) else {}),
    }
    y = {
        "domain": [y0, y1],
        "anchor": f"x{name}",
        "showgrid": False,
        "zeroline": False,
        **_labels(down, is_left, DOWN // rows),
    }
    figure.update_layout({f"xaxis{name}": x, f"yaxis{name}": {**y, "autorange": "reversed"}})
    figure.add_annotation(
        text=plain(picture.short or picture.title),
        x=(x0 + x1) / 2,
        y=y1,
        xref="paper",
        yref="paper",
        xanchor="center",
        yanchor="bottom",
        yshift=-2,
        showarrow=False,
        font={"size": 10},
    )


def _share(place: int, places: int) -> tuple[float, float]:
    wide = (1 - GAP * (places - 1)) / places
    return place * (wide + GAP), place * (wide + GAP) + wide


def _labels(names: Sequence[str], shown: bool, room: int) -> dict[str, object]:
    """Ticks of one axis: the tokens, where there is ``room`` for so many characters, or the numbers of units."""
    if not names:
        return {"showticklabels": shown}
    if not shown or sum(max(2, len(name)) for name in names) > room:
        return {"type": "category", "showticklabels": False, "ticks": ""}
    places = {"tickvals": list(range(len(names))), "ticktext": [name.partition(" ")[2] for name in names]}
    return {"type": "category", **places, "tickangle": 0, "tickfont": {"size": 10}}


def _slants(names: Sequence[str], columns: int) -> bool:
    """Whether names would lie over each other where the picture is narrow; single letters stay upright."""
    words = [name.partition(" ")[2] for name in names]
    longest = max(map(len, words), default=0)
    return longest > 2 and sum(len(word) + 1 for word in words) > FLAT // columns


def _ticks(scene: SequenceScene, axis: Axis) -> list[str]:
    """The tokens along an axis, each with its place; none for units and for series of numbers."""
    if axis == "units" or len(scene.inputs):
        return []
    found = {
        "tokens": scene.example,
        "source": scene.example[: scene.source],
        "answered": scene.example[scene.source :],
    }
    return [f"{place} {plain(visible(token))}" for place, token in enumerate(found[axis], start=1)]


def visible(token: str) -> str:
    """A token that is white space can not be seen."""
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)
