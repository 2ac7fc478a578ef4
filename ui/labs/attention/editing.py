"""Matrices whose numbers can be set by hand: a click on a cell picks it, and its field takes the keyboard."""

from functools import partial

import streamlit as st

from charts.attention.matrices import cell_at, matrix_figure, matrix_height
from engine.labs.attention.changes import picked, taken_back, with_number
from engine.labs.attention.edits import LARGEST, Place, read_place
from engine.labs.attention.matrices import decimals
from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.state import AttentionLab
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.attention.parts import LAB, here, move, refill


def editable(
    now: AttentionLab, letter: str, values: Matrix, rows: list[str], columns: list[str], name: str, bands: int = 1
) -> None:
    """The matrix that places with ``letter`` stand in; ``name`` says what it is."""
    at = now.picked_place
    drawn = matrix_figure(
        values,
        rows,
        columns,
        decimals=decimals(values),
        picked=(at.row - 1, at.column - 1) if at is not None and at.letter == letter else None,
        bands=bands,
    )
    height = matrix_height(len(values), any(len(column) > 3 for column in columns))
    figure(
        drawn,
        f"attention.{letter}",
        f"{name}; a click on a number picks it",
        height,
        on_click=partial(_clicked, letter, values.shape),
        focus=field_of(now),
    )


def _clicked(letter: str, shape: tuple[int, ...], spot: Spot) -> None:
    at = cell_at(spot.x, spot.y, shape)
    if at is not None:
        _pick(Place(letter, at[0] + 1, at[1] + 1))


def _pick(place: Place | None) -> None:
    move(lambda state: picked(state, place), "picked")


def field_of(now: AttentionLab) -> str:
    """The key of the container in which the picked number has its field; empty where none is picked."""
    return f"attention.field.{now.picked}" if now.picked else ""


def picking(now: AttentionLab, matrices: dict[str, Matrix]) -> None:
    """A menu of the numbers of these matrices (by their letters), and the field of the picked one."""
    places = {str(place): place for letter in matrices for place in now.places(letter)}
    shown = now.picked if now.picked in places else ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = knobs.keep(knobs.key_of(lab.path(LAB, "picked")), shown, ["", *places])

        def moved() -> None:
            chosen = st.session_state[key]
            _pick(read_place(chosen) if chosen else None)

        lab.FORM.widget(
            st.selectbox,
            "Number to change",
            ["", *places],
            key=key,
            before=moved,
            format_func=lambda name: places[name].label if name else "click one, or choose",
            width=260,
        )
        if shown:
            place = places[shown]
            with st.container(key=field_of(now), width=190):
                _field(place, float(matrices[place.letter][place.row - 1, place.column - 1]))
        st.button(
            "Take back",
            key="attention.undo",
            icon=":material/undo:",
            on_click=_undo,
            disabled=not now.edits,
            help="The number that was last set by hand.",
        )
    count = len(now.edits)
    if count:
        st.caption(f"{count} {'number was' if count == 1 else 'numbers were'} set by hand: the link holds them.")


def _undo() -> None:
    move(taken_back, "cells")


def _field(place: Place, value: float) -> None:
    key = knobs.keep(knobs.key_of(lab.path(LAB, f"cells.{place}")), value)

    def typed() -> None:
        given = st.session_state[key]
        if given == value:
            return
        try:
            lab.put(LAB, with_number(here(), place, given), refill=False)
            refill("cells")
        except ValueError as error:
            st.session_state[key] = value
            st.session_state[f"{key}/refused"] = f"{place.label}: got {given:g}; {error}. {value:g} stays."

    knobs.typed(lab.FORM, place.label, -LARGEST, LARGEST, key, value, then=typed, step=0.1, format="%.6g")
    knobs.refusal(lab.FORM, key)
