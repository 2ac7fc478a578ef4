"""What each head is worth: switched off, ranked, and when it formed."""

from functools import partial
from typing import Any

import streamlit as st

from charts.transformer.course import loss_figure, role_figure
from charts.transformer.heads import ablation_figure, ablation_height, changed_figure
from charts.transformer.wall import tile_at, wall_figure, wall_height
from engine.labs.transformer import said
from engine.labs.transformer.formed import formed
from engine.labs.transformer.looking import look
from engine.labs.transformer.results import Shown, head_name
from engine.labs.transformer.roles import ROLES
from engine.labs.transformer.state import TransformerLab, attentions
from engine.labs.transformer.taking import changed
from engine.labs.transformer.trained import Known, Trained
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.transformer.parts import LAB, Values, pick_example, put_head, shown, shown_example, watched

INTRO = (
    "**A map is not an explanation.** It shows where a head looks, not whether what it reads there is used. What a head is "
    "worth is found by *ablation*: switch it off, so that it adds 0, and measure the loss again. On each map stands by how "
    "much the validation loss rises without that head."
)


BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
"""Places stand behind their tokens: two buttons must not read alike."""


def controls(now: TransformerLab) -> Values:
    values = pick_example(now, heads=True)
    path = lab.path(LAB, "switching")
    offered = [f"{name}.{head}" for name in attentions(now.model) for head in range(1, now.model.heads + 1)]
    left, right = st.columns([3, 1])
    with left:
        key = knobs.key_of(f"{path}.off")
        kept = [id for id in st.session_state.get(key, now.switching.off) if id in offered]
        off = lab.FORM.widget(
            st.multiselect,
            "Heads switched off",
            offered,
            key=knobs.keep(key, kept) if key not in st.session_state else _kept(key, kept),
            format_func=lambda id: head_name((id.partition(".")[0], int(id.partition(".")[2]))),
            placeholder="none: choose one or more",
        )
    with right:
        roles = [role for role in ROLES]
        key = knobs.keep(knobs.key_of(f"{path}.role"), now.switching.role, roles)
        role = lab.FORM.widget(
            st.selectbox, "Role followed over training", roles, key=key, format_func=lambda id: ROLES[id].label
        )
    return {"looking": values, "switching": {**now.switching.model_dump(), "off": tuple(off), "role": role}}


def _kept(key: str, value: Any) -> str:
    """The control at ``key``, holding only what is still offered."""
    if st.session_state[key] != value:
        st.session_state[key] = value
    return key


def show(now: TransformerLab) -> None:
    st.markdown(INTRO)
    watched(now, partial(_show, now), "transformer.heads")


def _show(now: TransformerLab, known: Known) -> None:
    st.markdown(said.training(known.course))
    if known.trained is not None:
        _ranked(now, known, known.trained)
        _taken(now, known.trained)
    else:
        st.caption("Heads are switched off when the network is trained. Meanwhile, what they take up:")
    _formed(now, known)


def _ranked(now: TransformerLab, known: Known, trained: Trained) -> None:
    found, course, seen = trained.ablation, known.course, shown(now, known)
    notes = {head: f"{rise:+.2g}" for head, rise in found.ranked}

    def clicked(spot: Spot) -> None:
        put_head(now, tile_at(seen, spot.x, spot.y))

    left, right = st.columns([3, 2])
    with left:
        figure(
            wall_figure(seen, now.picked, notes),
            "transformer.heads.wall",
            "Attention maps of all heads and what each is worth",
            max(wall_height(seen), 330),
            on_click=clicked,
        )
        st.markdown(said.not_an_explanation(course, found))
        st.caption(said.head(course, seen, now.picked))
    with right:
        figure(
            ablation_figure(found, now.picked, course.unit),
            "transformer.heads.ranked",
            "Rise of the loss without each head, ranked",
            ablation_height(found),
        )
    st.caption(
        f"{said.ablation(found, course.unit, course.chance)} Diamonds (upper axis): the largest weight of a row, averaged: how "
        "sure a map looks."
    )


def _taken(now: TransformerLab, trained: Trained) -> None:
    """Heads off and tokens masked, on one example and on the loss."""
    st.subheader("Take something away", anchor=False)
    given, _ = shown_example(now, trained)
    with trained.network() as network:
        before = look(network, trained.data, given)
    masked = _mask(now, before)
    found = changed(trained, given, now.off, masked)
    figure(
        changed_figure(found, bool(now.off or masked)),
        "transformer.heads.changed",
        "Probability of each answer with and without",
        260,
    )
    st.caption(
        said.changed(found, len(now.off), len(masked))
        or "Choose heads above or tokens here: the bars then show what becomes of each answer."
    )


def _mask(now: TransformerLab, before: Shown) -> tuple[int, ...]:
    """Tokens that no other token may look at, from 1; chosen in the picture's own row of buttons."""
    tokens = (*before.source, *before.tokens)
    places = [place for place, token in enumerate(tokens, start=1) if token != "<pad>"]
    key = f"{lab.path(LAB, 'masked')}.pills"

    def taken() -> None:
        chosen = tuple(sorted(st.session_state.get(key) or ()))
        switching = now.switching.model_copy(update={"masked": chosen})
        lab.put(LAB, now.model_copy(update={"switching": switching}), refill=False)

    chosen = [place for place in now.switching.masked if place in places]
    st.session_state[key] = chosen
    st.pills(
        "Mask tokens: no other token may look at them",
        places,
        selection_mode="multi",
        key=key,
        format_func=lambda place: f"{tokens[place - 1]}{str(place).translate(BELOW)}",
        on_change=taken,
        wrap=True,
    )
    return tuple(chosen)


def _formed(now: TransformerLab, known: Known) -> None:
    st.subheader("When a head forms", anchor=False)
    course = known.course
    role = next((role for role in course.roles if role.role == now.switching.role), None)
    if role is None:
        there = ", ".join(ROLES[each.role].label for each in course.roles)
        st.caption(f"For this task and network that role is not measured. There are: {there}.")
        role = course.roles[0]
    label, marks = ROLES[role.role].label, formed(course, role)
    left, right = st.columns(2)
    with left:
        drawn = role_figure(course, role, label, marks)
        figure(drawn, "transformer.heads.role", f"Weight on {label} of every head over updates", 300)
    with right:
        figure(loss_figure(course, marks), "transformer.heads.loss", "Loss over updates, with the marked steps", 300)
    st.caption(f"{said.formations(course, role.role, marks)} Dotted: an even look.")
