"""Digits choose and Enter hands in, on the pages that ask."""

import streamlit as st

from ui.served import ADDRESS

_COMPONENT = st.components.v2.component(
    "gradient_keys",
    html='<div class="gp-keys"></div>',
    js=f"""
const module = import(new URL("{ADDRESS}/keys.js", document.baseURI).href);
export default (component) => {{
  const shown = module.then((m) => m.render(component));
  return () => shown.then((leave) => leave());
}};
""",
    isolate_styles=False,
)


def listen() -> None:
    """Hear digits and Enter as long as this page is open."""
    with st.container(key="quiz-keys"):
        _COMPONENT(key="quiz.keys")
