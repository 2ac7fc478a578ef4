"""What in an opened link could not be used."""

import streamlit as st

from ui import own_data, session
from ui.parts import redraw
from ui.plain import bare, escaped


@st.fragment(key="notices")
def notices() -> None:
    """Ask for the file that an experiment needs; say what in an opened link could not be used. The rest of it was."""
    own_data.ask()
    found = session.visit().problems
    if not found:
        return
    lines = [
        f"- `{bare(item.field)}` = `{bare(str(item.value))}`: {escaped(bare(item.allowed, 400))}" for item in found[:12]
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
