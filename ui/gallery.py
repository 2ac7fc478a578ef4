"""The home page's parts: a welcome, the guided tours, the presets as pictures."""

from pathlib import Path

import streamlit as st

from engine.labs.lab import ROOMS, in_room
from engine.presets import PRESETS, Preset
from engine.tours.catalog import TOURS
from engine.tours.tour import Tour
from quiz.catalogue import catalogue
from ui import session
from ui.quiz.pages import PAGES

PICTURES = Path(__file__).parent.parent / "assets" / "presets"
COLUMNS = 4

TOURS_IN_A_ROW = 3
LABS_IN_A_ROW = 3


def welcome() -> None:
    """What this is, and the way in."""
    st.title("See a network learn, and why")
    st.markdown(
        "Change the data, the layers, the activation, the optimizer. A real PyTorch network trains on the server while you "
        "watch its boundary, its neurons and the gradient that reaches each layer; scrub back through its training, and "
        "send the link to somebody who sees the same numbers."
    )
    if st.button("Open the Playground", type="primary", icon=":material/play_circle:"):
        st.switch_page("pages/playground.py")


def tours() -> None:
    """The guided tours in the order in which they build on each other."""
    st.subheader("Guided tours")
    st.caption("A few minutes each: short text beside the picture, and a step is ticked once you have done it.")
    shown = list(TOURS.values())
    for row in range(0, len(shown), TOURS_IN_A_ROW):
        for column, tour in zip(st.columns(TOURS_IN_A_ROW), shown[row : row + TOURS_IN_A_ROW], strict=False):
            with column, st.container(border=True, height="stretch"):
                _tour(tour)


def _tour(tour: Tour) -> None:
    picture, words = st.columns([2, 3], vertical_alignment="center")
    picture.image(_picture(tour.picture), width="stretch")
    done = "  \n:green[:material/check_circle:] Done" if tour.id in session.visit().toured else ""
    words.markdown(f"**{tour.title}**  \n{tour.aim}{done}")
    if st.button(f"Start, {tour.minutes} minutes", key=f"tour.{tour.id}", icon=":material/explore:"):
        session.start_tour(tour)
        st.switch_page("pages/playground.py")


def labs() -> None:
    """The labs, each with its question."""
    for room, said in ROOMS.items():
        _room(room, said)


def _room(room: str, said: str) -> None:
    shown = in_room(room)
    if not shown:
        return
    st.subheader(f"Labs: {room.lower()}")
    st.caption(said)
    for row in range(0, len(shown), LABS_IN_A_ROW):
        for column, lab in zip(st.columns(LABS_IN_A_ROW), shown[row : row + LABS_IN_A_ROW], strict=False):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{lab.title}**  \n{lab.question}")
                # A link and no button: that would have the whole page drawn once more before the lab begins.
                with st.container(key=f"lab.{lab.id}"):
                    st.page_link(f"pages/{lab.id}.py", label="Open the lab", icon=lab.icon)


def asking() -> None:
    """The pages that ask."""
    st.subheader("Prepare for interviews")
    st.caption(
        f"{len(catalogue())} questions on all of the above, a fifth of them with other numbers each time: graded on the spot, "
        "with the reason and the page that shows it, and asked again when you are about to forget."
    )
    for column, page in zip(st.columns(len(PAGES)), PAGES, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{page.title}**  \n{page.aim}")
            st.page_link(f"pages/{page.id}.py", label="Open", icon=page.icon)


def presets() -> None:
    """Every preset with the boundary its network drew."""
    st.subheader("Experiments to begin with")
    st.caption(
        "Each picture is the boundary that the experiment's own run drew; opening one trains it before your eyes."
    )
    for row in range(0, len(PRESETS), COLUMNS):
        shown = PRESETS[row : row + COLUMNS]
        for column, preset in zip(st.columns(COLUMNS), shown, strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(preset)


def _card(preset: Preset) -> None:
    st.image(_picture(preset.id), width="stretch")
    st.markdown(f"**{preset.title}**  \n{preset.look_for}")
    _open_button(preset.id, f"open.{preset.id}")


def _picture(id: str) -> str:
    """The picture of a preset that goes with the page's background."""
    mode = "dark" if st.context.theme.type == "dark" else "light"
    return str(PICTURES / mode / f"{id}.png")


def _open_button(id: str, key: str) -> None:
    if st.button("Open and play", key=key, icon=":material/play_arrow:"):
        chosen = next(preset for preset in PRESETS if preset.id == id)
        session.show_experiment(chosen.experiment, play=True)
        st.switch_page("pages/playground.py")
