"""Playground: choose data, network and training; watch it learn."""

import streamlit as st

from ui import class_view, controls, cut, doctor, further, notices, parts, presets_menu, session, tour
from ui.player import player

session.read_address()
with st.sidebar:
    above = st.container()
    below_data = controls.groups()
    with above:
        presets_menu.menu()
    controls.device()
    with below_data:
        cut.plane()

class_view.banner()
notices.notices()
tour.card()
player()
doctor.doctor()
further.views()
parts.last()
