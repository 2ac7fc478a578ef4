"""What came of a mock interview: told at its end, with what it can and cannot say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from quiz.interview import Interview, Slot
from quiz.kinds.choices import Several, Single
from quiz.kinds.line import Line
from quiz.question import LEVELS, Question
from quiz.records import Answered
from quiz.roles import ROLES
from quiz.shares import Share, wilson
from quiz.solutions import solution, written
from quiz.topics import TOPICS

FEW = 8
"""Below so many questions a part of an interview only says where to look."""
SLOW = 1.5
"""Times the expected seconds: from there on a question took long."""


@dataclass(frozen=True)
class Row:
    """One question of the interview and what was answered."""

    slot: Slot
    question: Question
    answered: Answered | None
    """None where it was left unanswered."""

    @property
    def share(self) -> float:
        """How much of it was right; nothing of what was left unanswered."""
        return self.answered.share if self.answered is not None else 0.0

    @property
    def seconds(self) -> float | None:
        """From seeing the question to answering; None where it was left unanswered."""
        return self.answered.seconds if self.answered is not None else None

    @property
    def was_slow(self) -> bool:
        """Whether it took far longer than expected."""
        return self.seconds is not None and self.seconds > SLOW * self.slot.seconds


@dataclass(frozen=True)
class Part:
    """The score of the whole, of a topic, or of a level."""

    title: str
    count: int
    right: float
    """Questions that were right; what was partly right counts in part."""
    share: Share
    """Of all such questions, with a 95 % interval (Wilson)."""


@dataclass(frozen=True)
class Report:
    """What came of an interview."""

    interview: Interview
    rows: tuple[Row, ...]
    """In the order in which they were asked."""
    score: Part
    by_topic: tuple[Part, ...]
    by_level: tuple[Part, ...]

    @property
    def missed(self) -> tuple[Row, ...]:
        """What was not right in full."""
        return tuple(row for row in self.rows if row.share < 1.0)

    @property
    def unanswered(self) -> int:
        """How many were left unanswered: they count as missed."""
        return sum(row.answered is None for row in self.rows)

    @property
    def labs(self) -> tuple[str, ...]:
        """Pages to visit, each once, that of what was missed most first."""
        lost: dict[str, float] = {}
        for row in self.missed:
            if link := row.question.lab or TOPICS[row.question.topic].page:
                lost[link] = lost.get(link, 0.0) + 1.0 - row.share
        return tuple(sorted(lost, key=lambda link: -lost[link]))

    @property
    def in_words(self) -> str:
        """What so few questions say, and what they cannot."""
        if not self.rows:
            return "No questions were asked, so nothing can be said."
        share = self.score.share
        said = (
            f"{self.score.right:.3g} of {self.score.count} questions were right ({share.mean:.0%}). Of all the questions "
            f"such an interview may ask, you would get between {share.low:.0%} and {share.high:.0%} (95% interval). "
            "Two interviews whose scores lie within each other's intervals can differ by chance."
        )
        if self.unanswered:
            said += f" {self.unanswered} left unanswered count as missed."
        if any(part.count < FEW for part in self.by_topic):
            said += f" Topics with fewer than {FEW} questions only say where to look, not how good you are."
        return said


def report(interview: Interview, answers: Iterable[Answered], find: Callable[[str, int], Question]) -> Report:
    """The report. ``find`` gives the question of an id and a seed; raises KeyError where it is no longer there."""
    given = interview.answers(answers)
    rows = tuple(Row(slot, find(slot.id, slot.seed), given.get(slot.id)) for slot in interview.slots)
    topics = [(topic.title, [row for row in rows if row.slot.topic == topic.id]) for topic in TOPICS.values()]
    levels = [(title, [row for row in rows if row.slot.level == level]) for level, title in LEVELS.items()]
    return Report(
        interview,
        rows,
        _part("All questions", rows),
        tuple(_part(title, listed) for title, listed in topics if listed),
        tuple(_part(title, listed) for title, listed in levels if listed),
    )


def _part(title: str, rows: Sequence[Row]) -> Part:
    right = sum(row.share for row in rows)
    return Part(title, len(rows), right, wilson(right, len(rows)))


def as_markdown(found: Report, base: str = "") -> str:
    """The report to print. ``base`` is the address of the app, put before the links to its pages."""
    plan = found.interview.plan
    parts = [
        f"# Mock interview: {ROLES[plan.role].title}",
        f"{found.interview.started:%Y-%m-%d}, {plan.minutes} minutes, {len(found.rows)} questions.",
        found.in_words,
        *_scores(found),
        *_times(found),
        *_missed(found),
        *_labs(found, base),
    ]
    return "\n\n".join(parts) + "\n"


def _scores(found: Report) -> list[str]:
    lines = [
        f"| {part.title} | {part.right:.3g} of {part.count} | {part.share.low:.0%} to {part.share.high:.0%} |"
        for part in (found.score, *found.by_level, *found.by_topic)
    ]
    return ["## Scores", "\n".join(["| | Right | 95% interval |", "| --- | --- | --- |", *lines])]


def _times(found: Report) -> list[str]:
    if not found.rows:
        return []
    lines = [
        f"| {number} | {TOPICS[row.slot.topic].title} | {LEVELS[row.question.level]} | {_percent(row)} "
        f"| {_took(row)} | {row.slot.seconds:.0f} s |"
        for number, row in enumerate(found.rows, start=1)
    ]
    head = ["| Question | Topic | Level | Right | Took | Expected |", "| --- | --- | --- | --- | --- | --- |"]
    return ["## Question by question", "\n".join([*head, *lines])]


def _percent(row: Row) -> str:
    return f"{row.share:.0%}" if row.answered is not None else "unanswered"


def _took(row: Row) -> str:
    return "" if row.seconds is None else f"{row.seconds:.0f} s{', long' if row.was_slow else ''}"


def _missed(found: Report) -> list[str]:
    if not found.missed:
        return ["## To look at again", "Everything was right."] if found.rows else []
    parts = ["## To look at again"]
    for number, row in enumerate(found.rows, start=1):
        if row.share < 1.0:
            given = written(row.question, row.answered.answer) if row.answered and row.answered.answer else "nothing"
            parts += [
                f"### {number}. {TOPICS[row.slot.topic].title}",
                *asked(row.question),
                f"**You answered:** {given}",
                f"**Right:** {solution(row.question)}",
                row.question.explanation,
                f"*{row.question.source}*",
            ]
    return parts


def asked(question: Question) -> list[str]:
    """What was asked, as paragraphs of Markdown: the text, and the code or the options that belong to it."""
    if isinstance(question, Line):
        return [question.text, f"```python\n{question.code.rstrip()}\n```"]
    if isinstance(question, Single | Several):
        return [question.text, "\n".join(f"- {option.text}" for option in question.options)]
    return [question.text]


def _labs(found: Report, base: str) -> list[str]:
    links = [f"- [{link}]({base}/{link})" for link in found.labs]
    return ["## Labs to visit", "\n".join(links)] if links else []
