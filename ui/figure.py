"""A Plotly figure that stays mounted when its numbers change: no blank between two of them, and a zoom that is kept."""

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
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


def figure(
    drawn: go.Figure,
    key: str,
    label: str,
    height: int = 320,
    on_click: Callable[[float, float], None] | None = None,
    frames: Sequence[dict[str, Any]] | None = None,
) -> None:
    """Draw a figure from ``charts/``. ``label`` says in words what it shows, for those who do not see it.

    ``on_click`` is called, before the page is drawn anew, with the place (x, y) in the units of the axes where the person
    clicked. Frames, those of the figure or the plain ``frames``, are played by Plotly's own buttons and sliders.
    """
    whole = drawn if frames is None else {**drawn.to_dict(), "frames": frames}
    data = {
        "figure": pio.to_json(whole, validate=False),
        "height": height,
        "label": label,
        "clicks": on_click is not None,
    }

    def clicked() -> None:
        place = st.session_state[key].get("clicked")
        if on_click is not None and _is_place(place):
            on_click(float(place["x"]), float(place["y"]))

    _COMPONENT(key=key, data=data, height=height, on_clicked_change=clicked)


def _is_place(place: object) -> bool:
    """Whether a browser sent two finite numbers: it may send anything."""
    if not isinstance(place, dict):
        return False
    values = [place.get("x"), place.get("y")]
    return all(isinstance(value, int | float) and abs(value) < 1e300 for value in values)
