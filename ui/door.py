"""Lets visitors in as long as there is room, and tells the others why not; whoever comes from a login is led on."""

import streamlit as st

from engine.limits import VISITS, LimitReached
from ui import login, session, visitors


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
    came_back = login.came_back()
    if came_back:
        st.switch_page("pages/progress.py")  # where the login began: Streamlit leads back to the home page
    elif came_back is False:
        st.toast("You are not logged in: the login was broken off or refused.", icon=":material/no_accounts:")
