"""An answer in own words, which the learner grades beside a model answer."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from quiz.question import Answer, BadAnswer, Grade, Note, Question, Words

LONGEST = 4000


class Short(Question):
    """Written or said in own words; the learner then ticks which points it had."""

    kind: Literal["short"] = "short"
    model: Words
    """A good answer, as one would say it."""
    points: Annotated[tuple[Words, ...], Field(min_length=2, max_length=6)]
    """What a good answer has in it, each to be ticked."""

    label: ClassVar = "In your own words"
    how: ClassVar = "Answer as in an interview, then compare with the model answer and tick what yours had."

    def grade(self, answer: Answer) -> Grade:
        """``answer`` names the points that were ticked; the share of them. Raises BadAnswer."""
        if not isinstance(answer, tuple) or not set(answer) <= set(range(len(self.points))):
            raise BadAnswer(f"tick points between 0 and {len(self.points) - 1}")
        notes = tuple(Note(place in answer, point) for place, point in enumerate(self.points))
        return Grade(len(set(answer)) / len(self.points), notes)

    @property
    def solution(self) -> tuple[int, ...]:
        """All points."""
        return tuple(range(len(self.points)))
