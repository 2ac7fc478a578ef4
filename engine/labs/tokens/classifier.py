"""What vectors are worth to a classifier of the reviews: frozen, fine-tuned, or random at first. The same in all else."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from engine.jobs import Progress
from engine.labs.tokens.lexicon import words_of
from engine.labs.tokens.results.ways import WayRun, Ways
from engine.labs.tokens.state import Classifier
from engine.streams import stream
from engine.text.split import split
from engine.text.text import Text
from engine.text.vectors import Vectors

HELD_OUT = 0.25
PIECE_SECONDS = 0.08
PAD = 0


@dataclass(frozen=True)
class Way:
    """One way of using vectors."""

    label: str
    is_pretrained: bool
    is_trained: bool
    """Whether the vectors change with the classifier."""
    lesson: str


WAYS = (
    Way("frozen", True, False, "The vectors stay as they are; only the line that parts the classes is learned."),
    Way("fine-tuned", True, True, "The vectors are where training begins, and change with it."),
    Way("random", False, True, "The vectors begin as noise of the same size, and are learned from the labels alone."),
)


class Bag(nn.Module):
    """logit = w . (mean of the words' vectors) + b."""

    def __init__(self, table: Float[Tensor, "words d"], is_trained: bool) -> None:
        super().__init__()
        self.table = nn.Parameter(table.clone(), requires_grad=is_trained)
        self.weight = nn.Parameter(torch.zeros(table.shape[1]))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, words: Int[Tensor, "reviews longest"]) -> Float[Tensor, " reviews"]:
        """Log odds that a review is positive; words without a vector, and places after the end, count for nothing."""
        return F.embedding_bag(words, self.table, mode="mean", padding_idx=PAD) @ self.weight + self.bias


def numbered(reviews: Text, vectors: Vectors) -> tuple[Int[Tensor, "reviews longest"], list[int], float]:
    """(each review as rows of the table that ``table_of`` makes, the vectors' places of these rows, share of words covered).

    Row 0 is for what has no vector; only words that occur get one.
    """
    lines = [words_of(line) for line in reviews.lines]
    places: dict[int, int] = {}
    rows = list[list[int]]()
    for line in lines:
        found = [place for word in line if (place := vectors.place_of(word)) is not None]
        rows.append([places.setdefault(place, len(places) + 1) for place in found])
    padded = torch.full((len(rows), max(1, *map(len, rows))), PAD)
    for at, row in enumerate(rows):
        padded[at, : len(row)] = torch.tensor(row, dtype=torch.int64)
    covered = sum(map(len, rows)) / max(1, sum(map(len, lines)))
    return padded, list(places), covered


def table_of(vectors: Vectors, places: list[int], way: Way, seed: int) -> Float[Tensor, "rows d"]:
    """The first vectors of a way: of mean square 1 in both, so that one learning rate suits them."""
    rows = torch.from_numpy(vectors.table[places].copy()) if places else torch.zeros(0, vectors.dim)
    if way.is_pretrained:
        size = rows.square().mean().sqrt() if len(rows) else torch.tensor(1.0)
        rows = rows / size.clamp(min=1e-12)
    else:
        rows = torch.randn(rows.shape, generator=stream(seed, "weights"))
    return torch.cat([torch.zeros(1, rows.shape[1]), rows])


def compare(reviews: Text, vectors: Vectors, asked: Classifier, seed: int) -> Iterator[Progress[Ways]]:
    """Every way from every seed, side by side: the same reviews, the same batches."""
    words, places, covered = numbered(reviews, vectors)
    labels = torch.tensor(reviews.labels, dtype=torch.float32)
    training, held_out = split(reviews, HELD_OUT, seed)
    labelled = min(asked.labelled, len(training))
    found = Ways(tuple(way.label for way in WAYS), asked.seeds, labelled, len(held_out), covered)
    yield Progress(0.0, found, f"seed 1 of {asked.seeds}")
    total, due = asked.seeds * len(WAYS), time.monotonic() + PIECE_SECONDS
    for number in range(asked.seeds):
        training, held_out = split(reviews, HELD_OUT, seed + number)
        parts = training[:labelled], held_out
        for way in WAYS:
            model = Bag(table_of(vectors, places, way, seed + number), way.is_trained)
            said = f"seed {number + 1} of {asked.seeds}: {way.label}"
            curve = list[tuple[int, float, float]]()
            for epoch, train, held in _trained(model, words, labels, parts, asked, seed + number):
                curve.append((epoch, train, held))
                if time.monotonic() >= due:
                    share = (len(found.runs) + epoch / asked.epochs) / total
                    yield Progress(share, None, said)
                    due = time.monotonic() + PIECE_SECONDS
            epochs, train_share, held_share = (
                np.array(column, dtype=np.float64) for column in zip(*curve, strict=True)
            )
            run = WayRun(way.label, seed + number, epochs, train_share, held_share)
            found = replace(found, runs=(*found.runs, run))
            yield Progress(len(found.runs) / total, found, said)


def _trained(
    model: Bag,
    words: Int[Tensor, "reviews longest"],
    labels: Float[Tensor, " reviews"],
    parts: tuple[list[int], list[int]],
    asked: Classifier,
    seed: int,
) -> Iterator[tuple[int, float, float]]:
    """(epoch, share right in training, share right on held-out reviews) after each epoch."""
    training, held_out = (torch.tensor(part) for part in parts)
    optimizer = torch.optim.Adam([w for w in model.parameters() if w.requires_grad], lr=asked.lr, fused=True)
    order = stream(seed, "batches")
    yield 0, right(model, words[training], labels[training]), right(model, words[held_out], labels[held_out])
    for epoch in range(1, asked.epochs + 1):
        shuffled = training[torch.randperm(len(training), generator=order)]
        for taken in shuffled.split(asked.batch_size):
            loss = F.binary_cross_entropy_with_logits(model(words[taken]), labels[taken])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        yield epoch, right(model, words[training], labels[training]), right(model, words[held_out], labels[held_out])


@torch.no_grad()
def right(model: Bag, words: Int[Tensor, "reviews longest"], labels: Float[Tensor, " reviews"]) -> float:
    """Share of reviews on whose side of 0 the log odds are."""
    return float(((model(words) > 0) == (labels > 0.5)).float().mean())
