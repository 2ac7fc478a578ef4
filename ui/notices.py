"""What in an opened link could not be used."""

import re

import streamlit as st

from ui import session
from ui.parts import redraw


@st.fragment(key="notices")
def notices() -> None:
    """Say what in an opened link could not be used; everything else in it was."""
    found = session.visit().problems
    if not found:
        return
    lines = [
        f"- `{_plain(item.field)}` = `{_plain(str(item.value))}`: {_escaped(_plain(item.allowed, 400))}"
        for item in found[:12]
    ]
    more = f"\n- and {len(found) - 12} more" if len(found) > 12 else ""
    st.warning(
        "Some of this link could not be used; defaults stand in for it.\n" + "\n".join(lines) + more,
        icon=":material/link_off:",
    )
    st.button("Dismiss", on_click=_dismiss, key="dismiss_notices", type="tertiary")


def _dismiss() -> None:
    session.visit().problems = []
    redraw("notices")


def _plain(text: str, most: int = 80) -> str:
    """Text from a link, so short and bare that Markdown can make nothing of it."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return "".join(c for c in short if c.isprintable()).replace("`", "'")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: a refusal may quote the link."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
