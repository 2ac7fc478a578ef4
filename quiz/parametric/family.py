"""What a family of questions is: one question, with other numbers for every seed."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Any

from quiz.kinds.choices import Option, Single
from quiz.kinds.number import Mistake, Number
from quiz.parametric.drawing import Among, drawn_from
from quiz.parametric.writing import fixed, word
from quiz.question import Level

Value = float | tuple[float, ...]
Drawn = Mapping[str, Any]
"""What was drawn, by name."""
MOST_DRAWS = 1000
ONE_OFF = 1.2
"""An answer may be one off in the last decimal asked for, as from rounding on the way."""
APART = 3
"""Two answers differ by so many of the last decimal, at least."""
FEWEST = 10
"""The answer has so many of the last decimal, at least: two digits, unless it is exactly 0."""
EDGE = 0.01
"""So close to the middle between two numbers rounding would be a matter of taste."""


class DrawAgain(ValueError):
    """The numbers make no good question."""


@dataclass(frozen=True)
class Asked:
    """What a family makes of drawn numbers."""

    text: str
    """Ends in what is asked; how to round is said after it."""
    value: Value
    """The answer, not rounded."""
    rule: str
    """The formula and what is to be remembered of it."""
    working: str
    """The same with the drawn numbers."""
    mistakes: Mapping[str, Value]
    """What comes of each known error, under what is said of it."""
    decimals: int = 0
    """To how many the answer is asked for; 0 for a whole number."""
    unit: str = ""

    @property
    def answers(self) -> tuple[Value, ...]:
        """The right one first."""
        return (self.value, *self.mistakes.values())

    @property
    def is_clear(self) -> bool:
        """Whether every two answers can be told apart, and each is rounded in one way only."""
        last = 10.0**-self.decimals * (1 - 1e-9)
        size = max(map(abs, numbers(self.value)))
        if (self.decimals and 0 < size < FEWEST * last) or not all(map(self._rounds, self.answers)):
            return False
        apart = APART * last if self.decimals else last
        return all(
            max(abs(a - b) for a, b in zip(numbers(one), numbers(other), strict=True)) >= apart
            for one, other in combinations(map(self.rounded, self.answers), 2)
        )

    def rounded(self, value: Value) -> Value:
        """As it is asked for."""
        found = tuple(round(number, self.decimals) for number in numbers(value))
        return found if isinstance(value, tuple) else found[0]

    def shown(self, value: Value) -> str:
        """An answer as an option, rounded, with its unit."""
        parts = [fixed(number, self.decimals) for number in numbers(value)]
        text = f"({', '.join(parts)})" if isinstance(value, tuple) else parts[0]
        return f"${text}$ {self.unit}".rstrip()

    def _rounds(self, value: Value) -> bool:
        parts = [number * 10.0**self.decimals for number in numbers(value)]
        return all(math.isfinite(part) and abs(part - math.floor(part) - 0.5) > EDGE for part in parts)


@dataclass(frozen=True)
class Family:
    """One row of the table: the same question, with other numbers for every seed."""

    id: str
    """A slug that never changes: the answers of learners are kept under it."""
    topic: str
    level: Level
    title: str
    source: str
    draws: Mapping[str, Among]
    """What each number is drawn from."""
    ask: Callable[..., Asked]
    """Takes what was drawn, by name. Raises DrawAgain where that makes no good question."""
    lab: str = ""
    chosen: bool = False
    """Whether the answer is chosen among what the mistakes come to, instead of typed."""

    def drawn(self, seed: int) -> Drawn:
        """The numbers of the question of a seed."""
        return self.accepted(seed)[0]

    def question(self, seed: int) -> Number | Single:
        """The question of a seed, always the same; its id is the family's."""
        return self.written(self.accepted(seed)[1])

    def written(self, asked: Asked) -> Number | Single:
        """What is asked as a question of its kind, rounded."""
        common: dict[str, Any] = {
            "id": self.id,
            "topic": self.topic,
            "level": self.level,
            "explanation": f"{asked.rule}\n\n{asked.working}",
            "source": self.source,
            "lab": self.lab,
        }
        return _choice(asked, common) if self.chosen else _number(asked, common)

    def accepted(self, seed: int) -> tuple[Drawn, Asked]:
        """The first draw of a seed whose answers can be told apart, and what is asked of it, not yet rounded."""
        random = Random(_root(seed, self.id))
        for _ in range(MOST_DRAWS):
            drawn = {name: drawn_from(among, random) for name, among in self.draws.items()}
            try:
                asked = self.ask(**drawn)
            except DrawAgain:
                continue
            if asked.is_clear:
                return drawn, asked
        raise RuntimeError(f"{self.id}: none of {MOST_DRAWS} draws from seed {seed} makes a good question")


def numbers(value: Value) -> tuple[float, ...]:
    """The numbers that an answer consists of."""
    return value if isinstance(value, tuple) else (value,)


def _root(seed: int, family: str) -> int:
    """What a family draws from: one more family never shifts another's numbers."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{family}".encode(), digest_size=8).digest(), "little")


def _number(asked: Asked, common: dict[str, Any]) -> Number:
    places = f" Round to {word(asked.decimals)} decimal{'s' if asked.decimals > 1 else ''}." if asked.decimals else ""
    known = {why: asked.rounded(value) for why, value in asked.mistakes.items()}
    return Number(
        **common,
        text=f"{asked.text}{places}",
        value=asked.rounded(asked.value),
        unit=asked.unit,
        tolerance=ONE_OFF * 10.0**-asked.decimals if asked.decimals else 0.0,
        relative=0.0,
        mistakes=tuple(Mistake(value=value, why=why) for why, value in known.items()),
    )


def _choice(asked: Asked, common: dict[str, Any]) -> Single:
    wrong = {value: Option(text=asked.shown(value), why=why) for why, value in asked.mistakes.items()}
    right = {asked.value: Option(text=asked.shown(asked.value), right=True, why=asked.rule)}
    options = sorted((right | wrong).items(), key=lambda item: numbers(item[0]))
    return Single(**common, text=asked.text, options=tuple(option for _, option in options))
