"""A component of Streamlit whose browser half is a module in ``assets/player``."""

from typing import Any

import streamlit as st

from ui.served import ADDRESS


def component(name: str, module: str, element: str) -> Any:
    """The component ``name``: an element of the class ``element``, filled by what ``module`` exports as ``render``."""
    return st.components.v2.component(
        name,
        html=f'<div class="{element}"></div>',
        js=f"""
const module = import(new URL("{ADDRESS}/{module}", document.baseURI).href);
export default (component) => {{
  const shown = module.then((m) => m.render(component));
  return () => shown.then((leave) => leave());
}};
""",
        isolate_styles=False,
    )
