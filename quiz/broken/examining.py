"""The network at the end of a run: its inputs, its outputs, asked in several ways, and asked about fresh examples."""

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from engine.streams import stream
from quiz.broken.collected import COLUMNS, Part
from quiz.broken.dashboard import Checks, Examined, Fresh, Inputs, Outputs
from quiz.broken.loop import Loop

AT_A_TIME = 16
NEIGHBOURS = 5
BINS = 24
SIDE = 40
WIDEST = 1e6
"""Outputs beyond this are counted at the ends of their histogram."""


def examine(loop: Loop) -> Examined:
    """Everything that is looked at when a run is over."""
    return Examined(inputs(loop), outputs(loop), checks(loop), fresh(loop))


def inputs(loop: Loop) -> Inputs:
    """Ranges, what each input is worth, and whether labels look like their neighbours'."""
    train, validation = loop.data.train, loop.data.validation
    count = train.x.shape[1]
    return Inputs(
        names=COLUMNS[:count],
        low=train.x.amin(dim=0).double().numpy(),
        high=train.x.amax(dim=0).double().numpy(),
        importance=np.array([_importance(loop, validation, column) for column in range(count)]),
        label_agreement=(agreement(train, train), agreement(validation, train)),
    )


def _importance(loop: Loop, part: Part, column: int) -> float:
    order = torch.randperm(len(part.y), generator=stream(0, "noise", column))
    shuffled = part.x.clone()
    shuffled[:, column] = part.x[order, column]
    return accuracy(loop.answers(part.x), part) - accuracy(loop.answers(shuffled), part)


def agreement(part: Part, scale: Part) -> float:
    """Share of examples with the label of most of their nearest neighbours on the plane of x1 and x2."""
    plane = part.x[:, :2] / scale.x[:, :2].std(dim=0)
    distance = torch.cdist(plane, plane).fill_diagonal_(torch.inf)
    nearest = part.y[distance.topk(NEIGHBOURS, largest=False).indices]
    return float((nearest.mode(dim=1).values == part.y).float().mean())


def outputs(loop: Loop) -> Outputs:
    """Histograms, how straight the outputs are, and the map over x1 and x2."""
    given = loop.answers(loop.data.validation.x)
    known = given[torch.isfinite(given)].double().clamp(-WIDEST, WIDEST).numpy()
    counts, edges = np.histogram(known, BINS) if len(known) else (np.zeros(BINS, np.int64), np.linspace(0, 1, BINS + 1))
    largest = torch.softmax(given, dim=1).amax(dim=1)
    confidence, _ = np.histogram(largest[torch.isfinite(largest)].double().numpy(), BINS, (0.0, 1.0))
    lowest, highest = (float(known.min()), float(known.max())) if len(known) else (float("nan"), float("nan"))
    return Outputs(edges, counts, lowest, highest, confidence, linear_share(loop), plane(loop))


def linear_share(loop: Loop) -> float:
    """R² of the best affine map from inputs to outputs on the training part: 1 where the network is one; NaN for none."""
    x = loop.data.train.x.double()
    given = loop.answers(loop.data.train.x).double()
    if not torch.isfinite(given).all():
        return float("nan")
    spread = float(((given - given.mean(dim=0)) ** 2).sum())
    scaled = (x - x.mean(dim=0)) / x.std(dim=0)
    known = torch.column_stack([scaled, torch.ones(len(x), dtype=torch.float64)])
    left = given - known @ torch.linalg.lstsq(known, given).solution
    return 1 - float((left**2).sum()) / spread if spread > 1e-12 else float("nan")


def plane(loop: Loop) -> Float[np.ndarray, "side side"]:
    """The probability of class 1 over the first two inputs."""
    x = loop.data.train.x
    sides = [torch.linspace(float(x[:, column].min()), float(x[:, column].max()), SIDE) for column in (0, 1)]
    rows, columns = torch.meshgrid(sides[1], sides[0], indexing="ij")
    grid = x.mean(dim=0).repeat(SIDE * SIDE, 1)
    grid[:, 0], grid[:, 1] = columns.flatten(), rows.flatten()
    probability = torch.softmax(loop.answers(grid), dim=1)[:, 1]
    return probability.reshape(SIDE, SIDE).double().numpy().copy()


def checks(loop: Loop) -> Checks:
    """The same questions asked again, a few at a time, and in training mode."""
    validation, train = loop.data.validation.by_class(), loop.data.train
    once, again = (loop.answers(validation.x).argmax(dim=1) for _ in range(2))
    apart = in_turns(loop, validation.x).argmax(dim=1)
    return Checks(
        asked_twice=float((once != again).float().mean()),
        in_batches=float((once != apart).float().mean()),
        train_accuracy=accuracy(loop.answers(train.x), train),
        train_accuracy_in_training=accuracy(_in_training(loop, train.x), train),
    )


@torch.no_grad()
def _in_training(loop: Loop, x: Float[Tensor, "rows inputs"]) -> Float[Tensor, "rows classes"]:
    with loop.asked(training=True):
        return torch.cat([loop.outputs(some) for some in x.split(loop.recipe.batch_size) if len(some) > 1])


def in_turns(loop: Loop, x: Float[Tensor, "rows inputs"]) -> Float[Tensor, "rows classes"]:
    """Answers a few at a time, as examples come in when the network is used."""
    return torch.cat([loop.answers(some) for some in x.split(AT_A_TIME)])


def accuracy(given: Float[Tensor, "rows classes"], part: Part) -> float:
    """Share of right answers, of those that were given."""
    return float((given.argmax(dim=1) == part.y[: len(given)]).float().mean())


def fresh(loop: Loop) -> Fresh:
    """How the network does on what it has never seen."""
    part = loop.data.fresh.by_class()
    given = in_turns(loop, part.x)
    loss = float(F.cross_entropy(given, part.y))
    return Fresh(accuracy(given, part), loss if np.isfinite(loss) else float("inf"))
