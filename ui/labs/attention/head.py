"""One head by hand: who looks at whom, and every number on the way there."""

from functools import partial
from itertools import pairwise

import streamlit as st

from charts.attention.looks import looks_figure, looks_height, token_at
from charts.attention.matrices import cell_at, matrix_figure, matrix_height
from engine.labs.attention.changes import changed
from engine.labs.attention.head import head
from engine.labs.attention.matrices import MATRICES
from engine.labs.attention.results.heads import Head
from engine.labs.attention.said import head as said
from engine.labs.attention.spelled import broken
from engine.labs.attention.starts import Start
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.steps import ORDER, STEPS, row_table
from engine.labs.attention.tokens import short
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.attention.editing import picking
from ui.labs.attention.parts import LAB, Values, move, part, refill, segments, tell, told
from ui.labs.attention.sentence import looking, pair, sentence
from ui.labs.attention.wall import wall

TITLE = "One head by hand"


def controls(now: AttentionLab) -> Values:
    values = sentence(now)
    mine = part("head", now.head, "d_k")
    mine["start"] = knobs.choose(lab.FORM, Start, lab.path(LAB, "head.start"), now.head.start, "First matrices")
    values |= looking(now)
    mine["scaled"] = part("head", now.head, "scaled")["scaled"]
    return {**values, "head": mine}


def above(now: AttentionLab) -> Values:
    return pair(now)


def show(now: AttentionLab) -> None:
    found = head(now)
    _map(now, found)
    _stepper(now)
    _step(now, found)
    _matrices(now, found)


def _map(now: AttentionLab, found: Head) -> None:
    i, j = now.at
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Who looks at whom**")
        removed = [place - 1 for place in now.removed]
        figure(
            looks_figure(found.weights, found.tokens, i, removed),
            "attention.looks",
            f"Bands from each token to those it looks at, as thick as the weight. {said.looks(found, i)}",
            looks_height(len(found.tokens)),
            on_click=partial(_clicked_looks, len(found.tokens)),
        )
        st.caption(f"Point at a token to see its bands, click to follow it. {told(said.looks(found, i))}")
    with right:
        st.markdown("**The same as numbers**: attention weights $A$")
        names = [short(token) for token in found.tokens]
        drawn = matrix_figure(found.weights, names, names, is_share=True, marked=i, picked=(i, j))
        figure(
            drawn,
            "attention.map",
            "Heat map of the attention weights",
            matrix_height(len(names), has_names=True),
            on_click=partial(_clicked_map, found.weights.shape),
        )
        st.caption(f"A row for each token that looks; click a cell to follow that pair. {told(said.rows(found))}")
    st.markdown(told(said.beside_torch(found)))


def _clicked_looks(tokens: int, spot: Spot) -> None:
    at = token_at(spot.x, spot.y, tokens)
    if at is not None:
        move(lambda state: changed(state, **{at[0]: at[1] + 1}), at[0])


def _clicked_map(shape: tuple[int, ...], spot: Spot) -> None:
    at = cell_at(spot.x, spot.y, shape)
    if at is not None:
        move(lambda state: changed(state, query=at[0] + 1, key=at[1] + 1), "query", "key")


def _go(step: str) -> None:
    tell("head.step", step)
    refill("head.step")


def _stepper(now: AttentionLab) -> None:
    st.markdown("#### Step by step, with the numbers")
    step = now.head.step
    before = {after: first for first, after in pairwise(ORDER)}
    after = dict(pairwise(ORDER))
    with st.container(horizontal=True):
        st.button("Back", key="attention.back", icon=":material/chevron_left:", disabled=step not in before,
                  on_click=_go, args=(before.get(step, step),), shortcut="B")  # fmt: skip
        st.button("Next", key="attention.next", icon=":material/chevron_right:", disabled=step not in after,
                  on_click=_go, args=(after.get(step, step),), shortcut="N", type="primary")  # fmt: skip
    titles: dict[str, str] = {id: item.title for id, item in STEPS.items()}
    segments("head.step", step, titles, "Step", is_bare=True)


def _step(now: AttentionLab, found: Head) -> None:
    i, j = now.at
    step = STEPS[now.head.step]
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"{step.words}\n\n$${step.formula}$$")
        st.caption(told(said.followed(found, i, j)))
        st.markdown(broken(step.spelled(found, i, j)))
        if now.head.step == "mask" and found.allowed.all():
            st.caption("Nothing is masked here: M is 0 everywhere. Choose a mask or padding among the settings.")
    with right:
        title, rows = row_table(found, i)
        st.markdown(lab.table(title, rows))
        st.caption(told(said.row_read(found, i)))


def _matrices(now: AttentionLab, found: Head) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        matrices = {m.letter: m.values(found) for m in MATRICES.values() if m.letter}
        picking(now, matrices)
    with right:
        key = knobs.keep(knobs.key_of(lab.path(LAB, "head.whole")), now.head.whole)
        lab.FORM.widget(
            st.toggle, "Every matrix at once", key=key, before=lambda: tell("head.whole", st.session_state[key])
        )
    wall(now, found, [MATRICES[id] for id in (MATRICES if now.head.whole else STEPS[now.head.step].shows)])
