"""Tasks on text: the next token, the mood of a review, names of a continent's countries."""

import csv
import gzip
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field

from engine.refusal import Refusal
from engine.sequences.data import BEGIN, END, IGNORED, PAD, Asks, Part, Sequences
from engine.sequences.tasks.task import Given, GivenTask, Task, parts
from engine.streams import stream
from engine.text.corpora import AnyCorpus, PythonReference, Reviews, plotly_data
from engine.text.split import split_groups
from engine.text.tokenizers import Characters, Tokenizer, Words, trained
from engine.text.vocabulary import SPECIAL, Vocabulary

MOST_CHARACTERS = 400_000
"""Of a longer text the first so many are read."""
HELD_BACK = 0.1
"""Share of a text, from its end, that is validated on."""
NAMES_HELD_BACK = 24
REVIEWS_HELD_BACK = 0.25
"""Share of the reviews; those of one subject stay together, for they say much the same of it."""


def context_field(default: int) -> Any:
    """The knob of how many tokens a network reads at most."""
    return Field(default, ge=4, le=256, title="Context", description="Tokens of an example.")


class Language(GivenTask, frozen=True):
    """Windows of a text; at each token the next one is asked for."""

    kind: Literal["language"] = "language"
    corpus: AnyCorpus = PythonReference()
    tokenizer: Tokenizer = Characters()
    context: int = context_field(64)
    label: ClassVar = "Next token of a text"
    formula: ClassVar = r"P(x_{t+1} \mid x_1, \dots, x_t)"
    lesson: ClassVar = "A language model: spelling comes first, then words, then which word may follow which."
    source: ClassVar = "Shannon 1951, Bengio et al. 2003"
    shape: ClassVar = "many to many"
    group: ClassVar = "Text"

    @property
    def is_private(self) -> bool:
        return self.corpus.is_private

    def must_be_mine(self) -> None:
        self.corpus.read()

    def given(self) -> Given:
        text = self.corpus.read()
        vocabulary = trained(self.tokenizer, text)
        ids = torch.tensor(vocabulary.encode(text.whole[:MOST_CHARACTERS]).ids)
        least = 4 * (self.context + 1)
        if len(ids) < least:
            raise Refusal(f"The text has {len(ids):,} tokens; a context of {self.context} needs at least {least:,}.")
        return Given(ids, tokens=vocabulary.tokens, answers=vocabulary.tokens)

    def arranged(self, given: Given, seed: int) -> Sequences:
        ids = given.x
        split = len(ids) - max(2 * self.context, round(HELD_BACK * len(ids)))
        train, validation = (_windows(part, self.context) for part in (ids[:split], ids[split:]))
        return Sequences(train, validation, given.tokens, given.answers, "each step")


def _windows(ids: torch.Tensor, context: int) -> Part:
    """Windows that begin half a context apart, so that every token is asked for with something before it."""
    windows = ids.unfold(0, context + 1, max(1, context // 2))
    return Part(windows[:, :-1], windows[:, 1:])


class Mood(GivenTask, frozen=True):
    """Reviews, padded behind to ``context`` tokens."""

    kind: Literal["mood"] = "mood"
    tokenizer: Tokenizer = Words(lower_case=True)
    context: int = context_field(32)
    examples: int = Field(
        1000,
        ge=4,
        le=1000,
        title="Labelled reviews",
        description="At most so many of the training part, as many of each class.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Mood of a review"
    formula: ClassVar = r"P(\text{positive} \mid x_1, \dots, x_n)"
    lesson: ClassVar = "One answer for a whole text: words that praise, and words that turn them round."
    source: ClassVar = "Pang and Lee 2002; reviews written for this project"
    shape: ClassVar = "many to one"
    asks: ClassVar = Asks("end")
    group: ClassVar = "Text"

    def given(self) -> Given:
        text = Reviews().read()
        vocabulary = trained(self.tokenizer, text)
        x = torch.tensor([_padded(ids, self.context) for ids in vocabulary.encode_all(text.lines)])
        groups = torch.tensor(text.groups)
        return Given(x, torch.tensor(text.labels), groups, vocabulary.tokens, text.classes)

    def arranged(self, given: Given, seed: int) -> Sequences:
        kept, held = split_groups(given.groups.tolist(), REVIEWS_HELD_BACK, seed)
        train, validation = (Part(given.x[rows], given.y[rows]) for rows in (kept, held))
        return Sequences(self._fewer(train), validation, given.tokens, given.answers, "end")

    def _fewer(self, part: Part) -> Part:
        each = -(-self.examples // 2)
        rows = torch.cat([torch.nonzero(part.y == label).squeeze(1)[:each] for label in (0, 1)]).sort().values
        return Part(part.x[rows], part.y[rows])


def shuffled(given: Given, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """x and y in the order in which they are split."""
    order = torch.randperm(len(given.x), generator=stream(seed, "split"))
    return given.x[order], given.y[order]


def _padded(ids: list[int], length: int) -> list[int]:
    return (ids + [PAD] * length)[:length]


class CountryNames(GivenTask, frozen=True):
    """x: a continent, ``<bos>``, a name; y: the name, ``<eos>``."""

    kind: Literal["names"] = "names"
    label: ClassVar = "Names of a continent"
    formula: ClassVar = r"P(\text{name} \mid \text{continent})"
    lesson: ClassVar = (
        "One thing in, a whole sequence out: the continent is all that is given, the name is written letter by letter."
    )
    source: ClassVar = "Gapminder, as the plotly package ships it"
    shape: ClassVar = "one to many"
    group: ClassVar = "Text"

    def given(self) -> Given:
        with gzip.open(plotly_data("gapminder.csv.gz"), "rt", encoding="utf-8", newline="") as file:
            pairs = sorted({(row["continent"], row["country"]) for row in csv.DictReader(file)})
        continents = sorted({continent for continent, _ in pairs})
        tokens = (*SPECIAL, *continents, *sorted({c for _, name in pairs for c in name}))
        ids = {token: place for place, token in enumerate(tokens)}
        long = max(len(name) for _, name in pairs) + 1
        x = torch.full((len(pairs), long + 1), PAD)
        y = torch.full((len(pairs), long + 1), IGNORED)
        for row, (continent, name) in enumerate(pairs):
            letters = [ids[c] for c in name]
            x[row, : len(letters) + 2] = torch.tensor([ids[continent], BEGIN, *letters])
            y[row, 1 : len(letters) + 2] = torch.tensor([*letters, END])
        return Given(x, y, tokens=tokens, answers=tokens)

    def arranged(self, given: Given, seed: int) -> Sequences:
        return Sequences(*parts(*shuffled(given, seed), NAMES_HELD_BACK), given.tokens, given.answers, "each step")


def vocabulary_of(task: Task) -> Vocabulary | None:
    """The tokenizer of a task on text; None of one whose tokens are symbols of its own. Raises Refused as ``build``."""
    if isinstance(task, Language):
        return trained(task.tokenizer, task.corpus.read())
    return trained(task.tokenizer, Reviews().read()) if isinstance(task, Mood) else None
