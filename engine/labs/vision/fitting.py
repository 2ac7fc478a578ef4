"""Networks fitted on the spot to a few pictures, for sections that compare ways to do so."""

import time
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from engine.batches import Batches
from engine.streams import stream
from engine.vision.images import Images, Part

BATCH = 32
PIECE_SECONDS = 0.08
"""About so long a piece of training takes."""
HELD = 600
"""So many pictures that no network learns from are tested with, at most."""

Shown = Callable[[Tensor, int], tuple[Tensor, Tensor]]
"""(row numbers of a batch, updates before it) -> what the network reads, and the class or the shares of classes of each."""


def few_of(part: Part, each: int, seed: int) -> Part:
    """``each`` pictures of every class, chosen at random, or all where there are fewer; those of a smaller choice first."""
    chosen = []
    for label in part.label.unique().tolist():
        members = torch.nonzero(part.label == label).flatten()
        order = torch.randperm(len(members), generator=stream(seed, "sampling", label))
        chosen.append(members[order[:each]])
    return part.rows(torch.cat(chosen))


def held_back(data: Images) -> Part:
    """The test part and, since nothing is chosen by it here, the validation part, as many of them as are tested with."""
    test = data.test.first(HELD)
    parts = (test, data.validation.first(HELD - len(test)))
    return Part(torch.cat([part.x for part in parts]), torch.cat([part.label for part in parts]))


def fit(
    module: nn.Module, count: int, shown: Shown, updates: int, seed: int, optimizer: torch.optim.Optimizer
) -> Iterator[int]:
    """Train for so many updates on ``count`` pictures, in pieces; yields the updates done after each."""
    numbers = torch.arange(count)
    batches = Batches(numbers, numbers, BATCH, seed, skip_single=True)
    module.train()
    began = time.thread_time()
    for step in range(updates):
        x, y = shown(batches.draw()[0], step)
        loss = F.cross_entropy(module(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if time.thread_time() - began > PIECE_SECONDS or step == updates - 1:
            yield step + 1
            began = time.thread_time()
    module.eval()


@torch.no_grad()
def answers(module: nn.Module, x: Float[Tensor, "pictures ..."]) -> Int[Tensor, " pictures"]:
    """The class of the highest score of each picture, in evaluation mode."""
    module.eval()
    return module(x).argmax(1)


def accuracy(module: nn.Module, part: Part) -> float:
    """Share of the pictures whose class is answered."""
    return float((answers(module, part.x) == part.label).double().mean())
