"""Whose records these are: the browser's secret, or the account that somebody has logged in to."""

import streamlit as st

from quiz.storage.store import Store, open_store
from ui.cookie import NAME, is_secret, new_secret

PASSING = "a secret for this session alone"


def store() -> Store:
    """The records of all learners. Raises StorageDown."""
    return open_store()


def who() -> str:
    """What the records of this visitor are kept under."""
    found = st.context.cookies.get(NAME)
    if is_secret(found):
        return str(found)
    if PASSING not in st.session_state:
        st.session_state[PASSING] = new_secret()
    return str(st.session_state[PASSING])


def is_kept() -> bool:
    """Whether the browser keeps its secret: else the records are gone with the page."""
    return is_secret(st.context.cookies.get(NAME))
