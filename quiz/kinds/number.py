"""A number with its unit, right within a tolerance."""

import math
import re
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.choice import Frozen
from quiz.question import Answer, BadAnswer, Grade, Note, Question, Words, typed

LONGEST = 40
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)


class Mistake(Frozen):
    """A number that a certain error leads to."""

    value: float
    why: Words
    """The error, named: ``forgot the bias: ...``."""


class Number(Question):
    """A number is computed and typed."""

    kind: Literal["number"] = "number"
    value: float
    unit: str = Field("", max_length=40)
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """Right within this of ``value``, or within ``relative`` of its size, whichever is more."""
    relative: Annotated[float, Field(ge=0, le=0.2)] = 1e-6
    mistakes: tuple[Mistake, ...] = ()

    label: ClassVar = "A number"
    how: ClassVar = "Type the number. 0.25, 1/4, 2.5e-1 and 1,000 are all read."

    @model_validator(mode="after")
    def _mistakes_are_wrong(self) -> Self:
        for mistake in self.mistakes:
            if self._is(mistake.value, self.value):
                raise ValueError(f"the mistake {mistake.value:g} would be taken for the answer {self.value:g}")
        return self

    def grade(self, answer: Answer) -> Grade:
        """Right within the tolerance; a known mistake is named."""
        given = number(typed(answer, LONGEST))
        if self._is(given, self.value):
            return Grade(1.0, (Note(True, self.explanation),))
        known = next((mistake for mistake in self.mistakes if self._is(given, mistake.value)), None)
        return Grade(0.0, (Note(False, known.why),) if known else ())

    def _is(self, given: float, meant: float) -> bool:
        return abs(given - meant) <= max(self.tolerance, self.relative * abs(meant))

    @property
    def solution(self) -> str:
        """The number in full."""
        return repr(self.value) if self.value != int(self.value) or abs(self.value) > 1e15 else str(int(self.value))


def number(text: str) -> float:
    """``1,024``, ``3.2e-4``, ``1/3`` as a number. Raises BadAnswer."""
    plain = re.sub(r"(?<=\d)[ ,_\u202f\u00a0](?=\d{3}(\D|$))", "", text.replace("\N{MINUS SIGN}", "-")).strip()
    parts = plain.split("/")
    if len(parts) > 2 or not all(NUMBER.fullmatch(part.strip()) for part in parts):
        raise BadAnswer(f"{text!r} is no number; write it like 0.25, 1/4, 2.5e-1 or 1,000")
    found = [float(part) for part in parts]
    if len(found) == 2 and found[1] == 0:
        raise BadAnswer(f"{text!r} divides by 0")
    value = found[0] / found[1] if len(found) == 2 else found[0]
    if not math.isfinite(value):
        raise BadAnswer(f"{text!r} is too large")
    return value
