"""What every question has, whatever its kind, and what comes of an answer."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from engine.choice import Frozen, one_of
from quiz.topics import TOPICS

Level = Literal["foundation", "practitioner", "expert"]
LEVELS: dict[Level, str] = {
    "foundation": "Foundation",
    "practitioner": "Practitioner",
    "expert": "Expert",
}
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=3, max_length=60)]
"""A name that never changes: the answers of learners are kept under it."""
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
"""Markdown with LaTeX between dollar signs."""
Answer = tuple[int, ...] | str
"""What a learner gave: places in the question's own order, or what was typed."""


def _topic(given: str) -> str:
    if given not in TOPICS:
        raise ValueError(one_of(given, list(TOPICS)))
    return given


class BadAnswer(ValueError):
    """An answer that cannot be graded: its text says what is allowed."""


@dataclass(frozen=True)
class Note:
    """What is to be said of one part of an answer."""

    is_right: bool
    text: str
    """Markdown."""


@dataclass(frozen=True)
class Grade:
    """What came of an answer."""

    share: float
    """From 0 to 1: how much of it is right."""
    notes: tuple[Note, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether all of it is right."""
        return self.share == 1.0


class Question(Frozen):
    """One question. Each kind adds what is asked for and how it is graded."""

    kind: str
    id: Slug
    topic: Annotated[str, AfterValidator(_topic)]
    level: Level
    text: Words
    explanation: Words
    """Why the answer is right; what is to be remembered."""
    source: Words
    """The paper, the book, or the code that proves it."""
    lab: str = Field("", pattern=r"^([a-z_]+(\?[^\s]+)?)?$")
    """The page that shows it, with its settings: ``optimizers?section=table``."""
    after: Slug | None = None
    """The question that this one follows up on in an interview."""

    label: ClassVar[str]
    """What the kind is called on screen."""
    how: ClassVar[str]
    """What the learner does, in a sentence."""

    def grade(self, answer: Answer) -> Grade:
        """What is right in ``answer``. Raises BadAnswer where it is no answer to this kind."""
        raise NotImplementedError

    @property
    def solution(self) -> Answer:
        """The answer that is graded as right."""
        raise NotImplementedError


def places(answer: Answer, count: int) -> tuple[int, ...]:
    """An answer that names places among ``count``, each once. Raises BadAnswer."""
    if not isinstance(answer, tuple) or not all(type(place) is int for place in answer):
        raise BadAnswer(f"the answer is a list of places, not {_shown(answer)}")
    wrong = [place for place in answer if not 0 <= place < count]
    if wrong or len(set(answer)) != len(answer):
        raise BadAnswer(f"each place is given once and lies between 0 and {count - 1}, not {_shown(answer)}")
    return answer


def typed(answer: Answer, longest: int) -> str:
    """An answer that was typed, without what surrounds it. Raises BadAnswer."""
    if not isinstance(answer, str):
        raise BadAnswer(f"the answer is typed, not {_shown(answer)}")
    text = answer.strip()
    if not text:
        raise BadAnswer("nothing was typed")
    if len(text) > longest:
        raise BadAnswer(f"{len(text)} characters; at most {longest} are read")
    return text


def _shown(answer: Any) -> str:
    text = repr(answer)
    return text if len(text) <= 40 else text[:37] + "..."
