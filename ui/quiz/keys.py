"""Digits choose and Enter hands in, on the pages that ask."""

import streamlit as st

from ui.component import component

_COMPONENT = component("gradient_keys", "keys.js", "gp-keys")


def listen() -> None:
    """Hear digits and Enter as long as this page is open."""
    with st.container(key="quiz-keys"):
        _COMPONENT(key="quiz.keys")
