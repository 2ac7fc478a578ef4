"""The race of the optimizers' lab: seven optimizers over 500 steps, beside the bare PyTorch loop."""

import numpy as np
import torch

from benchmarks import pairs
from benchmarks.report import Figure
from engine.choice import catalog
from engine.labs.optimizers.race import race
from engine.labs.optimizers.results import Race
from engine.labs.optimizers.state import Racer, RaceSettings
from engine.labs.optimizers.surfaces import Rosenbrock
from engine.optimizers import Optimizer

NOTES = (
    "Ratios are of the thread's processor time, medians over interleaved pairs: below 1 the lab's race is the faster one.",
    "The bare loop: one parameter, one backward pass and one step of torch.optim for each optimizer, its path kept.",
    "The lab's race takes all slopes in one pass, and keeps f, slopes, rates and momenta besides the path.",
)
STEPS = 500
BAR = 1.10
SURFACE = Rosenbrock()
RATE = 1e-3
"""Small enough that all seven stay on the surface."""


def racers() -> tuple[Racer, ...]:
    """Every row of the catalog."""
    return tuple(Racer(optimizer=row(lr=RATE)) for row in catalog(Optimizer).values())  # type: ignore[call-arg]


def raced() -> Race:
    """The lab's race to its end."""
    *_, last = race(SURFACE, racers(), RaceSettings(steps=STEPS))
    if last.result is None:
        raise RuntimeError("the race ended without a result")
    return last.result


def bare() -> np.ndarray:
    """What one would write without this project: the places of each optimizer, (optimizers, steps + 1, 2)."""
    paths = []
    for racer in racers():
        weight = torch.nn.Parameter(torch.tensor([SURFACE.start_x, SURFACE.start_y], dtype=torch.float64))
        optimizer = racer.optimizer.build([weight])
        path = [weight.detach().numpy().copy()]
        for _ in range(STEPS):
            optimizer.zero_grad()
            x, y = weight[0], weight[1]
            ((1 - x) ** 2 + 100 * (y - x**2) ** 2).backward()
            optimizer.step()
            path.append(weight.detach().numpy().copy())
        paths.append(path)
    return np.array(paths)


def check_same_work() -> None:
    """Raises RuntimeError unless both take the same paths: else the ratio means nothing."""
    ours, theirs = np.array([path.places for path in raced().paths]), bare()
    if ours.shape != theirs.shape or not np.allclose(ours, theirs, atol=1e-6):
        raise RuntimeError("the race and the bare loop took different paths")


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    torch.set_num_threads(1)
    check_same_work()
    found = pairs.ratio(raced, bare, 3 if quick else 15)
    return [
        Figure(f"race of {len(racers())} over {STEPS} steps", found.seconds, "s"),
        Figure("race over bare loop", found.median, "x", BAR, low=found.low, high=found.high),
    ]
