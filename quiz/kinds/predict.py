"""A prediction about several experiments, graded by running them: no answer is stored."""

from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from engine.choice import Frozen
from engine.experiment import Experiment
from engine.permalink import Link, encode
from quiz.criteria import Criterion, Outcome
from quiz.question import Answer, BadAnswer, Grade, Note, Question, Words, places


class NotMeasured(BadAnswer):
    """The experiments were not run yet, so there is no answer."""


class Contestant(Frozen):
    """One of the experiments."""

    label: Words
    experiment: Experiment

    @property
    def link(self) -> str:
        """The Playground with it."""
        query = encode(Link(self.experiment))
        return f"playground?{urlencode(query)}" if query else "playground"


class Predict(Question):
    """Which of the experiments does what ``criterion`` says: one, or any number but not all."""

    kind: Literal["predict"] = "predict"
    contestants: Annotated[tuple[Contestant, ...], Field(min_length=3, max_length=4)]
    """In a file: ``base``, settings that they share, and for each its own ``change``."""
    criterion: Criterion

    label: ClassVar = "Predict, then run"
    how: ClassVar = "Choose before you run: the answer is what the engine measures."

    @model_validator(mode="before")
    @classmethod
    def _of_differences(cls, given: Any) -> Any:
        """Dotted settings as experiments: first those of ``base``, then each one's own."""
        if not isinstance(given, dict) or "base" not in given:
            return given
        base = Experiment().patched(given["base"])
        listed = [_contestant(base, item) for item in given.get("contestants", ())]
        return {**{key: value for key, value in given.items() if key != "base"}, "contestants": listed}

    @model_validator(mode="after")
    def _contestants_differ(self) -> Self:
        for field in ("label", "experiment"):
            if len({getattr(each, field) for each in self.contestants}) != len(self.contestants):
                raise ValueError(f"two contestants have the same {field}")
        return self

    def grade(self, answer: Answer, outcome: Outcome | None = None) -> Grade:
        """The share of experiments judged rightly, or all or nothing where one is asked for. Raises NotMeasured, BadAnswer."""
        chosen = places(answer, len(self.contestants))
        if outcome is None:
            raise NotMeasured("run the experiments first: the answer is what the engine measures")
        if self.criterion.is_single and len(chosen) != 1:
            raise BadAnswer(f"choose one, not {len(chosen)}")
        judged = [(place in chosen) == (place in outcome.holds) for place in range(len(self.contestants))]
        notes = tuple(
            Note(was, f"**{each.label}**: {said}")
            for was, each, said in zip(judged, self.contestants, outcome.said, strict=True)
        )
        share = float(chosen == outcome.holds) if self.criterion.is_single else sum(judged) / len(judged)
        return Grade(share, notes)

    @property
    def solution(self) -> Answer:
        """There is none before the experiments are run: ``Outcome.holds`` is the answer. Raises NotMeasured."""
        raise NotMeasured("run the experiments first: the answer is what the engine measures")


def _contestant(base: Experiment, given: Any) -> Any:
    if not isinstance(given, dict) or "change" not in given:
        return given
    return {"label": given.get("label"), "experiment": base.patched(given["change"])}
