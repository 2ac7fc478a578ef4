"""Front door: page configuration and navigation."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # for tests and tools that start here instead of in server.py

import streamlit as st

st.set_page_config(
    page_title="Gradient Playground",
    page_icon=":material/landscape:",
    layout="wide",
    initial_sidebar_state="auto",
)

page = st.navigation(
    [
        st.Page(
            "pages/home.py",
            title="Home",
            icon=":material/home:",
            help="What one can do here, and ready-made experiments to begin with.",
            default=True,
        ),
        st.Page(
            "pages/playground.py",
            title="Playground",
            icon=":material/play_circle:",
            help="Build a network, watch it learn, scrub back through its training, share it as a link.",
        ),
    ],
    position="top",
)
page.run()
