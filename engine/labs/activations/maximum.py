"""Maxout: the largest of a few affine functions, of one input and of two."""

import math

import numpy as np
import torch
from torch import Tensor, nn

from engine.activations import Maxout, MaxPieces
from engine.data.regression import Polynomial
from engine.experiment import Experiment, Training
from engine.initializers import HeNormal
from engine.labs.activations.results import Envelope, Folds
from engine.labs.activations.state import MaxoutUnit
from engine.model import Model
from engine.optimizers import Adam
from engine.streams import stream
from engine.undrawn import undrawn

REACH = 4.0
POINTS = 801
SIDE = 201

SHAPES: dict[str, MaxoutUnit] = {
    "|x|": MaxoutUnit(slopes=(-1.0, 1.0), offsets=(0.0, 0.0)),
    "ReLU": MaxoutUnit(slopes=(0.0, 1.0), offsets=(0.0, 0.0)),
    "Leaky ReLU": MaxoutUnit(slopes=(0.25, 1.0), offsets=(0.0, 0.0)),
    "Near x²/2": MaxoutUnit(slopes=(-2.0, -1.0, 0.0, 1.0, 2.0), offsets=(-2.0, -0.5, 0.0, -0.5, -2.0)),
}
"""What some pieces make; the last are tangents of x²/2."""


def experiment(unit: MaxoutUnit) -> Experiment:
    """One unit of so many pieces, free to learn them, on a parabola, which is convex as every maximum of lines is."""
    model = Model(hidden=(1,), activation=Maxout(affine_pieces=len(unit.slopes)), initializer=HeNormal())
    training = Training(optimizer=Adam(lr=0.03))
    return Experiment(data=Polynomial(degree=2, noise=0.0), model=model, training=training, seed=unit.seed)


def envelope(unit: MaxoutUnit) -> Envelope:
    """The unit along x, computed by the module that networks run."""
    x = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64, requires_grad=True)
    layer, top = _affine([[slope] for slope, _ in unit.lines], [offset for _, offset in unit.lines])
    pieces = layer(x.unsqueeze(1))
    a = top(pieces).squeeze(1)
    (slope,) = torch.autograd.grad(a.sum(), x)
    return Envelope(
        x=x.detach().numpy(),
        pieces=pieces.detach().numpy(),
        a=a.detach().numpy(),
        slope=slope.numpy(),
        winner=pieces.detach().argmax(dim=1).numpy(),
        ruled=ruled(unit),
    )


def ruled(unit: MaxoutUnit) -> tuple[tuple[int, float, float], ...]:
    """(piece, from, to) where each piece is the largest, over all real x, from left to right.

    Piece i rules where s_i x + b_i >= s_j x + b_j for all j: a half-line for every j, and their intersection.
    """
    found = []
    for i, (slope, offset) in enumerate(unit.lines):
        low, high = -math.inf, math.inf
        for j, (other, below) in enumerate(unit.lines):
            if other == slope:
                hidden = below > offset or (below == offset and j < i)
                low, high = (math.inf, -math.inf) if hidden else (low, high)
            elif other < slope:
                low = max(low, (below - offset) / (slope - other))
            else:
                high = min(high, (below - offset) / (slope - other))
        if low < high:
            found.append((i, low + 0.0, high + 0.0))  # -0.0 becomes 0.0
    return tuple(sorted(found, key=lambda piece: piece[1]))


def folds(pieces: int, seed: int) -> Folds:
    """A unit of two inputs: ``pieces`` planes with slopes and offsets drawn from N(0, 1)."""
    generator = stream(seed, "weights")
    weights = torch.randn(pieces, 2, generator=generator, dtype=torch.float64)
    offsets = torch.randn(pieces, generator=generator, dtype=torch.float64)
    layer, top = _affine(weights.tolist(), offsets.tolist())
    side = torch.linspace(-REACH, REACH, SIDE, dtype=torch.float64)
    x2, x1 = torch.meshgrid(side, side, indexing="ij")
    with torch.no_grad():
        planes = layer(torch.stack([x1, x2], dim=-1).reshape(-1, 2))
        a = top(planes).reshape(SIDE, SIDE)
    return Folds(side.numpy(), a.numpy(), planes.argmax(dim=1).reshape(SIDE, SIDE).numpy())


def tangent_gap(envelope: Envelope) -> float:
    """Largest |a - x²/2| for |x| up to 2."""
    inside = np.abs(envelope.x) <= 2
    return float(np.abs(envelope.a - envelope.x**2 / 2)[inside].max())


def _affine(weights: list[list[float]], offsets: list[float]) -> tuple[nn.Linear, MaxPieces]:
    layer = undrawn(nn.Linear, len(weights[0]), len(weights), dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights, dtype=torch.float64))
        layer.bias.copy_(torch.tensor(offsets, dtype=torch.float64))
    return layer, MaxPieces(len(weights))


def gradients_of_pieces(unit: MaxoutUnit, x: float) -> Tensor:
    """da/ds_k of each slope at one input: x for the largest piece, 0 for the others."""
    layer, top = _affine([[slope] for slope, _ in unit.lines], [offset for _, offset in unit.lines])
    a = top(layer(torch.tensor([[x]], dtype=torch.float64)))
    (found,) = torch.autograd.grad(a.sum(), layer.weight)
    return found[:, 0]
