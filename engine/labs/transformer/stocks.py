"""Texts of two classes, of which few get to show their label: the reviews of this project, and drawn ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import torch
from jaxtyping import Int
from torch import Tensor

from engine.sequences.data import BEGIN, END, IGNORED, PAD, SPECIAL, Part, Sequences
from engine.streams import stream
from engine.text.corpora import Reviews
from engine.text.split import split
from engine.text.tokenizers import Words, trained

CONTEXT = 32
HELD_OUT = 0.25
DRAWN, DRAWN_HELD, DRAWN_WORDS = 2000, 500, 16
NEUTRAL, OWN, SHARE = 100, 40, 0.4
"""Drawn texts: so many neutral words, so many of each tone, and the share of words that have the text's tone."""
StockId = Literal["reviews", "drawn"]


@dataclass(frozen=True)
class Given:
    """The texts of one seed: those that are read, and those held out."""

    train: Part
    held: Part
    tokens: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def labelled(self) -> Sequences:
        """For a classifier."""
        return Sequences(self.train, self.held, self.tokens, self.classes, "end")

    @property
    def unlabelled(self) -> Sequences:
        """For a language model: the texts without their labels."""
        train, held = (Part(part.x, following(part.x)) for part in (self.train, self.held))
        return Sequences(train, held, self.tokens, self.tokens, "each step")


@lru_cache(maxsize=8)
def _reviews(seed: int) -> Given:
    text = Reviews().read()
    vocabulary = trained(Words(lower_case=True), text)
    x = torch.tensor([coded(list(ids)) for ids in vocabulary.encode_all(text.lines)])
    y = torch.tensor(text.labels)
    train, held = (torch.tensor(rows) for rows in split(text, HELD_OUT, seed))
    return Given(Part(x[train], y[train]), Part(x[held], y[held]), vocabulary.tokens, text.classes)


@lru_cache(maxsize=8)
def _drawn(seed: int) -> Given:
    generator, rows = stream(seed, "data"), DRAWN + DRAWN_HELD
    y = torch.randint(2, (rows,), generator=generator)
    neutral = torch.randint(NEUTRAL, (rows, DRAWN_WORDS), generator=generator)
    own = NEUTRAL + OWN * y[:, None] + torch.randint(OWN, (rows, DRAWN_WORDS), generator=generator)
    toned = torch.rand((rows, DRAWN_WORDS), generator=generator) < SHARE
    words = len(SPECIAL) + torch.where(toned, own, neutral)
    ends = [torch.full((rows, 1), token) for token in (BEGIN, END)]
    x = torch.cat([ends[0], words, ends[1]], dim=1)
    named = [
        f"{kind}{n + 1}" for kind, many in (("neutral", NEUTRAL), ("sad", OWN), ("glad", OWN)) for n in range(many)
    ]
    return Given(Part(x[:DRAWN], y[:DRAWN]), Part(x[DRAWN:], y[DRAWN:]), (*SPECIAL, *named), ("sad", "glad"))


@dataclass(frozen=True)
class Stock:
    """Where texts come from."""

    label: str
    said: str
    given: Callable[[int], Given]


STOCKS: dict[StockId, Stock] = {
    "reviews": Stock(
        "Reviews",
        "About 390 short reviews to read and 130 held out, written for this project; those of one subject stay on one side.",
        _reviews,
    ),
    "drawn": Stock(
        "Drawn texts",
        f"{DRAWN:,} texts of {DRAWN_WORDS} words to read and {DRAWN_HELD} held out, drawn by a rule: {SHARE:.0%} of a text's "
        f"words are of its own tone ({OWN} glad words, {OWN} sad ones), the others neutral ({NEUTRAL}). No word tells its tone "
        "by itself, but those of one tone stand together.",
        _drawn,
    ),
}


def coded(ids: list[int]) -> list[int]:
    """``<bos>``, the tokens, ``<eos>``, padded behind; a longer text is cut."""
    return ([BEGIN, *ids[: CONTEXT - 2], END] + [PAD] * CONTEXT)[:CONTEXT]


def following(x: Int[Tensor, "rows tokens"]) -> Int[Tensor, "rows tokens"]:
    """What a language model is asked for: at each token the next one."""
    y = torch.cat([x[:, 1:], torch.full((len(x), 1), PAD)], dim=1)
    return torch.where(y == PAD, IGNORED, y)


def reversed_copies(part: Part) -> Part:
    """Every text and, behind all, every text backwards, between its ``<bos>`` and ``<eos>``."""
    backwards = part.x.clone()
    for row in backwards:
        words = int((row != PAD).sum()) - 2
        row[1 : 1 + words] = row[1 : 1 + words].flip(0)
    return Part(torch.cat([part.x, backwards]), torch.cat([part.y, part.y]))


def labelled(part: Part, per_class: tuple[int, ...], seed: int) -> Part:
    """So many examples of each class, drawn; fewer where there are fewer. More of one seed include the fewer ones."""
    generator = stream(seed, "sampling", 1)
    chosen = []
    for label, wanted in enumerate(per_class):
        members = torch.nonzero(part.y == label).flatten()
        chosen.append(members[torch.randperm(len(members), generator=generator)][:wanted])
    rows = torch.cat(chosen)
    return Part(part.x[rows], part.y[rows])
