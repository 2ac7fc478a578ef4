"""What the page of transformers shows: numbers and words, no network."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

Kind = Literal["encoder", "decoder", "cross"]
Head = tuple[str, int]
"""(attention, head from 1), as in ("cross 1", 2)."""
WAY_EXAMPLES = 64
"""Validation examples that are measured while it trains, at most; what is measured at the end takes more of them."""


def kind_of(attention: str) -> Kind:
    """``cross`` of ``cross 1``."""
    return attention.split()[0]  # type: ignore[return-value]


def head_name(head: Head) -> str:
    """As people read it."""
    return f"{head[0]}, head {head[1]}"


@dataclass(frozen=True)
class Shown:
    """One example on its way through a network."""

    source: tuple[str, ...]
    """Tokens of the encoder; empty where there is none."""
    tokens: tuple[str, ...]
    """Tokens of the stack that answers."""
    attentions: tuple[str, ...]
    maps: tuple[Float[np.ndarray, "heads _ _"], ...]
    """(heads, queries, keys) of each attention: a row is a token that looks, a column one that is looked at."""
    entropy: Float[np.ndarray, "attentions heads"]
    """Mean over the rows, in nats."""
    distance: Float[np.ndarray, "attentions heads"]
    """Mean places between who looks and what is looked at."""
    asked: tuple[str, ...]
    """The right answer at each place that answers: empty text where none is asked for or none is known."""
    guesses: tuple[tuple[str, ...], ...]
    """What the network would answer, had it stopped before the first block and after each, at each place that answers."""
    sureness: Float[np.ndarray, "states answered"]
    """Probability of ``guesses``; the number itself where answers are numbers."""
    right: Float[np.ndarray, "states answered"]
    """Probability of what was asked for; NaN where nothing is."""
    note: str = ""
    """What was done to a visitor's text to fit."""

    def down(self, attention: str) -> tuple[str, ...]:
        """The tokens that look."""
        return self.source if kind_of(attention) == "encoder" else self.tokens

    def across(self, attention: str) -> tuple[str, ...]:
        """The tokens that are looked at."""
        return self.tokens if kind_of(attention) == "decoder" else self.source

    def map_of(self, head: Head) -> Float[np.ndarray, "queries keys"]:
        """The map of one head."""
        return self.maps[self.attentions.index(head[0])][head[1] - 1]

    @property
    def heads(self) -> tuple[Head, ...]:
        """All heads, in order."""
        return tuple(
            (name, head + 1) for name, maps in zip(self.attentions, self.maps, strict=True) for head in range(len(maps))
        )

    @property
    def answered(self) -> tuple[str, ...]:
        """The tokens at whose places there is an answer."""
        return self.tokens if len(self.asked) == len(self.tokens) else ("end",)


@dataclass(frozen=True)
class RoleScores:
    """How much of its weight each head puts where a role would look, over the course of training."""

    role: str
    """Id of the role."""
    share: Float[np.ndarray, "points attentions heads"]
    """NaN for attentions that the role is not for."""
    even: Float[np.ndarray, " attentions"]
    """What a head gets that looks evenly at all that it may see."""


@dataclass(frozen=True)
class Course:
    """A run so far."""

    step: Int[np.ndarray, " points"]
    planned: int
    train_loss: Float[np.ndarray, " points"]
    loss: Float[np.ndarray, " points"]
    """Of validation examples, as is everything below."""
    metrics: tuple[str, ...]
    """``accuracy``, ``exact`` and the like."""
    scores: Float[np.ndarray, "points metrics"]
    entropy: Float[np.ndarray, "points attentions heads"]
    roles: tuple[RoleScores, ...]
    attentions: tuple[str, ...]
    shown: Shown
    """The example that was asked for first, as the network stands now."""
    unit: str
    """Of the losses."""
    chance: float
    """The loss of who knows only how often each answer occurs."""
    ending: str = ""
    """Why it diverged; empty where it did not."""

    def score(self, name: str) -> float:
        """The last value of a metric; NaN where there is none of this name or nothing was measured."""
        return (
            float(self.scores[-1, self.metrics.index(name)])
            if name in self.metrics and len(self.step)
            else float("nan")
        )

    @cached_property
    def is_done(self) -> bool:
        """Whether all planned updates are made, or it ended before."""
        return bool(self.ending) or (len(self.step) > 0 and int(self.step[-1]) >= self.planned)


@dataclass(frozen=True)
class Alignment:
    """Where each answer should look in the source, and how much of the weight is there."""

    answers: tuple[str, ...]
    """What is asked for at each place of the answer, of one example."""
    source: tuple[str, ...]
    right: Bool[np.ndarray, "answered source"]
    """The right places for that example; a row without any has no right place (a dash, the end)."""
    share: Float[np.ndarray, "layers heads"]
    """Mean share of the weight on a right place, over ``examples`` validation examples."""
    by_answer: Float[np.ndarray, "layers heads answered"]
    """The same, of each place of the answer; NaN where it has no right place."""
    mean: Float[np.ndarray, "layers heads answered source"]
    """The maps, averaged over the examples: places, not tokens."""
    even: float
    """What a head gets that looks evenly at the source."""
    examples: int


@dataclass(frozen=True)
class Ablation:
    """What the validation loss becomes with each head switched off alone."""

    loss: float
    """With all heads."""
    without: Float[np.ndarray, "attentions heads"]
    without_all: Float[np.ndarray, " attentions"]
    """With all heads of an attention off."""
    exact: float
    """Share of examples without a mistake, or right, with all heads."""
    exact_without: Float[np.ndarray, "attentions heads"]
    score_name: str
    sureness: Float[np.ndarray, "attentions heads"]
    """The largest weight of a row, averaged over the rows of the same examples: 1 where every token looks at one other."""
    attentions: tuple[str, ...]
    examples: int

    def sure(self, head: Head) -> float:
        """``sureness`` of one head."""
        return float(self.sureness[self.attentions.index(head[0]), head[1] - 1])

    @cached_property
    def ranked(self) -> tuple[tuple[Head, float], ...]:
        """Every head and the rise of the loss without it, the largest first."""
        rises = [
            ((name, head + 1), float(self.without[place, head] - self.loss))
            for place, name in enumerate(self.attentions)
            for head in range(self.without.shape[1])
        ]
        return tuple(sorted(rises, key=lambda item: -item[1]))


@dataclass(frozen=True)
class Changed:
    """One example with and without a change: heads switched off, tokens masked."""

    before: Shown
    after: Shown
    loss: tuple[float, float]
    """Validation loss without and with the change."""
    score: tuple[float, float]
    score_name: str


@dataclass(frozen=True)
class Stream:
    """What the network would answer if it stopped after each block, over validation examples."""

    loss: Float[np.ndarray, " states"]
    score: Float[np.ndarray, " states"]
    score_name: str
    examples: int


@dataclass(frozen=True)
class Leaving:
    """The same network with one part changed, trained anew from several seeds."""

    variants: tuple[str, ...]
    """Ids, the network as it is first."""
    labels: tuple[str, ...]
    loss: Float[np.ndarray, "variants seeds"]
    """Validation loss, as in training: each answer given the right ones before it. NaN where it is not known yet."""
    score: Float[np.ndarray, "variants seeds"]
    alone: Float[np.ndarray, "variants seeds"]
    """The same with what comes after hidden for good: the network answers by itself. See ``alone_name``."""
    score_name: str
    alone_name: Literal["exact", "loss", ""]
    """What ``alone`` is: share of examples without a mistake, the loss with the future cut off; empty: not measured."""
    parameters: tuple[int, ...]
    unit: str
    chance: float


@dataclass(frozen=True)
class FewLabelled:
    """Classifiers from few labels."""

    counts: tuple[int, ...]
    """Labelled texts."""
    methods: tuple[str, ...]
    accuracy: Float[np.ndarray, "methods counts seeds"]
    """On held-out texts, the mean of both classes; NaN where it is not known yet."""
    reading_loss: Float[np.ndarray, " seeds"]
    """Of the language model on held-out texts, in nats a token."""
    held: int
    """Held-out texts of the last seed."""


@dataclass(frozen=True)
class Balanced:
    """What becomes of a rare class."""

    methods: tuple[str, ...]
    classes: tuple[str, ...]
    recall: Float[np.ndarray, "methods 2 seeds"]
    """Share of each class of the held-out texts that is recognised; NaN where it is not known yet."""
    labels: tuple[int, int]
    """Labelled texts of each class."""
    held: int
