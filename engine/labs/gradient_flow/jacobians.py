"""The Jacobian of every layer at one example, and the norm of their product beside the product of their norms."""

import copy
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import jacrev

from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.gradient_flow.results import Chain, Chains
from engine.model import MLP
from engine.supervised import SupervisedRun

PIECE_UPDATES = 10


def settled(model: MLP, x: Float[Tensor, "rows features"]) -> MLP:
    """A copy in double precision and evaluation mode; batch norm has the statistics of ``x``, held fixed.

    Its running averages begin at 0 and 1 whatever the data is like: before training they say nothing of the network.
    """
    still = copy.deepcopy(model).double()
    for layer in still.layers:
        layer.dropout.p = 0.0
    norms = [module for module in still.modules() if isinstance(module, nn.BatchNorm1d)]
    for norm in norms:
        norm.momentum = 1.0
    still.train()
    with torch.no_grad():
        still(x.double())
    still.eval()
    return still


def layer_jacobians(model: MLP, x: Float[Tensor, " features"]) -> list[Float[Tensor, "_ _"]]:
    """dh_l / dh_{l-1} of every layer at one example, h_0 = x; the output layer last."""
    found = []
    here = x
    for layer in [*model.layers, model.output]:

        def one(h: Tensor, layer: nn.Module = layer) -> Tensor:
            return layer(h.unsqueeze(0)).squeeze(0)

        found.append(jacrev(one)(here).detach())
        with torch.no_grad():
            here = one(here)
    return found


def chain(jacobians: Sequence[Float[Tensor, "_ _"]], label: str) -> Chain:
    """Spectral norms (largest singular values): of each, and of J_L J_{L-1} ... J_l for every l.

    The product is scaled at every factor and its size kept as a logarithm: sixty factors leave the range of a double.
    """
    norms = [_norm(jacobian) for jacobian in jacobians]
    product, logs, scale = torch.eye(len(jacobians[-1]), dtype=jacobians[-1].dtype), [], 0.0
    for jacobian in reversed(jacobians):
        product = product @ jacobian
        size = _norm(product)
        scale += _log10(size)
        logs.append(scale)
        product = product / size if size > 0 else product
    bound = np.cumsum([_log10(norm) for norm in reversed(norms)])
    return Chain(label, np.array(norms), np.array(logs[::-1]), bound[::-1].copy())


def _norm(matrix: Float[Tensor, "_ _"]) -> float:
    return float(torch.linalg.matrix_norm(matrix, ord=2)) if bool(matrix.isfinite().all()) else math.nan


def _log10(size: float) -> float:
    return math.log10(size) if size > 0 else (-math.inf if size == 0 else math.nan)


def blank_chains(named: Sequence[tuple[str, Experiment]], example: int) -> Chains:
    """The chains before they are known: NaN, of the right length."""
    unknown = [np.full(len(experiment.model.hidden) + 1, np.nan) for _, experiment in named]
    labels = [label for label, _ in named]
    return Chains(tuple(Chain(label, none, none, none) for label, none in zip(labels, unknown, strict=True)), example)


def chains(named: Sequence[tuple[str, Experiment]], example: int, updates: int = 0) -> Iterator[Progress[Chains]]:
    """The chain of each labelled experiment at training example ``example`` (from 1), after ``updates`` updates."""
    found: list[Chain] = []
    blank = blank_chains(named, example).chains
    for label, experiment in named:
        run = SupervisedRun(experiment)
        while run.steps < updates and run.ending is None:
            run.advance(min(PIECE_UPDATES, updates - run.steps))
            share = (len(found) + run.steps / updates) / len(named)
            yield Progress(share, said=f"{label}: update {run.steps:,} of {updates:,}")
        x = run.data.train.x
        model = settled(run.model, x)
        at = x[(example - 1) % len(x)].double()
        found.append(chain(layer_jacobians(model, at), label))
        yield Progress(len(found) / len(named), Chains((*found, *blank[len(found) :]), example))
