"""A line of PyTorch to fill in: read as a syntax tree, never executed."""

from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.choice import Frozen
from quiz.normal_form import normal_form
from quiz.question import Answer, BadAnswer, Grade, Note, Question, Words, typed
from quiz.shapes import Shapes, shape_of

GAP = "____"
LONGEST = 200


class WrongLine(Frozen):
    """A line that a certain error leads to."""

    line: str
    why: Words


class Line(Question):
    """What belongs into the gap of a piece of code: equal to one of ``answers``, or of the right shape."""

    kind: Literal["line"] = "line"
    code: Annotated[str, Field(min_length=4, max_length=1500)]
    """Python with one gap, ``____``."""
    answers: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    """What is accepted, the best first; other ways of writing the same need not be listed."""
    wrong: tuple[WrongLine, ...] = ()
    shapes: Shapes | None = None
    """Where the shape alone decides: any expression that gives it is right."""

    label: ClassVar = "Fill in the line"
    how: ClassVar = (
        "Type what stands in the gap. It is compared as code: spaces, quotes and the order of keywords don't matter."
    )

    @model_validator(mode="after")
    def _has_one_gap(self) -> Self:
        if self.code.count(GAP) != 1:
            raise ValueError(f"the code has one gap, {GAP}, not {self.code.count(GAP)}")
        return self

    @cached_property
    def _meant(self) -> frozenset[str]:
        return frozenset(normal_form(line) for line in self.answers)

    def _is_right(self, line: str) -> bool:
        if normal_form(line) in self._meant:
            return True
        if self.shapes is None:
            return False
        try:
            return shape_of(line, self.shapes) == self.shapes.output
        except BadAnswer:
            return False

    def grade(self, answer: Answer) -> Grade:
        """Right where it says the same as an accepted line, or where its shape is what counts. Raises BadAnswer."""
        line = typed(answer, LONGEST)
        form = normal_form(line)
        if self._is_right(line):
            return Grade(1.0, (Note(True, self.explanation),))
        known = next((mistake for mistake in self.wrong if normal_form(mistake.line) == form), None)
        if known is not None:
            return Grade(0.0, (Note(False, known.why),))
        return Grade(0.0, self._of_shape(line))

    def _of_shape(self, line: str) -> tuple[Note, ...]:
        """What shape a wrong line has, where shapes are what counts."""
        if self.shapes is None:
            return ()
        try:
            found = shape_of(line, self.shapes)
        except BadAnswer as error:
            return (Note(False, str(error)),)
        return (Note(False, f"That gives the shape {found}; asked for is {self.shapes.output}."),)

    @property
    def solution(self) -> str:
        """The best of the accepted lines."""
        return self.answers[0]
