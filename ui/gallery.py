"""The home page's parts: a welcome, the way through the subject, the presets as pictures."""

from pathlib import Path

import streamlit as st

from engine.presets import PRESETS, Preset
from ui import session

PICTURES = Path(__file__).parent.parent / "assets" / "presets"
COLUMNS = 4

PATH = (
    ("1", "A line", "line", "Logistic regression: what a network without hidden layers can do."),
    ("2", "Hidden units", "xor", "Four units part what a line can't: each draws one line of its own."),
    ("3", "Depth", "spiral", "Two layers wind a boundary around a spiral."),
    ("4", "Gradients that vanish", "vanishing", "Ten sigmoid layers, and why the first ones stay as they began."),
    ("5", "Over-fitting", "overfit", "Training gets better while validation gets worse."),
    ("6", "And its cures", "stopped_early", "Early stopping, dropout and penalties on the same data."),
)


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


def path() -> None:
    """Six experiments in the order in which they explain each other."""
    st.subheader("A way through")
    for row in range(0, len(PATH), 3):
        for column, (place, title, id, text) in zip(st.columns(3), PATH[row : row + 3], strict=True):
            with column, st.container(border=True, height="stretch"):
                picture, words = st.columns([2, 3], vertical_alignment="center")
                picture.image(str(PICTURES / f"{id}.png"), width="stretch")
                words.markdown(f"**{place}. {title}**  \n{text}")
                _open_button(id, f"path.{id}")


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
    st.image(str(PICTURES / f"{preset.id}.png"), width="stretch")
    st.markdown(f"**{preset.title}**  \n{preset.look_for}")
    _open_button(preset.id, f"open.{preset.id}")


def _open_button(id: str, key: str) -> None:
    if st.button("Open and play", key=key, icon=":material/play_arrow:"):
        chosen = next(preset for preset in PRESETS if preset.id == id)
        session.show_experiment(chosen.experiment, play=True)
        st.switch_page("pages/playground.py")
