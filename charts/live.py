"""Charts that follow a film: a figure built once, and which of its arrays come from which numbers of a frame.

The browser swaps the arrays at every frame; ``filled`` does the same here, for exports, tests and still pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from types import SimpleNamespace
from typing import Any, Literal, TypeVar, cast

import numpy as np
import plotly.graph_objects as go

from engine.film import Film
from engine.packing import named_arrays
from engine.snapshot import HISTOGRAM_BINS, Snapshot

REMEMBERED = 64
"""Charts of each kind that are kept: building one takes Plotly some milliseconds."""

Drawn = TypeVar("Drawn")
Around = TypeVar("Around")
Slot = Literal["boundary", "wide", "main", "more"]
Mode = Literal["frame", "series", "stack", "ridge"]


@dataclass(frozen=True)
class Binding:
    """Where an array of a trace comes from.

    frame: the shown frame's ``array`` (or its ``row``), times ``scale``, goes to ``key``. series: entry ``index`` of
    ``array`` over all frames, x the steps. stack: all entries over all frames as a heat map. ridge: a histogram row,
    drawn between its own ``range`` at height ``offset``.
    """

    mode: Mode
    trace: int
    array: str
    key: str = "y"
    index: int | None = None
    row: int | None = None
    log10: bool = False
    range: str = ""
    offset: float = 0.0
    height: float = 1.0
    scale: float = 1.0
    """What the numbers of a frame are multiplied by."""


@dataclass(frozen=True)
class LiveFigure:
    """A chart of the player."""

    id: str
    title: str
    slot: Slot
    figure: go.Figure
    bindings: tuple[Binding, ...]
    help: str
    cursor: bool = False
    """Whether a line marks the shown step on the x axis."""
    toggles: tuple[Literal["log", "smooth"], ...] = field(default=())
    decades: bool = False
    """Whether the logarithmic y axis shows whole powers of ten, so that the shortest bar has a length to compare."""

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """What the browser needs to draw it; not to be changed."""
        unset = vars(Binding("frame", 0, ""))
        bindings = [
            {key: value for key, value in vars(b).items() if key in ("mode", "trace", "array") or value != unset[key]}
            for b in self.bindings
        ]
        return {
            "id": self.id,
            "title": self.title,
            "slot": self.slot,
            "figure": self.figure.to_plotly_json() | {"layout": self.figure.layout.to_plotly_json()},
            "bindings": bindings,
            "help": self.help,
            "cursor": self.cursor,
            "toggles": list(self.toggles),
            "decades": self.decades,
        }


def remembered(*names: str) -> Callable[[Callable[[Around], Drawn]], Callable[[Around], Drawn]]:
    """A chart that depends on nothing of a scene but what is ``named``: alike scenes, of whichever run, share it."""

    def keeping(draw: Callable[[Around], Drawn]) -> Callable[[Around], Drawn]:
        @lru_cache(maxsize=REMEMBERED)
        def drawn(*values: Any) -> Drawn:
            return draw(cast(Any, SimpleNamespace(**dict(zip(names, values, strict=True)))))

        @wraps(draw)
        def shared(scene: Around) -> Drawn:
            return drawn(*(getattr(scene, name) for name in names))

        return shared

    return keeping


def filled(live: LiveFigure, film: Film, step: int | None = None) -> go.Figure:
    """``live`` as it stands at ``step`` (default: the newest frame). An empty film gives the bare figure."""
    figure = go.Figure(live.figure)
    if not len(film):
        return figure
    shown = film.last if step is None else film.at(step)
    for binding in live.bindings:
        figure.data[binding.trace].update(_arrays(binding, film, shown))
    return figure


def _arrays(binding: Binding, film: Film, shown: Snapshot) -> dict[str, Any]:
    if binding.mode == "series":
        steps = [frame.step for frame in film]
        return {"x": steps, "y": [_number(named_arrays(frame)[binding.array][binding.index or 0]) for frame in film]}
    if binding.mode == "stack":
        columns = [named_arrays(frame)[binding.array] for frame in film]
        return {"x": [frame.step for frame in film], "z": _logged(np.stack(columns, axis=1), binding.log10)}
    arrays = named_arrays(shown)
    if binding.array not in arrays:
        arrays = named_arrays(film.detailed(shown.step))
    values = arrays[binding.array] if binding.row is None else arrays[binding.array][binding.row]
    if binding.mode == "ridge":
        low, high = arrays[binding.range][binding.row or 0]
        edges = np.linspace(low, high, HISTOGRAM_BINS + 1)
        heights = binding.height * np.concatenate([[0], values, [0]]) / 255
        return {"x": [low, *(edges[:-1] + edges[1:]) / 2, high], "y": binding.offset + heights}
    return {binding.key: _logged(values * binding.scale if binding.scale != 1 else values, binding.log10)}


def _logged(values: np.ndarray, log10: bool) -> np.ndarray:
    if not log10:
        return values
    positive = np.where(values > 0, values, np.nan)
    return np.log10(positive)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def plain(text: str, longest: int = 200) -> str:
    """``text`` for Plotly, which reads tags, entities and %{...}: a name from somebody's data stands there as it is."""
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


def layout(x: str, y: str, **more: Any) -> dict[str, Any]:
    """The layout all charts share; ``x`` and ``y`` are axis titles with their units, in plain text."""
    x, y = plain(x), plain(y)
    base: dict[str, Any] = {
        "template": go.layout.Template(),
        "margin": {"l": 56, "r": 12, "t": 8, "b": 40},
        "uirevision": "kept",
        "showlegend": False,
        "hovermode": "closest",
        "font": {"size": 12},
        "xaxis": {"title": {"text": x, "standoff": 6}, "zeroline": False},
        "yaxis": {"title": {"text": y, "standoff": 6}, "zeroline": False},
    }
    for key, value in more.items():
        base[key] = {**base[key], **value} if isinstance(base.get(key), dict) and isinstance(value, dict) else value
    return base


def legend_above() -> dict[str, Any]:
    """A one-line legend over the plot."""
    return {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom", "xanchor": "left", "font": {"size": 11}}
