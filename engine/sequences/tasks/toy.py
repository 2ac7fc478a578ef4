"""Tasks on drawn symbols whose right answer is known: copy, reverse, sort, recall after a delay, brackets, adding."""

from typing import Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from engine.sequences.data import IGNORED, PAD, SPECIAL, Asks, Sequences
from engine.sequences.tasks.task import VALIDATION, Drawn, mapping, parts
from engine.streams import stream

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PAIRS = ("()", "[]", "{}")


def symbols_field(default: int) -> Any:
    """The knob of how many different symbols there are."""
    return Field(default, ge=2, le=26, title="Symbols", description="How many different ones there are.")


def length_field(default: int, most: int = 40) -> Any:
    """The knob of how many symbols an example has."""
    return Field(default, ge=1, le=most, title="Length", description="Symbols of the source.")


class Symbols(Drawn, frozen=True):
    """A source of random symbols, answered by a rearrangement of it."""

    length: int = length_field(10)
    symbols: int = symbols_field(10)
    shape: ClassVar = "many to many"
    asks: ClassVar = Asks("each step", of_source=True, for_tokens=True)

    def build(self, seed: int) -> Sequences:
        source = torch.randint(self.symbols, (self.samples + VALIDATION, self.length), generator=stream(seed, "data"))
        first = len(SPECIAL)
        x, y, wide = mapping((source + first).tolist(), (self.answer(source) + first).tolist())
        tokens = (*SPECIAL, *LETTERS[: self.symbols])
        return Sequences(*parts(x, y), tokens, tokens, "each step", source=wide)

    def answer(self, source: Tensor) -> Tensor:
        """What is to be answered, (examples, length), to the symbols of each example."""
        raise NotImplementedError


class Copy(Symbols, frozen=True):
    kind: Literal["copy"] = "copy"
    label: ClassVar = "Copy"
    formula: ClassVar = r"y_i = x_i"
    lesson: ClassVar = "Say again what was read: all of it must be held, in order, until the source is over."
    source: ClassVar = "Graves et al. 2014"

    def answer(self, source: Tensor) -> Tensor:
        return source


class Reverse(Symbols, frozen=True):
    kind: Literal["reverse"] = "reverse"
    label: ClassVar = "Reverse"
    formula: ClassVar = r"y_i = x_{n + 1 - i}"
    lesson: ClassVar = "The last symbol first: an attention that has learned it looks along the other diagonal."
    source: ClassVar = "Sutskever et al. 2014"

    def answer(self, source: Tensor) -> Tensor:
        return source.flip(1)


class Sort(Symbols, frozen=True):
    kind: Literal["sort"] = "sort"
    label: ClassVar = "Sort"
    formula: ClassVar = r"y = \operatorname{sort}(x)"
    lesson: ClassVar = "Where to look depends on what is there, not only on the place."
    source: ClassVar = "Vinyals et al. 2016"

    def answer(self, source: Tensor) -> Tensor:
        return source.sort(dim=1).values


class Recall(Drawn, frozen=True):
    """x: the symbols, ``delay`` blanks, then one ``?`` for each symbol that is asked for."""

    kind: Literal["recall"] = "recall"
    length: int = Field(1, ge=1, le=20, title="Symbols to hold")
    symbols: int = symbols_field(8)
    delay: int = Field(20, ge=0, le=400, title="Delay", description="Blank steps before the answer is asked for.")
    label: ClassVar = "Delayed recall"
    formula: ClassVar = r"y_{n + d + i} = x_i"
    lesson: ClassVar = (
        "Hold a few symbols over a stretch of blanks: what the gradient must reach back over is the delay."
    )
    source: ClassVar = "Hochreiter and Schmidhuber 1997, Arjovsky et al. 2016"
    shape: ClassVar = "many to many"

    def build(self, seed: int) -> Sequences:
        rows, first = self.samples + VALIDATION, len(SPECIAL)
        held = torch.randint(self.symbols, (rows, self.length), generator=stream(seed, "data")) + first
        blank, ask = first + self.symbols, first + self.symbols + 1
        x = torch.cat([held, torch.full((rows, self.delay), blank), torch.full((rows, self.length), ask)], dim=1)
        y = torch.full_like(x, IGNORED)
        y[:, -self.length :] = held
        tokens = (*SPECIAL, *LETTERS[: self.symbols], "·", "?")
        return Sequences(*parts(x, y), tokens, tokens, "each step", looks_back=self.delay + self.length)


class NextLetter(Drawn, frozen=True):
    """One letter, and which comes after it in the alphabet; after the last one the first."""

    kind: Literal["letter"] = "letter"
    symbols: int = symbols_field(26)
    label: ClassVar = "Next letter"
    formula: ClassVar = r"y = x + 1 mod n"
    lesson: ClassVar = (
        "One thing in, one thing out: a single step, so nothing need be remembered, and W_hh gets no gradient."
    )
    source: ClassVar = "the alphabet"
    shape: ClassVar = "one to one"
    asks: ClassVar = Asks("end", for_tokens=True)

    def build(self, seed: int) -> Sequences:
        rows, first = self.samples + VALIDATION, len(SPECIAL)
        letters = torch.randint(self.symbols, (rows, 1), generator=stream(seed, "data"))
        tokens = (*SPECIAL, *LETTERS[: self.symbols])
        after = (letters[:, 0] + 1) % self.symbols
        return Sequences(*parts(letters + first, after + first), tokens, tokens, "end")


class Brackets(Drawn, frozen=True):
    """Half of the examples are balanced; the others are balanced ones of which one bracket was replaced."""

    kind: Literal["brackets"] = "brackets"
    length: int = Field(12, ge=2, le=60, multiple_of=2, title="Length", description="Brackets of an example: even.")
    pairs: int = Field(2, ge=1, le=3, title="Kinds of brackets")
    varied: bool = Field(
        False,
        title="Of different lengths",
        description="From 2 brackets up to the length; behind shorter examples stands padding.",
    )
    label: ClassVar = "Balanced brackets"
    formula: ClassVar = r"y = [\text{every bracket closes the last open one of its kind}]"
    lesson: ClassVar = "To judge, one must remember which brackets are open, the last one first: a stack."
    source: ClassVar = "Chomsky and Schützenberger 1963"
    shape: ClassVar = "many to one"
    asks: ClassVar = Asks("end")

    def build(self, seed: int) -> Sequences:
        rows, generator = self.samples + VALIDATION, stream(seed, "data")
        draws = torch.rand((rows, self.length), generator=generator)
        kinds = torch.randint(self.pairs, (rows, self.length), generator=generator)
        y = torch.randint(2, (rows,), generator=generator)
        share = torch.rand((rows,), generator=generator)
        shift = torch.randint(1, 2 * self.pairs, (rows,), generator=generator)
        halves = torch.randint(1, self.length // 2 + 1, (rows,), generator=generator) if self.varied else None
        sizes = torch.full((rows,), self.length) if halves is None else 2 * halves
        drawn = zip(draws.tolist(), kinds.tolist(), sizes.tolist(), strict=True)
        x = torch.full((rows, self.length), PAD)
        for row, (draw, kind, size) in enumerate(drawn):
            x[row, :size] = torch.tensor(_balanced(draw[:size], kind[:size])) + len(SPECIAL)
        broken = torch.nonzero(y == 0).squeeze(1)
        place = (share * sizes).long()[broken]
        was = x[broken, place] - len(SPECIAL)
        x[broken, place] = (was + shift[broken]) % (2 * self.pairs) + len(SPECIAL)
        tokens = (*SPECIAL, *"".join(PAIRS[: self.pairs]))
        return Sequences(*parts(x, y), tokens, ("not balanced", "balanced"), "end")


def _balanced(draws: list[float], kinds: list[int]) -> list[int]:
    """A balanced string: at each place a bracket opens, or the last open one closes; id 2k opens kind k, 2k + 1 closes it."""
    found: list[int] = []
    held: list[int] = []
    for place, (draw, kind) in enumerate(zip(draws, kinds, strict=True)):
        left = len(draws) - place
        opens = not held or (draw < 0.5 and len(held) < left)
        if opens:
            held.append(kind)
        found.append(2 * kind if opens else 2 * held.pop() + 1)
    return found


class Adding(Drawn, frozen=True):
    """Each step has a number drawn from U(0, 1) and a mark; one number in each half is marked."""

    kind: Literal["adding"] = "adding"
    length: int = Field(30, ge=4, le=400, title="Length", description="Steps of an example.")
    label: ClassVar = "Adding problem"
    formula: ClassVar = r"y = \sum_t m_t v_t, \quad v_t \sim U(0, 1)"
    lesson: ClassVar = (
        "Two of many numbers are marked: their sum is asked for at the end. Who answers 1 has an error of 1/6."
    )
    source: ClassVar = "Hochreiter and Schmidhuber 1997"
    shape: ClassVar = "many to one"
    asks: ClassVar = Asks("end")

    def build(self, seed: int) -> Sequences:
        rows, generator = self.samples + VALIDATION, stream(seed, "data")
        values = torch.rand((rows, self.length), generator=generator)
        half = self.length // 2
        early = torch.randint(half, (rows,), generator=generator)
        late = half + torch.randint(self.length - half, (rows,), generator=generator)
        marks = torch.zeros_like(values)
        marks[torch.arange(rows), early] = 1.0
        marks[torch.arange(rows), late] = 1.0
        y = (values * marks).sum(1)
        x = torch.stack([values, marks], dim=2)
        return Sequences(
            *parts(x, y), (), (), "end", features=("number", "mark"), unit="sum", looks_back=self.length - 1
        )
