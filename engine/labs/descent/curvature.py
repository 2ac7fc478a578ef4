"""The Hessian of a run's training loss by products with vectors, and its largest eigenvalue."""

import copy
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch import Tensor

from engine.supervised import SupervisedRun

Vector = Float[np.ndarray, " parameters"]
TOLERANCE = 1e-4
"""Relative, of an eigenvalue by Lanczos."""


class Hessian:
    """The Hessian H of the full-batch training loss at a run's present weights, in float64; never written out.

    H v is the gradient of g · v (Pearlmutter 1994): one more backward pass through a graph that is kept.
    """

    def __init__(self, run: SupervisedRun) -> None:
        model = copy.deepcopy(run.model).double()
        self._parameters = list(model.parameters())
        self.size = sum(parameter.numel() for parameter in self._parameters)
        y = run.data.train.y
        loss = run.loss.mean(model(run.data.train.x.double()), y.double() if y.is_floating_point() else y)
        self._gradient = _flat(
            torch.autograd.grad(loss, self._parameters, create_graph=True, allow_unused=True, materialize_grads=True)
        )

    def product(self, v: Vector) -> Vector:
        """H v; zero where the loss is piecewise linear."""
        if not self._gradient.requires_grad:
            return np.zeros(self.size)
        along = (self._gradient * torch.from_numpy(np.ascontiguousarray(v, dtype=np.float64))).sum()
        second = torch.autograd.grad(
            along, self._parameters, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        return _flat(second).detach().numpy().copy()

    def scaled(self, root: Vector, added: Vector) -> Callable[[Vector], Vector]:
        """v -> (P^-1/2 H P^-1/2 + D) v, for ``root`` = the diagonal of P^-1/2 and ``added`` = that of D."""
        return lambda v: root * self.product(root * v) + added * v


def _flat(parts: tuple[Tensor, ...]) -> Tensor:
    return torch.cat([part.reshape(-1) for part in parts])


def largest(product: Callable[[Vector], Vector], start: Vector) -> tuple[float, Vector]:
    """(largest algebraic eigenvalue, its eigenvector) of a symmetric matrix given by its products, by Lanczos.

    ``start``: the nearer to the eigenvector, the fewer products it takes.
    """
    return _extreme(product, start, "LA")


def smallest(product: Callable[[Vector], Vector], start: Vector) -> float:
    """The smallest algebraic eigenvalue."""
    return _extreme(product, start, "SA")[0]


def _extreme(product: Callable[[Vector], Vector], start: Vector, which: str) -> tuple[float, Vector]:
    size = len(start)
    first = product(start)
    if size == 1:
        return float(first[0] / start[0]), start
    if not np.isfinite(first).all():
        return float("nan"), start
    if not first.any():
        return 0.0, start
    matrix = LinearOperator((size, size), matvec=lambda v: product(v.reshape(-1)), dtype=np.float64)
    try:
        values, vectors = eigsh(matrix, k=1, which=which, v0=start, tol=TOLERANCE, ncv=min(size, 20))
    except ArpackNoConvergence:
        return float("nan"), start
    return float(values[0]), vectors[:, 0]


def power_iteration(
    product: Callable[[Vector], Vector], start: Vector, iterations: int, shift: float = 0.0
) -> Float[np.ndarray, " iterations"]:
    """v <- (H + c I) v / |(H + c I) v|, and after each the estimate v · H v.

    It finds the eigenvalue farthest from -c: with c = 0 the one of the largest size, which may be a negative one; with
    c = minus the smallest eigenvalue, or more, the largest.
    """
    v = start / np.linalg.norm(start)
    found: list[float] = []
    for _ in range(iterations):
        along = product(v)
        found.append(float(v @ along))
        new = along + shift * v
        length = np.linalg.norm(new)
        if not length > 0:
            break
        v = new / length
    return np.array(found)


def random_start(size: int, seed: int) -> Vector:
    """A random direction of length 1, the same for the same seed."""
    v = np.random.default_rng([seed, size]).standard_normal(size)
    return v / np.linalg.norm(v)
