"""A Plotly figure that stays mounted when its numbers change: no blank between two of them, and a zoom that is kept."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from charts.handles import Drag, Handle
from ui.component import component

_COMPONENT = component("gradient_figure", "still.js", "gp-figure")


@dataclass(frozen=True)
class Spot:
    """Where a person clicked: in the units of the axes, of which each is so many pixels wide and high."""

    x: float
    y: float
    across: float
    up: float


def figure(
    drawn: go.Figure,
    key: str,
    label: str,
    height: int = 320,
    on_click: Callable[[Spot], None] | None = None,
    focus: str = "",
    handles: Sequence[Handle] = (),
    on_drag: Callable[[Drag], None] | None = None,
    frames: Sequence[dict[str, Any]] | None = None,
    least_width: int = 0,
    look_at: tuple[float, float] | None = None,
) -> None:
    """Draw a figure from ``charts/``. ``label`` says in words what it shows, for those who do not see it.

    ``on_click`` is called, before the page is drawn anew, with the place where the person clicked; after that the first
    field in the container with the key ``focus`` takes the keyboard. ``on_drag`` is called the same way when one of the
    ``handles`` was moved: a few times a second while it is held, and once when it is let go. Frames, those of the figure or
    the plain ``frames``, are played by Plotly's own buttons and sliders. Where the page has less than ``least_width`` pixels
    the figure scrolls sideways in its place; another ``look_at``, from and to on the x axis, is brought into sight.
    A trace whose ``meta`` has ``lit`` is seen in place
    of the others that have while the pointer is on a point whose ``customdata`` is the same (``assets/player/lit.js``).
    Where the layout's ``meta`` has ``sparse``, words without room beside their points are not written (``sparse.js``).
    """
    whole = drawn if frames is None else {**drawn.to_dict(), "frames": frames}

    def clicked() -> None:
        spot = spot_of(st.session_state[key].get("clicked"))
        if spot is not None and on_click is not None:
            on_click(spot)

    def dragged() -> None:
        told = st.session_state[key].get("dragged")
        place = _numbers(told, "x", "y")
        if on_drag is not None and place and told.get("name") in {handle.name for handle in handles}:
            on_drag(Drag(told["name"], place[0], place[1], is_held=told.get("held") is True))

    data = {
        "figure": pio.to_json(whole, validate=False),
        "height": height,
        "label": label,
        "clicks": on_click is not None,
        "least": least_width,
        "look": look_at,
        # As Streamlit writes a key into a class.
        "field": f".st-key-{re.sub('[^a-zA-Z0-9_-]', '-', focus)}" if focus else "",
    }
    if handles:
        data |= {"handles": [handle.as_json for handle in handles], "heard": _heard(key)}
    _COMPONENT(key=key, data=data, height=height, on_clicked_change=clicked, on_dragged_change=dragged)


def _heard(key: str) -> int | None:
    """The number of the drag that this drawing answers, by which the browser knows what it need not hold itself any more."""
    told = st.session_state[key].get("dragged") if key in st.session_state else None
    return told["count"] if isinstance(told, dict) and isinstance(told.get("count"), int) else None


def spot_of(sent: object) -> Spot | None:
    """The place that a browser sent, if it is one."""
    numbers = _numbers(sent, "x", "y", "across", "up")
    return Spot(*numbers) if numbers else None


def _numbers(sent: object, *names: str) -> list[float]:
    """The finite numbers of these names, all or none: a browser may send anything."""
    if not isinstance(sent, dict):
        return []
    values = [sent.get(name) for name in names]
    numbers = [float(value) for value in values if isinstance(value, int | float) and abs(value) < 1e300]
    return numbers if len(numbers) == len(names) else []
