"""A Plotly figure that stays mounted when its numbers change: no blank between two of them, and a zoom that is kept."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import streamlit as st

from charts.handles import Drag, Handle
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
    handles: Sequence[Handle] = (),
    on_drag: Callable[[Drag], None] | None = None,
) -> None:
    """Draw a figure from ``charts/``. ``label`` says in words what it shows, for those who do not see it.

    ``on_click`` is called, before the page is drawn anew, with the place (x, y) in the units of the axes where the person
    clicked. ``on_drag`` is called the same way when one of the ``handles`` was moved: a few times a second while it is
    held, and once when it is let go. Frames of the figure, if any, are played by Plotly's own buttons and sliders.
    """

    def clicked() -> None:
        place = st.session_state[key].get("clicked")
        if on_click is not None and _is_place(place):
            on_click(float(place["x"]), float(place["y"]))

    def dragged() -> None:
        told = st.session_state[key].get("dragged")
        if on_drag is not None and _is_place(told) and told.get("name") in {handle.name for handle in handles}:
            on_drag(Drag(told["name"], float(told["x"]), float(told["y"]), is_held=told.get("held") is True))

    data = {"figure": drawn.to_json(), "height": height, "label": label, "clicks": on_click is not None}
    if handles:
        data |= {"handles": [handle.as_json for handle in handles], "heard": _heard(key)}
    _COMPONENT(key=key, data=data, height=height, on_clicked_change=clicked, on_dragged_change=dragged)


def _heard(key: str) -> int | None:
    """The number of the drag that this drawing answers, by which the browser knows what it need not hold itself any more."""
    told = st.session_state[key].get("dragged") if key in st.session_state else None
    return told["count"] if isinstance(told, dict) and isinstance(told.get("count"), int) else None


def _is_place(place: object) -> bool:
    """Whether a browser sent two finite numbers: it may send anything."""
    if not isinstance(place, dict):
        return False
    values = [place.get("x"), place.get("y")]
    return all(isinstance(value, int | float) and abs(value) < 1e300 for value in values)
