"""A grid to draw on."""

import re
from collections.abc import Callable

import streamlit as st

from engine.labs.convolution.ink import INK
from ui.component import component

_COMPONENT = component("gradient_drawing", "drawing.js", "gp-drawing")


def drawing_pad(ink: str, side: int, key: str, label: str, on_drawn: Callable[[str], None]) -> None:
    """A square of ``side`` by ``side`` cells, as ``engine.labs.convolution.ink`` writes them.

    ``on_drawn`` is called, before the page is drawn anew, with what is on it: a few times a second while a line is drawn.
    """

    def drawn() -> None:
        letter = st.session_state[key].get("drawn")
        text = letter.get("ink") if isinstance(letter, dict) else None
        if isinstance(text, str) and len(text) <= side * side and re.fullmatch(f"[{INK}]*", text):
            on_drawn(text)

    told = st.session_state[key].get("drawn") if key in st.session_state else None
    heard = told.get("count") if isinstance(told, dict) else None
    data = {"ink": ink, "side": side, "label": label, "heard": heard if isinstance(heard, int) else None}
    _COMPONENT(key=key, data=data, on_drawn_change=drawn)
