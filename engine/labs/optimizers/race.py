"""Several optimizers of PyTorch from one start over one surface, in step."""

import time
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import torch
from torch import nn

from engine.jobs import Progress
from engine.labs.optimizers.results import Ending, Path, Race
from engine.labs.optimizers.state import Racer, RaceSettings
from engine.labs.optimizers.surfaces import SurfaceChoice, slope
from engine.streams import stream

PIECE_SECONDS = 0.08
"""How long a piece of the race takes, about."""
FAR = 1000.0
"""So many times the size of the picture away from it, a path has left for good."""


class Track:
    """The racers at one moment: their places lie in one tensor, so that one pass gives all their slopes."""

    def __init__(self, surface: SurfaceChoice, racers: Sequence[Racer], settings: RaceSettings) -> None:
        start = torch.tensor([surface.start_x, surface.start_y], dtype=torch.float64)
        self.surface, self.racers, self.horizon = surface, racers, settings.steps
        self.places = start.repeat(len(racers), 1)
        self.slopes = torch.zeros_like(self.places)
        self.weights = [nn.Parameter(row) for row in self.places]  # each shares its row's memory
        for weight, row in zip(self.weights, self.slopes, strict=True):
            weight.grad = row
        self.optimizers = [racer.optimizer.build([weight]) for racer, weight in zip(racers, self.weights, strict=True)]
        draws = torch.randn(settings.steps, 2, generator=stream(settings.seed, "noise"), dtype=torch.float64)
        self.noise = settings.noise * draws if settings.noise else None
        left, right, low, high = surface.drawn()
        self.limit = FAR * max(right - left, high - low)
        self.endings: list[Ending] = ["ran"] * len(racers)
        self.made = [0] * len(racers)

    def look(self, step: int) -> torch.Tensor:
        """f at every place; the slopes, with the noise of this step, are laid where the optimizers find them."""
        values, gradients = slope(self.surface, self.places)
        noisy = gradients if self.noise is None or step >= self.horizon else gradients + self.noise[step]
        self.slopes.copy_(noisy)
        return values

    def step(self, step: int, is_usable: Sequence[bool]) -> None:
        """One update of each racer that is still on its way and whose slope is a number."""
        for index, optimizer in enumerate(self.optimizers):
            if self.endings[index] != "ran":
                continue
            if not is_usable[index]:
                self.endings[index] = "undefined"
                continue
            self.set_rate(index, step)
            optimizer.step()
            self.made[index] += 1

    def set_rate(self, index: int, step: int) -> None:
        """Write what the schedule says into the optimizer."""
        racer = self.racers[index]
        (group,) = self.optimizers[index].param_groups
        group["lr"] = racer.optimizer.lr * racer.schedule.factor(step, self.horizon)
        momentum = racer.schedule.momentum(step, self.horizon)
        if momentum is not None and racer.optimizer.has_momentum:
            racer.optimizer.set_momentum(group, momentum)

    def stop_the_far(self, places: np.ndarray) -> None:
        """A racer that has left for good makes no further step."""
        is_near = (np.abs(places) <= self.limit).all(axis=1)
        if is_near.all():
            return
        for index, near in enumerate(is_near.tolist()):
            if self.endings[index] == "ran" and not near:
                self.endings[index] = "left"


def race(surface: SurfaceChoice, racers: Sequence[Racer], settings: RaceSettings) -> Iterator[Progress[Race]]:
    """Run all ``racers``: first where they stand, then what is known now and then, the whole race at the end."""
    yield Progress(0.0, standing(surface, racers), "the start")
    track = Track(surface, racers, settings)
    log = _Log(len(racers), settings.steps)
    piece = time.perf_counter()
    for step in range(settings.steps):
        log.place(step, track.places, track.look(step))
        log.slope(step, track.slopes)
        track.step(step, log.is_usable(step))
        log.rate(step, track)
        track.stop_the_far(track.places.numpy())
        if time.perf_counter() - piece > PIECE_SECONDS:
            share = (step + 1) / settings.steps
            log.place(step + 1, track.places, track.look(settings.steps))
            yield Progress(share, log.race(track, step + 1), f"step {step + 1:,} of {settings.steps:,}")
            piece = time.perf_counter()
        if all(ending != "ran" for ending in track.endings):
            break
    log.place(step + 1, track.places, track.look(settings.steps))
    yield Progress(1.0, log.race(track, step + 1))


@cache
def load() -> None:
    """PyTorch loads much of its optimizers at the first update of a process: done before a page waits for a picture."""
    weight = nn.Parameter(torch.zeros(1))
    weight.grad = torch.zeros(1)
    torch.optim.SGD([weight], lr=0.0).step()


def standing(surface: SurfaceChoice, racers: Sequence[Racer]) -> Race:
    """All racers at the start, before any step."""
    start = torch.tensor([[surface.start_x, surface.start_y]], dtype=torch.float64)
    value, none = slope(surface, start)[0].numpy(), np.empty(0)
    return Race(tuple(Path(name, start.numpy(), value, np.empty((0, 2)), none, none) for name in labels(racers)), 0)


class _Log:
    """What each racer did, step by step."""

    def __init__(self, racers: int, steps: int) -> None:
        self.places = np.empty((steps + 1, racers, 2))
        self.values = np.empty((steps + 1, racers))
        self.slopes = np.empty((steps, racers, 2))
        self.rates = np.empty((steps, racers))
        self.momenta = np.full((steps, racers), np.nan)

    def place(self, step: int, places: torch.Tensor, values: torch.Tensor) -> None:
        self.places[step], self.values[step] = places.numpy(), values.numpy()

    def slope(self, step: int, slopes: torch.Tensor) -> None:
        self.slopes[step] = slopes.numpy()

    def is_usable(self, step: int) -> list[bool]:
        return (np.isfinite(self.slopes[step]).all(axis=1) & np.isfinite(self.values[step])).tolist()

    def rate(self, step: int, track: Track) -> None:
        for index, (racer, optimizer) in enumerate(zip(track.racers, track.optimizers, strict=True)):
            (group,) = optimizer.param_groups
            self.rates[step, index] = group["lr"]
            if (momentum := racer.optimizer.momentum_in(group)) is not None:
                self.momenta[step, index] = momentum

    def race(self, track: Track, steps: int) -> Race:
        """Copies: what comes later does not change them."""
        names = labels(track.racers)
        paths = []
        for index, made in enumerate(track.made):
            paths.append(
                Path(
                    names[index],
                    self.places[: made + 1, index].copy(),
                    self.values[: made + 1, index].copy(),
                    self.slopes[:made, index].copy(),
                    self.rates[:made, index].copy(),
                    self.momenta[:made, index].copy(),
                    track.endings[index],
                )
            )
        return Race(tuple(paths), steps)


def labels(racers: Sequence[Racer]) -> list[str]:
    """A name for each: two of the same kind are told apart by their rate, and by their number where that is not enough."""
    kinds = [racer.optimizer.label.split(" (")[0] for racer in racers]
    with_rates = [f"{kind}, η {racer.optimizer.lr:g}" for kind, racer in zip(kinds, racers, strict=True)]
    return [f"{name} ({index + 1})" if with_rates.count(name) > 1 else name for index, name in enumerate(with_rates)]
