"""A run with a fault in it: which of the suspects it is, and what mends it."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from engine.choice import one_of
from quiz.broken.bases import Base
from quiz.broken.fault import Fault
from quiz.broken.faults import FAULTS
from quiz.broken.fixes import FIXES, Fix
from quiz.broken.recipe import Recipe
from quiz.question import Answer, BadAnswer, Grade, Note, Question, places


def _known(given: str) -> str:
    if given not in FAULTS:
        raise ValueError(one_of(given, list(FAULTS)))
    return given


FaultId = Annotated[str, AfterValidator(_known)]


class BreakIt(Question):
    """The dashboards of a run are read; the fault is named, and a fix is tried by training again."""

    kind: Literal["broken"] = "broken"
    fault: FaultId
    suspects: Annotated[tuple[FaultId, ...], Field(min_length=4, max_length=5)]
    """Faults that are offered, the true one among them."""
    seed: int = Field(ge=0, le=2**31 - 1)

    label: ClassVar = "Break it and mend it"
    how: ClassVar = "Read the dashboards, name the fault, then choose a fix: it is graded by training again."

    @model_validator(mode="before")
    @classmethod
    def _source_of_the_fault(cls, given: Any) -> Any:
        """The source is the fault's, where no other is named."""
        if isinstance(given, dict) and given.get("fault") in FAULTS:
            return {"source": FAULTS[given["fault"]].source, **given}
        return given

    @model_validator(mode="after")
    def _suspects_are_possible(self) -> Self:
        if self.fault not in self.suspects:
            raise ValueError(f"suspects: {self.fault} is the fault, and not among them")
        if len(set(self.suspects)) != len(self.suspects):
            raise ValueError("two suspects are the same")
        for suspect in self.suspected:
            if not suspect.may_be_in(self.recipe):
                raise ValueError(f"suspects: {suspect.id} cannot be in a network without {suspect.needs}")
        return self

    @property
    def suspected(self) -> tuple[Fault, ...]:
        """The suspects, as rows of the table."""
        return tuple(FAULTS[suspect] for suspect in self.suspects)

    @property
    def base(self) -> Base:
        """The run as it should be, and its target."""
        return FAULTS[self.fault].healthy

    @property
    def recipe(self) -> Recipe:
        """The run that is shown."""
        return FAULTS[self.fault].recipe

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What may be tried, in the order of the table, so that place tells nothing."""
        return tuple(fix for fix in FIXES.values() if fix.id in FAULTS[self.fault].fixes)

    def grade(self, answer: Answer) -> Grade:
        """All or nothing, for the one suspect named; the evidence is told."""
        chosen = places(answer, len(self.suspects))
        if len(chosen) != 1:
            raise BadAnswer(f"name one suspect, not {len(chosen)}")
        suspect, fault = self.suspected[chosen[0]], FAULTS[self.fault]
        seen = Note(True, f"**{fault.label}**: {fault.lesson}")
        if suspect is fault:
            return Grade(1.0, (seen,))
        return Grade(0.0, (Note(False, f"**{suspect.label}** would have looked like this: {suspect.lesson}"), seen))

    @property
    def solution(self) -> tuple[int, ...]:
        """The place of the fault."""
        return (self.suspects.index(self.fault),)
