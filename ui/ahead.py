"""Fetches what the next page draws with while a visitor reads this one: Plotly takes a browser a third of a second."""

import streamlit as st

from ui.served import ADDRESS

_COMPONENT = st.components.v2.component(
    "gradient_ahead",
    html="<span></span>",
    js=f"""
export default () => {{
  import(new URL("{ADDRESS}/ahead.js", document.baseURI).href).then((m) => m.fetchAhead());
}};
""",
    isolate_styles=False,
)


def fetch() -> None:
    """Call it last on a page that has no picture of its own to draw."""
    _COMPONENT(key="ahead", height=1)
