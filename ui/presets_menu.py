"""Above the controls: the menu of presets, and the way back."""

import streamlit as st

from engine.presets import PRESETS, preset
from ui import class_link, locks, session, tour
from ui.parts import redraw_all

KEY = "preset"


@st.fragment(key="presets")
def menu() -> None:
    """Choose a ready-made experiment, which begins to play at once; or take back the last change."""
    _presets()
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Undo",
            key="undo",
            type="tertiary",
            icon=":material/undo:",
            on_click=redraw_all(session.undo),
            disabled=not session.visit().past,
            help="Set the controls back to before the last change.",
        )
        tour.menu()
        class_link.button()


def _presets() -> None:
    access = locks.access("presets")
    if access == "hidden":
        return
    titles = {item.id: item.title for item in PRESETS}
    now = next((item for item in PRESETS if item.experiment == session.visit().now), None)
    st.session_state[KEY] = now.id if now else None
    st.selectbox(
        "Preset",
        titles,
        key=KEY,
        index=None,
        format_func=titles.__getitem__,
        placeholder="Your own experiment",
        on_change=redraw_all(_open),
        disabled=access == "locked",
        help="Ready-made experiments, each with something to see.",
    )
    if now:
        st.caption(now.look_for)
    elif not session.visit().classroom.is_open:
        st.caption("A preset changes what is not locked or hidden here.")


def _open() -> None:
    chosen = st.session_state[KEY]
    if chosen is not None:
        session.show_experiment(preset(chosen).experiment, play=True)
        session.let_player_lead()
