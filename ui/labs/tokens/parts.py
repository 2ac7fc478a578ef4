"""What the sections of the page share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.choice import Choice, Frozen, Knob, catalog
from engine.choice import knobs as knobs_of
from engine.data.own.refusal import Refused
from engine.labs.lab import LABS
from engine.labs.tokens.state import LONGEST_SENTENCE, LONGEST_WORD, TokensLab
from engine.text.text import Text
from ui import knobs, lab
from ui.plain import bare, escaped

LAB = LABS["tokens"]
Values = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One subject of the page."""

    label: str
    side: Callable[[TokensLab], Values]
    """Draws the controls of the sidebar; returns what they say."""
    top: Callable[[TokensLab], Values]
    """The same for those above the pictures."""
    show: Callable[[TokensLab], None]
    reads_text: bool = True
    """Whether it shows something of the chosen text."""


def nothing(now: TokensLab) -> Values:
    """No controls."""
    return {}


def fields(name: str, part: Frozen, skip: Sequence[str] = ()) -> Values:
    """The widgets of one part of the state, and all its values after them."""
    shown = knobs.fields(lab.FORM, type(part), lab.path(LAB, name), part, skip=skip)
    return {name: {**part.model_dump(), **shown}}


def row(union: Any, name: str, current: Choice, title: str) -> Any:
    """A menu of a catalog, and the knobs of the chosen row."""
    return knobs.choose(lab.FORM, union, lab.path(LAB, *name.split(".")), current, title)


segments = partial(lab.segments, LAB)


def slider(part: Frozen, name: str, path: str, most: int) -> int:
    """A whole number of ``part`` from its lowest to ``most``, which other settings decide; what is above is drawn there."""
    knob = knob_of(type(part), name)
    low = int(knob.low or 0)
    if most <= low:
        return low
    key = knobs.key_of(lab.path(LAB, path))
    knobs.keep(key, getattr(part, name))
    st.session_state[key] = min(int(st.session_state[key]), most)
    return int(lab.FORM.widget(st.slider, knob.title, low, most, key=key, help=knob.help or None))


def knob_of(model: type[Frozen], name: str) -> Knob:
    """The knob of one field."""
    return next(knob for knob in knobs_of(model) if knob.name == name)


def sentence(now: TokensLab) -> Values:
    """The visitor's own sentence."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "sentence")), now.sentence)
    typed = lab.FORM.widget(
        st.text_area,
        "Your sentence",
        key=key,
        max_chars=LONGEST_SENTENCE,
        height=80,
        help="Cut into tokens as soon as you leave the field, or press Ctrl and Enter.",
    )
    if not typed.strip():
        st.warning("Your sentence: got nothing, write a word at least. The last one stays.", icon=":material/rule:")
        return {"sentence": now.sentence}
    return {"sentence": typed}


def word(path: str, value: str, label: str, example: str) -> str:
    """A field for a word; empty, it stands for ``example``."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, path)), value)
    return str(lab.FORM.widget(st.text_input, label, key=key, max_chars=LONGEST_WORD, placeholder=example)).strip()


def seed(now: TokensLab) -> Values:
    """The seed of the lab."""
    return {"seed": knobs.widget(lab.FORM, knob_of(TokensLab, "seed"), lab.path(LAB, "seed"), now.seed)}


def text_of(now: TokensLab) -> Text | None:
    """The chosen text; None, with words that say why, where there is none."""
    try:
        return now.text.read()
    except Refused as refused:
        st.info(escaped(str(refused)), icon=":material/upload_file:")
        return None


def has_text(now: TokensLab) -> bool:
    """Whether the chosen text is there."""
    try:
        now.text.read()
    except Refused:
        return False
    return True


def ahead(now: TokensLab, values: Values) -> TokensLab:
    """What the lab is about to show, for controls that depend on others; ``now`` where values don't go together."""
    try:
        return TokensLab.model_validate({**now.model_dump(), **values})
    except ValidationError:
        return now


def refusal(error: Exception) -> None:
    """Why something can't be shown, in words that may hold a visitor's own."""
    st.warning(escaped(bare(str(error), 400)), icon=":material/rule:")


def labels(union: Any) -> dict[str, str]:
    """The labels of a catalog's rows."""
    return {kind: row.label for kind, row in catalog(union).items()}
