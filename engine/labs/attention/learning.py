"""One head trained on a task that asks for places, with each kind of positions: several seeds at once."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from engine.jobs import Progress
from engine.labs.attention.positions import EVERY, Learned, PositionsChoice, Rotary, angles
from engine.labs.attention.results.positions import Course, Lessons
from engine.labs.attention.views import Training
from engine.streams import stream

SYMBOLS = 10
"""Different tokens of the task."""
WIDTH = 32
BATCH = 32
TEST = 200
"""Sentences per seed on which accuracy is measured; none of them is trained on."""
RATE = 0.01
EVERY_STEPS = 10
"""Updates between two measurements."""


def sentences(seeds: range, count: int, length: int, draws: list[torch.Generator]) -> Int[Tensor, "seeds count length"]:
    """Sentences of symbols, drawn evenly; every seed from its own stream."""
    return torch.stack([torch.randint(SYMBOLS, (count, length), generator=draws[place]) for place in range(len(seeds))])


class Looker:
    """Embedding, one head, an output layer: for several seeds beside each other, in one set of arrays."""

    def __init__(self, positions: PositionsChoice, length: int, seeds: range) -> None:
        self.positions, self.seeds = positions, seeds
        shapes = {
            "embed": (SYMBOLS, WIDTH),
            "w_q": (WIDTH, WIDTH),
            "w_k": (WIDTH, WIDTH),
            "w_v": (WIDTH, WIDTH),
            "w_o": (WIDTH, SYMBOLS),
        }
        self.weights = {
            name: torch.stack(
                [
                    torch.randn(shape, generator=stream(seed, "weights", place)) * (shape[0] ** -0.5 if place else 1.0)
                    for seed in seeds
                ]
            )
            for place, (name, shape) in enumerate(shapes.items())
        }
        for name in ("b_q", "b_k"):
            self.weights[name] = torch.zeros(len(seeds), 1, WIDTH)
        if isinstance(positions, Learned):
            rows = [torch.from_numpy(positions.table(length, WIDTH, seed)).float() for seed in seeds]
            self.weights["table"] = torch.stack(rows)
        for weight in self.weights.values():
            weight.requires_grad_()
        self.fixed = torch.from_numpy(positions.added(np.zeros((length, WIDTH)))).float()
        self.angle = torch.from_numpy(angles(length, WIDTH, getattr(positions, "base", 1.0))).float()

    def forward(
        self, tokens: Int[Tensor, "seeds batch length"]
    ) -> tuple[Float[Tensor, "seeds batch length symbols"], Float[Tensor, "seeds batch length length"]]:
        """(logits, attention weights)."""
        w = self.weights
        h = torch.einsum("sbnv,svd->sbnd", F.one_hot(tokens, SYMBOLS).float(), w["embed"])
        h = h + (w["table"][:, None] if "table" in w else self.fixed)
        q = self._turned(torch.einsum("sbnd,sde->sbne", h, w["w_q"]) + w["b_q"][:, None])
        k = self._turned(torch.einsum("sbnd,sde->sbne", h, w["w_k"]) + w["b_k"][:, None])
        v = torch.einsum("sbnd,sde->sbne", h, w["w_v"])
        looks = torch.softmax(q @ k.transpose(-1, -2) / WIDTH**0.5, dim=-1)
        return torch.einsum("sbnd,sdv->sbnv", looks @ v, w["w_o"]), looks

    def _turned(self, q: Float[Tensor, "seeds batch length width"]) -> Float[Tensor, "seeds batch length width"]:
        if not isinstance(self.positions, Rotary):
            return q
        first, second = q[..., 0::2], q[..., 1::2]
        cos, sin = torch.cos(self.angle), torch.sin(self.angle)
        return torch.stack([first * cos - second * sin, first * sin + second * cos], dim=-1).flatten(-2)


def targets(tokens: Int[Tensor, "seeds batch length"], sources: Int[np.ndarray, " length"]) -> Int[Tensor, "_ _ _"]:
    """What each place has to answer; -1 where nothing is asked."""
    asked = torch.from_numpy(sources)
    found = tokens[..., asked.clamp_min(0)]
    return torch.where(asked >= 0, found, -1)


class Lesson:
    """The training of one kind of positions, an update at a time."""

    def __init__(self, asked: Training, positions: PositionsChoice, seed: int) -> None:
        self.asked, self.positions = asked, positions
        self.seeds = range(seed, seed + asked.seeds)
        self.sources = asked.task.sources(asked.length)
        self.looker = Looker(positions, asked.length, self.seeds)
        self.batches = [stream(each, "batches") for each in self.seeds]
        test = [stream(each, "sampling") for each in self.seeds]
        self.test = sentences(self.seeds, TEST, asked.length, test)
        self.optimizer = torch.optim.Adam(self.looker.weights.values(), lr=RATE)
        self.step = 0
        self.steps: list[int] = []
        self.accuracy: list[Float[np.ndarray, " seeds"]] = []
        self.losses: list[Float[np.ndarray, " seeds"]] = []
        self.measure()

    def update(self) -> None:
        """One update from one batch; the seeds' losses are added up, so each has its own gradient."""
        tokens = sentences(self.seeds, BATCH, self.asked.length, self.batches)
        logits, _ = self.looker.forward(tokens)
        loss = self._losses(logits, tokens).sum()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step += 1

    def _losses(self, logits: Float[Tensor, "seeds batch length symbols"], tokens: Tensor) -> Float[Tensor, " seeds"]:
        y = targets(tokens, self.sources)
        each = F.cross_entropy(logits.flatten(0, 2), y.flatten(), ignore_index=-1, reduction="none").view_as(y)
        return each.sum(dim=(1, 2)) / (y >= 0).sum(dim=(1, 2))

    def measure(self) -> None:
        """Accuracy and loss (nats) of every seed on its test sentences."""
        with torch.no_grad():
            logits, _ = self.looker.forward(self.test)
            y = targets(self.test, self.sources)
            right = ((logits.argmax(dim=-1) == y) & (y >= 0)).sum(dim=(1, 2)) / (y >= 0).sum(dim=(1, 2))
            self.losses.append(self._losses(logits, self.test).numpy().astype(float))
        self.steps.append(self.step)
        self.accuracy.append(right.numpy().astype(float))

    @property
    def course(self) -> Course:
        """What is known of it by now."""
        with torch.no_grad():
            _, looks = self.looker.forward(self.test)
        mean = looks.mean(dim=1).double().numpy()
        asked = self.sources >= 0
        table = self.looker.weights.get("table")
        return Course(
            kind=self.positions.kind,
            label=self.positions.label,
            step=np.array(self.steps),
            accuracy=np.stack(self.accuracy, axis=1),
            loss=np.stack(self.losses, axis=1),
            looks=mean[0],
            on_source=mean[:, np.flatnonzero(asked), self.sources[asked]].mean(axis=1),
            table=None if table is None else table[0].detach().double().numpy().copy(),
        )


def lessons(asked: Training, seed: int, rows: Sequence[PositionsChoice] = EVERY) -> Iterator[Progress[Lessons]]:
    """Kinds of positions, one after the other; what is known of the one at work is shown as it comes."""
    done: list[Course] = []
    sources = asked.task.sources(asked.length)
    for row in rows:
        lesson = Lesson(asked, row, seed)
        bag = most_frequent(lesson.test, sources)
        while lesson.step < asked.steps:
            for _ in range(min(EVERY_STEPS, asked.steps - lesson.step)):
                lesson.update()
            lesson.measure()
            share = (len(done) + lesson.step / asked.steps) / len(rows)
            found = Lessons((*done, lesson.course), sources, bag)
            yield Progress(share, found, f"{row.label}: update {lesson.step:,} of {asked.steps:,}")
        done.append(lesson.course)


def most_frequent(tokens: Int[Tensor, "seeds batch length"], sources: Int[np.ndarray, " length"]) -> float:
    """Accuracy of answering every place with the sentence's most frequent token: it needs no positions at all."""
    usual = F.one_hot(tokens, SYMBOLS).sum(dim=2).argmax(dim=-1, keepdim=True)
    y = targets(tokens, sources)
    return float(((usual == y) & (y >= 0)).sum() / (y >= 0).sum())
