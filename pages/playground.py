"""Playground: choose data, network and training; watch it learn."""

import streamlit as st

from ui import controls, further, presets_menu, session
from ui.player import player

session.page_begins()
session.read_address()
with st.sidebar:
    presets_menu.menu()
    above = st.container()
    session.change(controls.experiment(session.visit().now))
    with above:
        presets_menu.undo()
    controls.device()
    further.plane()
session.write_address()

further.notices()
player()
further.views()
session.page_ends()
