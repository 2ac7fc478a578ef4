"""Networks of one size trained alike on one task, from several seeds: who learns it, how fast, at what price."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor, nn

from engine.batches import Batches
from engine.experiment import MAX_SEED
from engine.jobs import Progress
from engine.labs.vision.results.race import Entrant, Standing, Trial
from engine.labs.vision.sound_settings import Race
from engine.optimizers import Adam
from engine.streams import stream

BATCH = 64
LOOKS = 12
"""So often accuracy is measured on the way."""
PIECE = 4
"""Updates between two chances for others to have the processor."""


@dataclass(frozen=True, eq=False)
class Part:
    """Examples in every form in which some network reads them."""

    forms: Mapping[str, Tensor]
    """By name, each (examples, ...)."""
    label: Int[Tensor, " examples"]


@dataclass(frozen=True, eq=False)
class Arena:
    """The task of one seed."""

    train: Part
    validation: Part
    test: Part


@dataclass(frozen=True)
class Rival:
    """A network that takes part, of any width and any seed."""

    label: str
    how: str
    reads: str
    """The form of its examples."""
    build: Callable[[int, int], nn.Module]
    """(width, seed) -> the network with its first weights, from a batch of that form to scores of the classes."""
    steps: int | None = None
    """The axis of its examples along which they have an order; None where it is given none."""

    def entrant(self, budget: int) -> Entrant:
        """The same, as wide as so many parameters allow."""
        width = widest(lambda units: size(self.build(units, 0)), budget)
        return Entrant(self.label, self.how, width, size(self.build(width, 0)), self.steps is not None)


def size(network: nn.Module) -> int:
    """Parameters."""
    return sum(parameter.numel() for parameter in network.parameters())


def widest(parameters: Callable[[int], int], budget: int) -> int:
    """The largest width, from 1 on, whose parameters are within the budget, and 1 where even that is over it."""
    low, high = 1, 2
    while parameters(high) <= budget:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if parameters(middle) <= budget else (low, middle)
    return low


def looks_of(updates: int) -> tuple[int, ...]:
    """Updates after which accuracy is measured, the first weights and the last update among them."""
    return tuple(sorted({round(updates * place / LOOKS) for place in range(LOOKS + 1)}))


def blank(rivals: tuple[Rival, ...], classes: tuple[str, ...], asked: Race) -> Standing:
    """Before any training."""
    entrants = tuple(rival.entrant(asked.budget) for rival in rivals)
    return Standing(entrants, classes, looks_of(asked.updates), asked.seeds, ())


def race(
    begun: Standing, rivals: tuple[Rival, ...], asked: Race, seed: int, task: Callable[[int], Arena]
) -> Iterator[Progress[Standing]]:
    """Train every rival from every seed, a few updates at a time; ``task`` gives the examples of a seed."""
    trials: list[Trial] = []
    total = len(rivals) * asked.seeds
    yield Progress(0.0, begun, "Drawing the examples")
    for number in range(asked.seeds):
        own = (seed + number) % (MAX_SEED + 1)
        arena = task(own)
        for rival, entrant in zip(rivals, begun.entrants, strict=True):
            said = f"{rival.label}, seed {number + 1} of {asked.seeds}"
            done, network = len(trials), rival.build(entrant.width, own)
            for updates, trial in trained(network, rival, arena, asked, own, number, begun.looks):
                share = (done + updates / asked.updates) / total
                known = None
                if trial is not None:
                    trials[done:] = [trial]
                    known = replace(begun, trials=tuple(trials))
                yield Progress(share, known, f"{said}: update {updates:,} of {asked.updates:,}")
    yield Progress(1.0, replace(begun, trials=tuple(trials), is_done=True), "All networks")


def trained(
    network: nn.Module, rival: Rival, arena: Arena, asked: Race, seed: int, number: int, looks: tuple[int, ...]
) -> Iterator[tuple[int, Trial | None]]:
    """(updates made, the trial where it was just looked at), complete at the last."""
    x = arena.train.forms[rival.reads]
    batches = Batches(x, arena.train.label, BATCH, seed)
    optimizer = Adam(lr=asked.lr).build(network.parameters())
    curve = np.full(len(looks), np.nan)
    none = np.zeros((0, 0), dtype=np.int64)
    spent = 0.0
    for place, goal in enumerate(looks):
        made = looks[place - 1] if place else 0
        while made < goal:
            began = time.thread_time()
            for _ in range(min(PIECE, goal - made)):
                update(network, optimizer, *batches.draw())
                made += 1
            spent += time.thread_time() - began
            yield made, None
        curve[place] = accuracy(network, arena.validation.forms[rival.reads], arena.validation.label)
        yield goal, Trial(rival.label, number, curve.copy(), none, float("nan"), spent)
    yield looks[-1], tested(network, rival, arena, seed, Trial(rival.label, number, curve, none, float("nan"), spent))


def update(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
    """One update from one mini-batch."""
    loss = F.cross_entropy(network(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def tested(network: nn.Module, rival: Rival, arena: Arena, seed: int, trial: Trial) -> Trial:
    """The trial with what its network answers on the test part, and when that is read in a random order."""
    x, label = arena.test.forms[rival.reads], arena.test.label
    answers = predicted(network, x)
    classes = int(network(x[:1]).shape[1])
    table = torch.zeros(classes, classes, dtype=torch.int64)
    table.index_put_((label, answers), torch.ones_like(label), accumulate=True)
    upset = float("nan")
    if rival.steps is not None:
        upset = accuracy(network, shuffled(x, rival.steps, seed), label)
    return replace(trial, answers=table.numpy(), upset=upset)


def predicted(network: nn.Module, x: Tensor) -> Int[Tensor, " examples"]:
    """The likeliest class of each example."""
    with torch.no_grad():
        return torch.cat([network(some).argmax(1) for some in x.split(256)])


def accuracy(network: nn.Module, x: Tensor, label: Int[Tensor, " examples"]) -> float:
    """The share of examples answered right."""
    return float((predicted(network, x) == label).double().mean())


def shuffled(x: Tensor, axis: int, seed: int) -> Tensor:
    """Each example with its steps, along ``axis``, in a random order of its own."""
    steps = x.shape[axis]
    order = torch.rand(len(x), steps, generator=stream(seed, "sampling")).argsort(1)
    shape = [1] * x.dim()
    shape[0], shape[axis] = len(x), steps
    return x.gather(axis, order.reshape(shape).expand_as(x))
