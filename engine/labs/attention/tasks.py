"""Small tasks that ask each place for the token of some place: the catalog."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Int
from pydantic import Field

from engine.choice import Choice


class TaskChoice(Choice, frozen=True):
    """A row of the tasks catalog."""

    def sources(self, length: int) -> Int[np.ndarray, " length"]:
        """Which place each place has to answer with, from 0; -1 where nothing is asked."""
        raise NotImplementedError


class Before(TaskChoice, frozen=True):
    kind: Literal["before"] = "before"
    shift: int = Field(1, ge=1, le=4, title="Places before s")
    label: ClassVar = "The token before"
    formula: ClassVar = r"y_p = x_{p-s}"
    lesson: ClassVar = "Needs the distance between two places, not where they are."
    source: ClassVar = "Elhage et al. 2021 (previous-token heads)"

    def sources(self, length: int) -> Int[np.ndarray, " length"]:
        place = np.arange(length) - self.shift
        return np.where(place >= 0, place, -1)


class Reverse(TaskChoice, frozen=True):
    kind: Literal["reverse"] = "reverse"
    label: ClassVar = "The sentence backwards"
    formula: ClassVar = r"y_p = x_{n+1-p}"
    lesson: ClassVar = "Needs the places themselves: the distance to look over is another one at every place."
    source: ClassVar = "Sutskever et al. 2014, section 3.3 (reversed sentences)"

    def sources(self, length: int) -> Int[np.ndarray, " length"]:
        return np.arange(length)[::-1].copy()


class First(TaskChoice, frozen=True):
    kind: Literal["first"] = "first"
    label: ClassVar = "The first token"
    formula: ClassVar = r"y_p = x_1"
    lesson: ClassVar = "Needs one place only, the same from everywhere."
    source: ClassVar = "Xiao et al. 2024 (heads that look at the first token)"

    def sources(self, length: int) -> Int[np.ndarray, " length"]:
        return np.zeros(length, np.int64)


class Same(TaskChoice, frozen=True):
    kind: Literal["same"] = "same"
    label: ClassVar = "The token itself"
    formula: ClassVar = r"y_p = x_p"
    lesson: ClassVar = "Needs no position: the control."
    source: ClassVar = "Graves et al. 2014, section 4.1 (copying)"

    def sources(self, length: int) -> Int[np.ndarray, " length"]:
        return np.arange(length)


Task = Annotated[Before | Reverse | First | Same, Field(discriminator="kind")]
