"""Playground: choose data, network and training; watch it learn."""

import streamlit as st

from ui import controls, further, parts, presets_menu, session
from ui.player import player

session.read_address()
with st.sidebar:
    above = st.container()
    controls.groups()
    with above:
        presets_menu.menu()
    controls.device()
    further.plane()

further.notices()
player()
further.views()
parts.last()
