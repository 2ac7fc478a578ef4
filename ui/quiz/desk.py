"""One question on a learner's desk: drawn, answered, graded."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from quiz.catalogue import ask
from quiz.hints import Hint
from quiz.question import Answer, BadAnswer, Grade, Question
from quiz.records import Answered, Place, Rating, now


@dataclass(eq=False)
class Desk:
    """Between seeing a question and going on to the next."""

    id: str
    """Of the question, or of the family that draws it."""
    seed: int
    """What its numbers and the order of its options are drawn from."""
    place: Place
    draft: Answer | None = None
    """What is chosen or typed so far."""
    words: str = ""
    """An answer in own words: compared by the learner, kept nowhere else."""
    is_compared: bool = False
    """Whether the model answer of a question in own words is in sight."""
    sure: float | None = None
    hints: list[Hint] = field(default_factory=list)
    wrong: str = ""
    """Why the last answer could not be graded."""
    grade: Grade | None = None
    gave_up: bool = False
    is_kept: bool = False
    """Whether the answer is in the records."""
    seconds: float = 0.0
    named: Grade | None = None
    """Of a broken run: whether its fault was named."""
    fix: str = ""
    """The change that is tried on it."""
    is_running: bool = False
    """Whether the experiments of a prediction are under way."""
    attempt: int = 0
    """How often its runs were begun."""
    before: dict[str, Any] | None = None
    """The schedule's card as it was before this answer."""
    contested: str = ""
    """What was last sent against its answer."""
    rating: Rating | None = None
    is_done: bool = False
    """Whether it was rated: another question takes its place."""
    why_rating: str = ""
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    """The name of the answer: sent twice, it is kept once. The widgets' keys have it, too."""
    began: float = field(default_factory=time.monotonic)

    @property
    def question(self) -> Question:
        """The question, drawn."""
        return ask(self.id, self.seed)

    @property
    def is_answered(self) -> bool:
        """Whether it has been graded."""
        return self.grade is not None

    def hand_in(self, answer: Answer | None) -> bool:
        """Grade the answer; whether that could be done. Where it could not, ``wrong`` says why."""
        if self.is_answered:
            return False
        self.wrong = ""
        try:
            self.grade = self.question.grade(() if answer is None else answer)
        except BadAnswer as error:
            self.wrong = str(error)
            return False
        self.draft = answer
        self.seconds = time.monotonic() - self.began
        return True

    def close(self, grade: Grade) -> None:
        """It was graded by running something."""
        self.grade = grade
        self.stop_clock()

    def stop_clock(self) -> None:
        """The learner has decided: what the engine takes from now on is not their time."""
        self.seconds = self.seconds or time.monotonic() - self.began

    def give_up(self) -> None:
        """Show the answer instead: nothing of it was known."""
        if not self.is_answered:
            self.grade, self.gave_up = Grade(0.0), True
            self.seconds = time.monotonic() - self.began

    def answered(self, rating: Rating) -> Answered:
        """What is kept of it."""
        assert self.grade is not None
        return Answered(
            question=self.id,
            answer=() if self.draft is None or self.gave_up else self.draft,
            share=self.grade.share,
            rating=rating,
            at=now(),
            seed=self.seed,
            seconds=round(self.seconds, 1),
            hints=len(self.hints),
            sure=self.sure,
            place=self.place,
            key=self.key,
        )


def new_seed() -> int:
    """What the next question's numbers are drawn from."""
    return secrets.randbelow(2**31)
