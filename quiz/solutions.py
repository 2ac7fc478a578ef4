"""Answers as a person writes them: for a report, or to print."""

import re

from quiz.kinds.arranging import Match, Order
from quiz.kinds.broken import BreakIt
from quiz.kinds.choices import Several, Single
from quiz.kinds.number import Number, number
from quiz.kinds.predict import Predict
from quiz.kinds.short import Short
from quiz.question import Answer, Question


def solution(question: Question) -> str:
    """The right answer, in Markdown; of an answer in own words the model. Raises NotMeasured for a prediction."""
    return question.model if isinstance(question, Short) else written(question, question.solution)


def written(question: Question, answer: Answer) -> str:
    """An answer as text, in Markdown; of a question that has changed since, that it cannot be read any more."""
    if not answer:
        return "nothing"
    try:
        return _typed(question, answer) if isinstance(answer, str) else _placed(question, answer)
    except (IndexError, ValueError):
        return "*an answer to an earlier form of this question*"


def _placed(question: Question, answer: tuple[int, ...]) -> str:
    if isinstance(question, Match):
        pairs = zip(question.pairs, answer, strict=True)
        return "; ".join(f"{pair.left} – {question.pairs[place].right}" for pair, place in pairs)
    texts = _texts(question)
    if not texts:
        return ", ".join(str(place + 1) for place in answer)
    if isinstance(question, Order):
        return "; ".join(f"{number}. {texts[place]}" for number, place in enumerate(answer, start=1))
    return "; ".join(texts[place] for place in sorted(answer)) or "nothing"


def _typed(question: Question, answer: str) -> str:
    if isinstance(question, Number):
        number(answer)
        return f"{answer} {question.unit}".rstrip()
    ticks = "`" * (1 + max(map(len, re.findall("`+", answer)), default=0))
    return f"{ticks}{answer}{ticks}" if len(ticks) == 1 else f"{ticks} {answer} {ticks}"


def _texts(question: Question) -> tuple[str, ...]:
    """What the places of an answer stand for."""
    if isinstance(question, Order):
        return question.steps
    if isinstance(question, Short):
        return question.points
    if isinstance(question, Single | Several):
        return tuple(option.text for option in question.options)
    if isinstance(question, BreakIt):
        return tuple(suspect.label for suspect in question.suspected)
    if isinstance(question, Predict):
        return tuple(contestant.label for contestant in question.contestants)
    return ()
