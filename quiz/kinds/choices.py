"""One of several options, or all that hold."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.choice import Frozen
from quiz.question import Answer, BadAnswer, Grade, Note, Question, Words, places


class Option(Frozen):
    """Something to choose."""

    text: Words
    right: bool = False
    why: Words
    """Why it is right, or what is wrong with it: shown once the learner has answered."""


Options = Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]


class Single(Question):
    """Exactly one option holds."""

    kind: Literal["single"] = "single"
    options: Options

    label: ClassVar = "One answer"
    how: ClassVar = "Choose the one that holds."

    @model_validator(mode="after")
    def _one_is_right(self) -> Self:
        if (count := sum(option.right for option in self.options)) != 1:
            raise ValueError(f"exactly one option is right, not {count}")
        return self

    def grade(self, answer: Answer) -> Grade:
        """All or nothing."""
        chosen = places(answer, len(self.options))
        if len(chosen) != 1:
            raise BadAnswer(f"choose one option, not {len(chosen)}")
        option = self.options[chosen[0]]
        return Grade(float(option.right), (Note(option.right, option.why),))

    @property
    def solution(self) -> tuple[int, ...]:
        """The place of the option that holds."""
        return tuple(place for place, option in enumerate(self.options) if option.right)


class Several(Question):
    """Any number of options hold, at least one and not all."""

    kind: Literal["several"] = "several"
    options: Options

    label: ClassVar = "All that hold"
    how: ClassVar = "Choose every one that holds."

    @model_validator(mode="after")
    def _some_are_right(self) -> Self:
        if not 0 < sum(option.right for option in self.options) < len(self.options):
            raise ValueError("at least one option is right and at least one is wrong")
        return self

    def grade(self, answer: Answer) -> Grade:
        """The share of options that were judged rightly, chosen or left; a wrong one chosen and a right one left are told."""
        chosen = set(places(answer, len(self.options)))
        if not chosen:
            raise BadAnswer("choose at least one option")
        judged = [(place in chosen) == option.right for place, option in enumerate(self.options)]
        notes = tuple(Note(was, option.why) for was, option in zip(judged, self.options, strict=True))
        return Grade(sum(judged) / len(judged), notes)

    @property
    def solution(self) -> tuple[int, ...]:
        """The places of the options that hold."""
        return tuple(place for place, option in enumerate(self.options) if option.right)
