"""Where every start of a grid ends: all of them at once, as one parameter of many rows."""

import time
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.optimize import minimize
from torch import nn

from engine.jobs import Progress
from engine.labs.optimizers.race import FAR, PIECE_SECONDS
from engine.labs.optimizers.results import Basins
from engine.labs.optimizers.state import BasinSettings, Racer
from engine.labs.optimizers.surfaces import SurfaceChoice, slope
from engine.streams import stream

NEAR = 0.02
"""Part of the picture's size within which an end counts as arrived at a minimum."""
CELLS = 48
"""Ends are gathered in a raster of so many cells a side; one search refines each cell's ends to a minimum."""
MOST = 160
"""Cells refined at most, those with the most ends first."""
LEFT, UNDERWAY = -2, -1


def basins(
    surface: SurfaceChoice, racer: Racer, settings: BasinSettings, noise: float = 0.0, seed: int = 0
) -> Iterator[Progress[Basins]]:
    """The map of ends, first rough, complete at the end. Every start gets the same draws of ``noise``.

    Optimizers work on each element alone, so that a parameter of n x 2 numbers is n runs of two.
    """
    grid = _Grid(surface, settings.side)
    weight = nn.Parameter(grid.starts.clone())
    yield Progress(0.0, grid.drawn(np.empty((0, 2)), weight.detach().numpy(), 0), "the starts")
    optimizer = racer.optimizer.build([weight])
    draws = noise * torch.randn(settings.steps, 2, generator=stream(seed, "noise"), dtype=torch.float64)
    piece = time.perf_counter()
    for step in range(settings.steps):
        _set_rate(optimizer, racer, step, settings.steps)
        _, gradients = slope(surface, weight)
        is_usable = torch.isfinite(gradients).all(dim=1, keepdim=True)
        is_here = (weight.detach().abs() <= grid.limit).all(dim=1, keepdim=True)
        before = weight.detach().clone()
        weight.grad = torch.where(is_usable & is_here, gradients + draws[step], 0.0)
        optimizer.step()
        weight.data = torch.where(is_usable & is_here, weight.data, before)  # who left, or has no slope, stands still
        if time.perf_counter() - piece > PIECE_SECONDS:
            said = f"step {step + 1:,} of {settings.steps:,} for {len(before):,} starts at once"
            yield Progress(0.8 * (step + 1) / settings.steps, None, said)
            piece = time.perf_counter()
    yield from grid.refined(weight.detach().numpy(), settings.steps)


def _set_rate(optimizer: torch.optim.Optimizer, racer: Racer, step: int, horizon: int) -> None:
    (group,) = optimizer.param_groups
    group["lr"] = racer.optimizer.lr * racer.schedule.factor(step, horizon)
    momentum = racer.schedule.momentum(step, horizon)
    if momentum is not None and racer.optimizer.has_momentum:
        racer.optimizer.set_momentum(group, momentum)


class _Grid:
    """Evenly spread starts, and how their ends are told apart."""

    def __init__(self, surface: SurfaceChoice, side: int) -> None:
        self.surface, self.side = surface, side
        self.left, self.right, self.low, self.high = surface.drawn()
        self.size = max(self.right - self.left, self.high - self.low)
        self.limit = FAR * self.size
        self.x = np.linspace(self.left, self.right, side)
        self.y = np.linspace(self.low, self.high, side)
        across, up = np.meshgrid(self.x, self.y)
        self.starts = torch.from_numpy(np.stack([across.ravel(), up.ravel()], axis=1))

    def refined(self, ends: Float[np.ndarray, "starts 2"], steps: int) -> Iterator[Progress[Basins]]:
        """Look for the minima near where starts ended, cell by cell; drawn now and then."""
        found: list[np.ndarray] = []
        guesses = self.guesses(ends)
        piece = time.perf_counter()
        for index, guess in enumerate(guesses):
            minimum = self.minimum_near(guess)
            if minimum is not None and not any(np.linalg.norm(minimum - other) < NEAR * self.size for other in found):
                found.append(minimum)
            if time.perf_counter() - piece > PIECE_SECONDS:
                share = 0.8 + 0.2 * (index + 1) / len(guesses)
                minima = np.array(found).reshape(-1, 2)
                yield Progress(share, self.drawn(minima, ends, steps), f"{len(found)} minima so far")
                piece = time.perf_counter()
        yield Progress(1.0, self.drawn(np.array(found).reshape(-1, 2), ends, steps))

    def guesses(self, ends: Float[np.ndarray, "starts 2"]) -> list[np.ndarray]:
        """One place for each cell of the raster where starts ended, the most frequent first."""
        span = np.array([self.right - self.left, self.high - self.low])
        inside = ends[np.isfinite(ends).all(axis=1) & (np.abs(ends) <= 2 * self.size).all(axis=1)]
        if not len(inside):
            return []
        cells = np.floor((inside - [self.left, self.low]) / span * CELLS).astype(int)
        _, group, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
        group = group.ravel()
        return [np.median(inside[group == cell], axis=0) for cell in np.argsort(-counts)[:MOST]]

    def minimum_near(self, guess: Float[np.ndarray, "2"]) -> np.ndarray | None:
        """BFGS from ``guess``; None where that leads away, or to no place that is lowest all around."""

        def asked(place: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = slope(self.surface, torch.from_numpy(place[None]))
            return float(value[0]), gradient[0].numpy()

        with np.errstate(all="ignore"):
            found = minimize(asked, guess, jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 60}).x
        if not np.isfinite(found).all() or np.linalg.norm(found - guess) > 5 * NEAR * self.size:
            return None
        return found if self.is_minimum(found) else None

    def is_minimum(self, place: Float[np.ndarray, "2"]) -> bool:
        """Whether f is nowhere lower on a small circle around, and somewhere higher."""
        angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        ring = place + 1e-3 * self.size * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        around, gradients = slope(self.surface, torch.from_numpy(np.vstack([place[None], ring])))
        rise = around[1:].numpy() - float(around[0])
        return bool(torch.isfinite(gradients[0]).all() and (rise > -1e-12).all() and rise.max() > 1e-9)

    def drawn(self, minima: Float[np.ndarray, "minima 2"], ends: Float[np.ndarray, "starts 2"], steps: int) -> Basins:
        """Number the minima that starts came to from the lowest on, and say for each start which one that is."""
        came_to = self.numbered(minima, ends)
        minima = minima[np.unique(came_to[came_to >= 0])]
        values = slope(self.surface, torch.from_numpy(minima))[0].numpy() if len(minima) else np.empty(0)
        order = np.lexsort((minima[:, 0], np.round(values, 9)))
        minima, values = minima[order], values[order]
        numbers = self.numbered(minima, ends)
        shares = np.array([(numbers == index).mean() for index in range(len(minima))])
        return Basins(self.x, self.y, numbers.reshape(self.side, self.side), minima, values, shares, steps)

    def numbered(
        self, minima: Float[np.ndarray, "minima 2"], ends: Float[np.ndarray, "starts 2"]
    ) -> Int[np.ndarray, " starts"]:
        """The nearest minimum of each end, where one is near."""
        with np.errstate(invalid="ignore"):
            has_left = ~(np.abs(ends) <= self.limit).all(axis=1)
        if not len(minima):
            return np.where(has_left, LEFT, UNDERWAY)
        away = np.linalg.norm(ends[:, None] - minima[None], axis=2)
        nearest = away.argmin(axis=1)
        is_near = away[np.arange(len(ends)), nearest] < NEAR * self.size
        return np.where(has_left, LEFT, np.where(is_near, nearest, UNDERWAY))
