"""Steps to put in order, and pairs to find."""

from itertools import combinations
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.choice import Frozen
from quiz.question import Answer, BadAnswer, Grade, Note, Question, Words, places


class Order(Question):
    """Steps to put in order; ``steps`` has them as they go."""

    kind: Literal["order"] = "order"
    steps: Annotated[tuple[Words, ...], Field(min_length=3, max_length=8)]

    label: ClassVar = "Put in order"
    how: ClassVar = "Choose the steps one after the other, the first one first."

    @model_validator(mode="after")
    def _steps_differ(self) -> Self:
        if len(set(self.steps)) != len(self.steps):
            raise ValueError("two steps are the same")
        return self

    def grade(self, answer: Answer) -> Grade:
        """The share of pairs of steps that stand the right way round."""
        given = places(answer, len(self.steps))
        if len(given) != len(self.steps):
            raise BadAnswer(f"place all {len(self.steps)} steps, not {len(given)}")
        pairs = list(combinations(given, 2))
        notes = tuple(Note(step == place, self.steps[step]) for place, step in enumerate(given))
        return Grade(sum(first < second for first, second in pairs) / len(pairs), notes)

    @property
    def solution(self) -> tuple[int, ...]:
        """The places of the steps as they go."""
        return tuple(range(len(self.steps)))


class Pair(Frozen):
    """Two that belong together."""

    left: Words
    right: Words


class Match(Question):
    """To each on the left belongs one on the right."""

    kind: Literal["match"] = "match"
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=7)]

    label: ClassVar = "Match pairs"
    how: ClassVar = "Choose the partner of each, one after the other."

    @model_validator(mode="after")
    def _pairs_differ(self) -> Self:
        for side in ("left", "right"):
            if len({getattr(pair, side) for pair in self.pairs}) != len(self.pairs):
                raise ValueError(f"two on the {side} are the same")
        return self

    def grade(self, answer: Answer) -> Grade:
        """``answer`` names the partner of each on the left, in their order; the share that was found."""
        given = places(answer, len(self.pairs))
        if len(given) != len(self.pairs):
            raise BadAnswer(f"give all {len(self.pairs)} a partner, not {len(given)}")
        notes = tuple(
            Note(partner == place, f"{pair.left} – {pair.right}")
            for place, (pair, partner) in enumerate(zip(self.pairs, given, strict=True))
        )
        return Grade(sum(note.is_right for note in notes) / len(notes), notes)

    @property
    def solution(self) -> tuple[int, ...]:
        """The place of each one's partner."""
        return tuple(range(len(self.pairs)))
