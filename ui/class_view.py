"""What students see of a class link: its title, what is locked, and the way out."""

from collections.abc import Sequence

import streamlit as st

from engine.classroom import Classroom, label
from ui import session


def banner() -> None:
    """Say that a teacher has set this page up, and that it can be left."""
    room = session.visit().classroom
    if room == Classroom():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="class_view"):
        with st.container(gap=None, width="stretch"):
            if room.title:
                st.text(room.title)
            if not room.is_open:
                st.caption(f"{sentence(room)} That is a convenience, not a safeguard.")
        st.button(
            "Leave the class view" if room.is_open else "Open without locks",
            key="leave_class",
            icon=":material/lock_open:",
            on_click=session.leave_class,
            help="All controls are yours again; the experiment stays as it is.",
        )


def sentence(room: Classroom) -> str:
    """``This page was set up by its teacher: Network and Seed are locked, Regularization is hidden.``"""
    locked = [name for name in room.lock if name not in room.hide]
    said = [_are(names, what) for names, what in ((locked, "locked"), (room.hide, "hidden")) if names]
    return f"This page was set up by its teacher: {', '.join(said)}."


def _are(names: Sequence[str], what: str) -> str:
    titles = list(dict.fromkeys(label(name) for name in names))
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
    return f"{listed} {'are' if len(titles) > 1 else 'is'} {what}"
