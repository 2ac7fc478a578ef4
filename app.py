"""Front door: page configuration and navigation."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # for tests and tools that start here instead of in server.py

from pathlib import Path

import streamlit as st

from engine.labs.lab import ROOMS, in_room
from ui import door
from ui.quiz.pages import PAGES

ASSETS = Path(__file__).parent / "assets"

st.set_page_config(
    page_title="Gradient Playground",
    page_icon=str(ASSETS / "icon.png"),
    layout="wide",
    initial_sidebar_state="auto",
)

st.logo(ASSETS / "logo.svg", icon_image=ASSETS / "icon.png")
st.html(ASSETS / "app.css")
labs = {
    room: [
        st.Page(f"pages/{lab.id}.py", title=lab.title, icon=lab.icon, url_path=lab.id, help=lab.question)
        for lab in in_room(room)
    ]
    for room in ROOMS
}
playground = [
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
]
asking = [
    st.Page(f"pages/{page.id}.py", title=page.title, icon=page.icon, url_path=page.id, help=page.aim) for page in PAGES
]
sections = {"": playground, **{room: pages for room, pages in labs.items() if pages}, "Interview": asking}
page = st.navigation(sections, position="top")
door.enter()
page.run()
