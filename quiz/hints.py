"""Up to two hints for a question: each leaves more than one answer open."""

import ast
import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random

from quiz.broken.faults import FAULTS
from quiz.broken.measures import MEASURES
from quiz.kinds.arranging import Match, Order
from quiz.kinds.broken import BreakIt
from quiz.kinds.choices import Several, Single
from quiz.kinds.line import Line
from quiz.kinds.number import Number
from quiz.kinds.short import Short
from quiz.normal_form import dotted, parsed
from quiz.question import Question

MOST = 2
CLOSE = 1e-4
"""Numbers this close, relative to their size, would look the same in a hint."""
COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


@dataclass(frozen=True)
class Hint:
    """A step towards the answer. How many were taken is kept with it."""

    text: str
    """Markdown."""
    struck: tuple[int, ...] = ()
    """What it rules out: the place of an option, or of a pair's left and the right that it does not have."""


def hints(question: Question, seed: int = 0) -> tuple[Hint, ...]:
    """The hints for a question, the first to be taken first; always the same for a seed. Empty where there are none."""
    digest = hashlib.blake2b(f"{seed}/{question.id}".encode(), digest_size=8).digest()
    draw = Random(int.from_bytes(digest, "little"))
    return tuple(islice(_HINTS.get(question.kind, _none)(question, draw), MOST))


def _none(question: Question, draw: Random) -> Iterator[Hint]:
    """A kind without hints."""
    return iter(())


def _single(question: Question, draw: Random) -> Iterator[Hint]:
    """Wrong options, as long as two are left to choose from."""
    if not isinstance(question, Single):
        return
    wrong = [place for place, option in enumerate(question.options) if not option.right]
    for place in draw.sample(wrong, len(wrong) - 1):
        yield Hint(f"It is not: {question.options[place].text}", (place,))


def _several(question: Question, draw: Random) -> Iterator[Hint]:
    """One that does not hold, or where that would be all, one that does; then how many hold."""
    if not isinstance(question, Several):
        return
    wrong = [place for place, option in enumerate(question.options) if not option.right]
    right = [place for place, option in enumerate(question.options) if option.right]
    if len(wrong) > 1:
        place = draw.choice(wrong)
        yield Hint(f"This does not hold: {question.options[place].text}", (place,))
    elif len(right) > 1:
        yield Hint(f"This holds: {question.options[draw.choice(right)].text}")
    hold = "holds" if len(right) == 1 else "hold"
    yield Hint(f"{COUNTED[len(right)].capitalize()} of the {COUNTED[len(question.options)]} {hold}.")


def _match(question: Question, draw: Random) -> Iterator[Hint]:
    """Two that do not belong together; of one on the left, so that the others stay open."""
    if not isinstance(question, Match):
        return
    left, *others = draw.sample(range(len(question.pairs)), len(question.pairs))
    for right in others[: len(others) - 1]:
        yield Hint(f"{question.pairs[left].left} does not belong to: {question.pairs[right].right}", (left, right))


def _order(question: Question, draw: Random) -> Iterator[Hint]:
    """The first, and where two are left then, the last."""
    if not isinstance(question, Order):
        return
    yield Hint(f"First comes: {question.steps[0]}")
    if len(question.steps) > 3:
        yield Hint(f"Last comes: {question.steps[-1]}")


def _number(question: Question, draw: Random) -> Iterator[Hint]:
    """Between which powers of ten it lies, and on which side of what a known mistake comes to."""
    if not isinstance(question, Number):
        return
    value, unit = question.value, f" {question.unit}" if question.unit else ""
    low, high = _decade(value)
    sign = "It is negative, and its size is" if value < 0 else "It is"
    if not low:
        yield Hint(f"{sign} smaller than 1{unit} in size.")
        return
    yield Hint(f"{sign} at least {_figure(low)} and below {_figure(high)}{unit}.")
    mistakes = [mistake.value for mistake in question.mistakes]
    inside = [each for each in mistakes if each * value > 0 and low < abs(each) < high]
    apart = 1.0 if value == int(value) else CLOSE * abs(value)
    far = [each for each in inside if abs(each - value) > apart]
    if far:
        near = min(far, key=lambda each: abs(each - value))
        side = "above" if value > near else "below"
        yield Hint(f"It lies {side} {_figure(near)}{unit}, which a common mistake comes to.")
    else:
        side = "at least" if abs(value) >= 3 * low * (1 - CLOSE) else "below"
        yield Hint(f"{sign} {side} {_figure(3 * low)}{unit}.")


def _decade(value: float) -> tuple[float, float]:
    """The powers of ten around a size; from 0 to 1 for 0."""
    if value == 0:
        return 0.0, 1.0
    power = math.floor(math.log10(abs(value)))
    return 10.0**power, 10.0 ** (power + 1)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1e5 else f"{value:,.6g}"


def _line(question: Question, draw: Random) -> Iterator[Hint]:
    """What it begins with, and the function that it calls, where arguments are left to find."""
    if not isinstance(question, Line):
        return
    answer = question.solution
    call = next((node for node in ast.walk(parsed(answer)) if isinstance(node, ast.Call)), None)
    name = "" if call is None else dotted(call.func) or getattr(call.func, "attr", "")
    first = re.match(r"\w+|\S", answer)
    if first and first.group() not in (answer, name):
        yield Hint(f"It can begin with `{first.group()}`.")
    if call is not None and name and (call.args or call.keywords):
        yield Hint(f"It can call `{name}`, with {_arguments(len(call.args) + len(call.keywords))}.")
    else:
        yield Hint(f"It can be written in {len(answer)} characters.")


def _arguments(count: int) -> str:
    return "one argument" if count == 1 else f"{COUNTED[min(count, len(COUNTED) - 1)]} arguments"


def _short(question: Question, draw: Random) -> Iterator[Hint]:
    """How many points a good answer has, then the first."""
    if not isinstance(question, Short):
        return
    yield Hint(f"A good answer makes {COUNTED[len(question.points)]} points.")
    yield Hint(f"The first: {question.points[0]}")


def _broken(question: Question, draw: Random) -> Iterator[Hint]:
    """Where to look, then a suspect that it is not."""
    if not isinstance(question, BreakIt):
        return
    yield Hint(f"Look at this: {MEASURES[FAULTS[question.fault].signs[0].measure].label}.")
    place = draw.choice([place for place, suspect in enumerate(question.suspects) if suspect != question.fault])
    yield Hint(f"It is not: {question.suspected[place].label}", (place,))


_HINTS: Mapping[str, Callable[[Question, Random], Iterator[Hint]]] = {
    "single": _single,
    "several": _several,
    "match": _match,
    "order": _order,
    "number": _number,
    "line": _line,
    "short": _short,
    "broken": _broken,
}
