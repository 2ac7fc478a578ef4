"""What the sections of the page share."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from engine import stage
from engine.choice import Choice, Frozen
from engine.jobs import Job, Progress
from engine.labs.descent.state import DescentLab
from engine.labs.lab import LABS
from ui import knobs, lab

T = TypeVar("T")
LAB = LABS["descent"]
OPENING_SECONDS = 1.5
"""The longest that a page waits for the first picture of its work: on a server that is awake it takes hundredths."""


@dataclass(frozen=True)
class Section:
    """One question of the page."""

    label: str
    controls: Callable[[DescentLab], dict[str, Any]]
    """Draws its controls; returns what they say."""
    show: Callable[[DescentLab], None]


def row(union: Any, current: Choice, title: str, *path: str, apart: tuple[str, ...] = ()) -> dict[str, Any]:
    """A menu of a catalog and the chosen row's knobs; those ``apart`` stay as they are."""
    chosen = knobs.choose(lab.FORM, union, lab.path(LAB, *path), current, title, apart=apart)
    if chosen["kind"] != current.kind:
        return chosen
    return {name: getattr(current, name) for name in apart if hasattr(current, name)} | chosen


def settings(model: type[Frozen], current: Frozen, *path: str, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """A control for each plain setting of a section."""
    return knobs.fields(lab.FORM, model, lab.path(LAB, *path), current, skip=skip)


def whole(current: Frozen, values: Mapping[str, Any]) -> dict[str, Any]:
    """The section's settings with ``values`` in place of its own."""
    return {**current.model_dump(), **values}


def figures(places: int) -> list[Any]:
    """Places beside each other for pictures; one below the other on a phone."""
    return list(st.columns(places))


def begun(place: str, asked: Hashable, steps: Callable[[], Iterator[Progress[T]]]) -> Job[T] | None:
    """The work of a section. The page waits for its first picture, so that nothing jumps when that comes."""
    job = lab.work(LAB, place, asked, steps)
    if job is not None and job.result is None:
        stage.workshop().wait(job, OPENING_SECONDS)
    return job


def number(value: float) -> str:
    """Three digits, as a person writes them."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
