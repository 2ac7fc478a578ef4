"""Above the controls: the menu of presets, and the way back."""

from functools import partial

import streamlit as st

from engine.presets import PRESETS, preset
from ui import class_link, knobs, locks, session, tour
from ui.parts import redraw_all

PATH = "preset"


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
    key, shown = knobs.key_of(PATH), now.id if now else None
    if key not in st.session_state or st.session_state[key] != shown:
        key = knobs.replace(PATH, shown)  # a browser that has not heard of it yet would open the old preset again
    st.selectbox(
        "Preset",
        titles,
        key=key,
        index=None,
        format_func=titles.__getitem__,
        placeholder="Your own experiment",
        on_change=redraw_all(partial(_open, key)),
        disabled=access == "locked",
        help="Ready-made experiments, each with something to see.",
    )
    if now:
        st.caption(now.look_for)
    elif not session.visit().classroom.is_open:
        st.caption("A preset changes what is not locked or hidden here.")


def _open(key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen is not None:
        session.show_experiment(preset(chosen).experiment, play=True)
        session.let_player_lead()
