"""A list of numbers, each with its slider and its field."""

from collections.abc import Sequence

import streamlit as st

from engine.choice import Knob
from engine.labs.lab import LABS
from ui import knobs, lab

LAB = LABS["activations"]


def count(path: str, title: str, now: int, least: int, most: int) -> int:
    """How many there are."""
    key = knobs.keep(knobs.key_of(f"{path}.count"), now)
    return int(lab.FORM.widget(st.slider, title, least, most, key=key))


def numbers(path: str, title: str, now: Sequence[float], wanted: int, reach: float) -> tuple[float, ...]:
    """``wanted`` numbers from -``reach`` to ``reach``; those that are new begin at 0."""
    values = [*now, *[0.0] * wanted][:wanted]
    return tuple(
        one(f"{path}.{place}", f"{title} {place}", value, reach) for place, value in enumerate(values, start=1)
    )


def one(path: str, title: str, now: float, reach: float) -> float:
    """A number from -``reach`` to ``reach``."""
    return float(knobs.widget(lab.FORM, _knob(title, reach), path, now))


def _knob(title: str, reach: float) -> Knob:
    return Knob(
        name=title,
        title=title,
        help="",
        default=0.0,
        low=-reach,
        high=reach,
        scale="linear",
        step=reach / 100,
        unit="",
        options=(),
        type=float,
    )
