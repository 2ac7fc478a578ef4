"""A field that tells what is typed while it is typed: Streamlit's own waits for Enter."""

from collections.abc import Callable

import streamlit as st

from ui.component import component

_COMPONENT = component("gradient_typing", "typing.js", "gp-typing")


def typing_field(label: str, text: str, key: str, most: int, on_typed: Callable[[str], None]) -> None:
    """A field that holds ``text``; ``on_typed`` is called with what stands in it, before the page is drawn anew."""

    def typed() -> None:
        said = st.session_state[key].get("typed")
        if isinstance(said, str):
            on_typed(said[:most])

    _COMPONENT(key=key, data={"text": text, "label": label, "most": most}, on_typed_change=typed)
