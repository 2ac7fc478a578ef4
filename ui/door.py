"""Lets visitors in as long as there is room, and tells the others why not."""

import streamlit as st

from engine.limits import VISITS, LimitReached
from ui import session, visitors


def enter() -> None:
    """Take the visitor in; where too many pages are open, say so and draw nothing else."""
    if session.is_here():
        return
    try:
        VISITS.check(visitors.present() + 1)
    except LimitReached as reached:
        st.warning(f"There is no room at the moment. {reached}", icon=":material/groups:")
        st.button("Try again", key="try_again", icon=":material/refresh:")
        st.stop()
    session.visit()
