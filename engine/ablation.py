"""What each hidden unit is worth: how much the loss rises when it is switched off."""

import copy
from dataclasses import dataclass

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from engine.insights import Ranking, Removal
from engine.losses import LossChoice
from engine.model import MLP
from engine.probes import at_rest
from engine.supervised import SupervisedRun

WORK = 4e9
"""Multiply-adds that one ranking may take; fewer examples are used where that is not enough for all."""
FEWEST, MOST = 64, 2000


@dataclass(frozen=True)
class Still:
    """A copy of a run's network and the examples to measure it on: taken quickly, measured at leisure."""

    step: int
    part: str
    model: MLP
    loss: LossChoice
    x: Float[Tensor, "rows features"]
    y: Shaped[Tensor, " rows"]


def still(run: SupervisedRun) -> Still:
    """What ``ranked`` needs of a run: its validation part, or its training part where there is none."""
    part = "validation" if len(run.data.validation.x) else "train"
    examples = getattr(run.data, part)
    units = max(1, sum(run.experiment.model.hidden))
    weights = sum(linear.weight.numel() for linear in run.model.linears)
    rows = max(FEWEST, min(MOST, int(WORK / (units * weights))))
    x, y = examples.x[:rows].to(run.device), examples.y[:rows].to(run.device)
    return Still(run.steps, part, copy.deepcopy(run.model), run.loss, x, y)


@torch.no_grad()
def ranked(taken: Still) -> Ranking:
    """Switch off one hidden unit after another, measure the loss each time."""
    model = taken.model
    with at_rest(model):
        whole = _loss(taken)
        removals = []
        for number, layer in enumerate(model.layers, start=1):
            units, before = taken_units(model, number), layer.kept
            for unit in range(units):
                kept = torch.ones(units, device=taken.x.device) if before is None else before.clone()
                kept[unit] = 0
                layer.kept = kept
                removals.append(Removal(number, unit + 1, _loss(taken) - whole))
            layer.kept = before
    if not len(taken.x):
        return Ranking(taken.step, taken.part, 0, whole, ())
    ordered = sorted(removals, key=lambda removal: -removal.cost)
    return Ranking(taken.step, taken.part, len(taken.x), whole, tuple(ordered))


def taken_units(model: MLP, number: int) -> int:
    """Units of hidden layer ``number``: what the next layer receives of it."""
    return model.linears[number].in_features


def _loss(taken: Still) -> float:
    return float(taken.loss.mean(taken.model(taken.x), taken.y))
