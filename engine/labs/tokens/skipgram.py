"""Skip-gram with negative sampling (Mikolov 2013), trained with PyTorch."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from engine.jobs import Progress
from engine.labs.tokens.counting import Counting
from engine.labs.tokens.lexicon import Pairs, pairs, shown
from engine.labs.tokens.plane import Plane
from engine.labs.tokens.results.words import Frame, Learned
from engine.labs.tokens.state import SkipGram
from engine.streams import stream
from engine.text.text import Text

FRAMES = 40
"""Moments of a run that are kept."""
PIECE_SECONDS = 0.08
ROWS_AT_ONCE = 256


def loss_of(
    words: Float[Tensor, "batch d"], contexts: Float[Tensor, "batch d"], negatives: Float[Tensor, "batch k d"]
) -> Float[Tensor, " batch"]:
    """- log s(v.u) - sum over k negatives of log s(-v.u_n), in nats for each pair; s is the sigmoid."""
    seen = (words * contexts).sum(dim=1)
    drawn = torch.einsum("bd,bkd->bk", words, negatives)
    return -F.logsigmoid(seen) - F.logsigmoid(-drawn).sum(dim=1)


class Run:
    """One run: two tables of vectors, one pair after another."""

    def __init__(self, data: Pairs, asked: SkipGram, seed: int) -> None:
        self.data, self.asked = data, asked
        size = len(data.lexicon.words)
        first = (torch.rand(size, asked.dim, generator=stream(seed, "weights")) - 0.5) / asked.dim
        self.vectors = nn.Parameter(first)
        self.contexts = nn.Parameter(torch.zeros(size, asked.dim))
        self.optimizer = asked.optimizer.build([self.vectors, self.contexts])
        self.order = stream(seed, "batches")
        self.draws = stream(seed, "sampling")
        self.left = torch.empty(0, dtype=torch.int64)
        self.negative = data.negative.float()
        self.steps = 0

    @property
    def steps_planned(self) -> int:
        """Updates in all epochs."""
        return self.asked.epochs * math.ceil(len(self.data.word) / self.asked.batch_size)

    def batch(self) -> Int[Tensor, " batch"]:
        """The pairs of the next update: each pair once an epoch, in an order drawn anew."""
        if not len(self.left):
            self.left = torch.randperm(len(self.data.word), generator=self.order)
        taken, self.left = self.left[: self.asked.batch_size], self.left[self.asked.batch_size :]
        return taken

    def step(self) -> None:
        """One update from one batch of pairs, each with its own negatives."""
        taken = self.batch()
        words, contexts = self.data.word[taken], self.data.context[taken]
        count = len(taken) * self.asked.negatives
        negatives = torch.multinomial(self.negative, count, replacement=True, generator=self.draws)
        loss = loss_of(
            F.embedding(words, self.vectors),
            F.embedding(contexts, self.contexts),
            F.embedding(negatives, self.contexts).view(len(taken), self.asked.negatives, -1),
        ).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.steps += 1


@dataclass(frozen=True)
class Expected:
    """The loss averaged over all pairs of the text and all negatives that may be drawn: no draw's luck is in it."""

    seen: Float[Tensor, "V V"]
    """Probability of each (word, context) among the pairs."""
    drawn: Float[Tensor, "V V"]
    """k p(word) q(context): how many negatives of each kind to expect for a pair."""

    @classmethod
    def of(cls, data: Pairs, negatives: int) -> "Expected":
        """From the pairs themselves."""
        size = len(data.lexicon.words)
        counts = torch.bincount(data.word * size + data.context, minlength=size * size).view(size, size)
        seen = counts.float() / counts.sum()
        return cls(seen, negatives * seen.sum(dim=1, keepdim=True) * data.negative.float())

    def loss(self, vectors: Float[Tensor, "V d"], contexts: Float[Tensor, "V d"]) -> float:
        """In nats for each pair; infinite where a vector is not finite."""
        total = 0.0
        for start in range(0, len(vectors), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            dots = vectors[rows] @ contexts.T
            part = self.seen[rows] * F.softplus(-dots) + self.drawn[rows] * F.softplus(dots)
            total += float(part.sum())
        return total if math.isfinite(total) else math.inf

    @property
    def floor(self) -> float:
        """The least that it can be, with every dot product at its own best: log(p(w,c) / (k p(w) q(c)))."""
        a, b = self.seen.double(), self.drawn.double()
        both = (a > 0) & (b > 0)
        a, b = a[both], b[both]
        return float((a * torch.log1p(b / a) + b * torch.log1p(a / b)).sum())


class Filming:
    """What is kept of a run while it goes on."""

    def __init__(self, run: Run) -> None:
        self.run, self.began = run, time.thread_time()
        self.expected = Expected.of(run.data, run.asked.negatives)
        self.floor, self.plane = self.expected.floor, Plane()
        self.shown = shown(run.data.lexicon, run.asked.shown)
        self.counting = Counting(run.data, run.asked.negatives, self.shown)
        self.frames: list[Frame] = []
        self.counted: Float[np.ndarray, "V d"] | None = None

    def take(self) -> Frame:
        """A frame of where the run stands."""
        vectors, contexts = self.run.vectors.detach(), self.run.contexts.detach()
        self.comparison = self.counting.beside(vectors.numpy(), contexts.numpy())
        flat, explained = self.plane.of(vectors.numpy()[self.shown])
        loss = self.expected.loss(vectors, contexts)
        self.frames.append(Frame(self.run.steps, loss, flat, explained, self.comparison.correlation))
        return self.frames[-1]

    @property
    def known(self) -> Learned:
        """All of it by now."""
        return Learned(
            lexicon=self.run.data.lexicon,
            shown=self.shown,
            frames=tuple(self.frames),
            vectors=self.run.vectors.detach().numpy().copy(),
            contexts=self.run.contexts.detach().numpy().copy(),
            pairs=len(self.run.data.word),
            steps=self.run.steps_planned,
            floor=self.floor,
            comparison=self.comparison,
            companions=self.counting.companions,
            counted=self.counted,
            seconds=time.thread_time() - self.began,
        )


def skip_gram(text: Text, asked: SkipGram, seed: int) -> Iterator[Progress[Learned]]:
    """Vectors of the words of a text, while they are learned. Raises Refusal where the text is too short."""
    run = Run(pairs(text, asked, seed), asked, seed)
    film, total = Filming(run), run.steps_planned
    film.take()
    yield Progress(0.0, film.known, "Counting")
    film.counted = film.counting.factors(asked.dim)
    moments = {round(total * place / FRAMES) for place in range(FRAMES + 1)}
    due, told = time.monotonic() + PIECE_SECONDS, len(film.frames)
    while run.steps < total:
        run.step()
        if run.steps in moments and not math.isfinite(film.take().loss):
            break  # diverged: what led there is shown
        if time.monotonic() >= due:
            known = film.known if len(film.frames) > told else None
            yield Progress(run.steps / total, known, f"Update {run.steps:,} of {total:,}")
            due, told = time.monotonic() + PIECE_SECONDS, len(film.frames)
    yield Progress(1.0, film.known)
