"""A grid of numbers to type into: it stays mounted, so that a cell keeps the keyboard while the page follows."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from ui.component import component

_COMPONENT = component("gradient_numbers", "numbers.js", "gp-grid-place")

Cell = tuple[int, int, float]
"""Row and column, from 0, and the number typed there."""


def number_grid(
    values: Sequence[Sequence[float]],
    key: str,
    label: str,
    on_typed: Callable[[list[Cell]], None],
    *,
    reach: tuple[float, float],
    set_by_hand: Sequence[tuple[int, int]] = (),
    name: str = "",
) -> None:
    """Rows of numbers; ``on_typed`` is called with those that were typed, before the page is drawn anew.

    ``reach`` are the lowest and the highest number that is taken. Where the same place shows other numbers, such as those
    of another channel, ``name`` tells them apart: what was typed into one is not taken for the other.
    """

    def typed() -> None:
        cells = cells_of(st.session_state[key].get("typed"), name, (len(values), len(values[0])), reach)
        if cells:
            on_typed(cells)

    data = given(values, label, reach, set_by_hand, name, heard_of(key))
    _COMPONENT(key=key, data=data, on_typed_change=typed)


def given(
    values: Sequence[Sequence[float]],
    label: str,
    reach: tuple[float, float],
    set_by_hand: Sequence[tuple[int, int]],
    name: str,
    heard: int | None,
) -> dict[str, Any]:
    """What the browser's grid needs."""
    low, high = reach
    return {
        "values": [[float(value) for value in row] for row in values],
        "set": [list(place) for place in set_by_hand],
        "low": low,
        "high": high,
        "label": label,
        "name": name,
        "heard": heard,
    }


def heard_of(key: str) -> int | None:
    """The number of the letter that this drawing answers: what the browser told with it is no longer ahead of the server."""
    told = st.session_state[key].get("typed") if key in st.session_state else None
    return told["count"] if isinstance(told, dict) and isinstance(told.get("count"), int) else None


def cells_of(sent: object, name: str, shape: tuple[int, int], reach: tuple[float, float]) -> list[Cell]:
    """The numbers that a browser sent for the grid ``name``; it may send anything, and what makes no sense is left out."""
    if not isinstance(sent, dict) or sent.get("name") != name or not isinstance(sent.get("cells"), list):
        return []
    (rows, columns), (low, high) = shape, reach
    found: list[Cell] = []
    for cell in sent["cells"][: rows * columns]:
        match cell:
            case [int() as row, int() as column, int() | float() as value] if (
                0 <= row < rows and 0 <= column < columns and low <= value <= high
            ):
                found.append((row, column, float(value)))
    return found
