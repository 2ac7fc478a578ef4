"""A Plotly figure that stays mounted when its numbers change: no blank between two of them, and a zoom that is kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from ui.served import ADDRESS

_COMPONENT = st.components.v2.component(
    "gradient_figure",
    html='<div class="gp-figure"></div>',
    js=f"""
const module = import(new URL("{ADDRESS}/still.js", document.baseURI).href);
export default (component) => {{
  module.then((m) => m.render(component));
  return () => module.then((m) => m.unmount(component));
}};
""",
    isolate_styles=False,
)


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
    on_click: Callable[[float, float], None] | None = None,
    on_spot: Callable[[Spot], None] | None = None,
    focus: str = "",
) -> None:
    """Draw a figure from ``charts/``. ``label`` says in words what it shows, for those who do not see it.

    ``on_click`` is called, before the page is drawn anew, with the place (x, y) in the units of the axes where the person
    clicked; ``on_spot`` also learns how large these units are. After a click the first field in the container with the key
    ``focus`` takes the keyboard. Frames of the figure, if any, are played by Plotly's own buttons and sliders.
    """
    clicks = on_click is not None or on_spot is not None
    # As Streamlit writes a key into a class.
    field = f".st-key-{re.sub('[^a-zA-Z0-9_-]', '-', focus)}" if focus else ""
    data = {"figure": drawn.to_json(), "height": height, "label": label, "clicks": clicks, "field": field}

    def clicked() -> None:
        spot = spot_of(st.session_state[key].get("clicked"))
        if spot is not None and on_click is not None:
            on_click(spot.x, spot.y)
        if spot is not None and on_spot is not None:
            on_spot(spot)

    _COMPONENT(key=key, data=data, height=height, on_clicked_change=clicked)


def spot_of(sent: object) -> Spot | None:
    """The place that a browser sent, if it is one: it may send anything."""
    if not isinstance(sent, dict):
        return None
    values = [sent.get(name) for name in ("x", "y", "across", "up")]
    numbers = [float(value) for value in values if isinstance(value, int | float) and abs(value) < 1e300]
    return Spot(*numbers) if len(numbers) == len(values) else None
