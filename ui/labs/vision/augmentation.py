"""The editor of augmentation: which rows, in which order, and the knobs of each."""

from typing import Any

import streamlit as st

from engine.choice import catalog
from engine.labs.lab import Lab
from engine.vision.augment.augmentation import AugmentationChoice
from engine.vision.augment.catalog import MOST_ROWS, AnyAugmentation
from ui import knobs, lab

ROWS = catalog(AnyAugmentation)
Values = dict[str, Any]
LABEL = "Augmentation, in this order"
HELP = "What is done to the pictures of every batch, one after another, in training only."


def editor(here: Lab, place: str, now: tuple[AugmentationChoice, ...]) -> tuple[Values, ...]:
    """A menu of several rows, and the knobs of each below; ``place`` is the setting's dotted path."""
    path = lab.path(here, place)
    key = knobs.keep(knobs.key_of(f"{path}.kinds"), [row.kind for row in now])
    kinds = lab.FORM.widget(
        st.multiselect,
        LABEL,
        list(ROWS),
        key=key,
        format_func=lambda kind: ROWS[kind].label,
        max_selections=MOST_ROWS,
        help=HELP,
        placeholder="Nothing",
    )
    known = {row.kind: row for row in now}
    return tuple(_row(path, known.get(kind) or ROWS[kind](kind=kind)) for kind in kinds or [])


def _row(path: str, row: Any) -> Values:
    """The knobs of one row, with its texts."""
    with st.expander(row.label, key=f"{path}.{row.kind}.open"):
        st.caption(f"{row.lesson} *({row.source})*")
        return {"kind": row.kind, **knobs.fields(lab.FORM, type(row), f"{path}.{row.kind}", row)}
