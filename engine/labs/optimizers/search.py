"""Classical search on a surface: the methods of SciPy and pymoo, and hill climbing, with every evaluation counted."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from scipy import optimize

from engine.jobs import Progress
from engine.labs.optimizers.climbing import Box, hill_climbing
from engine.labs.optimizers.race import PIECE_SECONDS
from engine.labs.optimizers.results import Search, Searches, SearchTally
from engine.labs.optimizers.state import SearchSettings
from engine.labs.optimizers.surfaces import SurfaceChoice, ground, slope
from engine.pieces import Pause, in_pieces


class _Spent(Exception):
    """All allowed evaluations were made."""


class Counter:
    """f of a surface, each call recorded. What is no number counts as infinitely high.

    ``pause`` is called before each call, with the share of the budget that is spent.
    """

    def __init__(self, surface: SurfaceChoice, budget: int, pause: Pause) -> None:
        self.surface, self.budget, self.pause = surface, budget, pause
        self.places: list[np.ndarray] = []
        self.values: list[float] = []
        self.slopes = 0

    def all(self, places: Float[np.ndarray, "places 2"]) -> Float[np.ndarray, " places"]:
        """f at several places; raises _Spent when the budget does not allow all of them."""
        self.pause(len(self.values) / self.budget)
        allowed = places[: self.budget - len(self.values)]
        found = torch.from_numpy(np.ascontiguousarray(allowed, dtype=float))
        with torch.no_grad():
            values = self.surface.value(found[:, 0], found[:, 1]).numpy()
        values = np.where(np.isfinite(values), values, np.inf)
        self.places += list(allowed.copy())
        self.values += values.tolist()
        if len(allowed) < len(places):
            raise _Spent
        return values

    def one(self, place: Float[np.ndarray, "2"]) -> float:
        """f at one place."""
        return float(self.all(np.asarray(place)[None])[0])

    def slope(self, place: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
        """The gradient, counted apart: for many parameters it costs about as much as a few evaluations."""
        self.pause(len(self.values) / self.budget)
        if self.slopes >= self.budget:
            raise _Spent
        self.slopes += 1
        gradient = slope(self.surface, torch.from_numpy(np.array(place, dtype=float)[None]))[1][0].numpy()
        return np.where(np.isfinite(gradient), gradient, 0.0)


Method = Callable[[Counter, Float[np.ndarray, "2"], Box, np.random.Generator], object]


@dataclass(frozen=True)
class SearchMethod:
    """A row of the table of methods."""

    label: str
    is_global: bool
    """Whether it looks all over the box; a local one goes down from the start."""
    lesson: str
    run: Method
    source: str


def _nelder_mead(f: Counter, start: np.ndarray, box: Box, rng: np.random.Generator) -> object:
    return optimize.minimize(
        f.one, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8, "maxfev": f.budget}
    )


def _bfgs(f: Counter, start: np.ndarray, box: Box, rng: np.random.Generator) -> object:
    return optimize.minimize(f.one, start, jac=f.slope, method="BFGS")


def _annealing(f: Counter, start: np.ndarray, box: Box, rng: np.random.Generator) -> object:
    return optimize.dual_annealing(f.one, box.tolist(), x0=start, rng=rng, maxiter=f.budget)


def _evolution(f: Counter, start: np.ndarray, box: Box, rng: np.random.Generator) -> object:
    return optimize.differential_evolution(f.one, box.tolist(), rng=rng)


def _swarm(f: Counter, start: np.ndarray, box: Box, rng: np.random.Generator) -> None:
    from engine.labs.optimizers import populations

    populations.particle_swarm(f.all, box, rng)


def _genetic(f: Counter, start: np.ndarray, box: Box, rng: np.random.Generator) -> None:
    from engine.labs.optimizers import populations

    populations.genetic(f.all, box, rng)


METHODS = {
    method.label: method
    for method in (
        SearchMethod(
            "Hill climbing", False, "Random steps, only downhill ones are taken.",
            lambda f, start, box, rng: hill_climbing(f.one, start, box, rng), "Rechenberg 1973",
        ),
        SearchMethod(
            "Nelder-Mead", False, "A triangle that flips, stretches and shrinks its way down, without slopes.",
            _nelder_mead, "Nelder and Mead 1965; SciPy",
        ),
        SearchMethod(
            "BFGS", False, "Newton's step with a curvature learned from the slopes it meets.",
            _bfgs, "Nocedal and Wright 2006; SciPy",
        ),
        SearchMethod(
            "Dual annealing", True, "Random jumps that also go uphill, less and less so as it cools, with local searches.",
            _annealing, "Xiang et al. 1997; SciPy",
        ),
        SearchMethod(
            "Differential evolution", True, "Members move by the differences between others.",
            _evolution, "Storn and Price 1997; SciPy",
        ),
        SearchMethod(
            "Particle swarm", True, "Particles fly, drawn to the best places seen.",
            _swarm, "Kennedy and Eberhart 1995; pymoo",
        ),
        SearchMethod(
            "Genetic algorithm", True, "The better ones have children, a little changed.",
            _genetic, "Goldberg 1989; pymoo",
        ),
    )
}  # fmt: skip


def search_once(
    surface: SurfaceChoice,
    method: SearchMethod,
    start: Float[np.ndarray, "2"],
    budget: int,
    seed: int,
    pause: Pause = lambda share: None,
) -> Search:
    """One run of ``method`` from ``start`` (a global one draws its own), until it ends or the budget is spent."""
    counter = Counter(surface, budget, pause)
    box = np.array(surface.drawn()).reshape(2, 2)
    try:
        with np.errstate(all="ignore"):
            method.run(counter, start, box, np.random.default_rng(seed))
    except (_Spent, ValueError):
        pass  # dual annealing raises ValueError where it finds no place with a number
    places = np.array(counter.places).reshape(-1, 2)
    return Search(method.label, method.is_global, places, np.array(counter.values), counter.slopes)


def search(
    surface: SurfaceChoice, settings: SearchSettings, tolerance: float, seed: int
) -> Iterator[Progress[Searches]]:
    """Every method from the surface's start, then again from random ones, the same for all: counted as it goes."""
    rng = np.random.default_rng(seed)
    box = np.array(surface.drawn()).reshape(2, 2)
    random_starts = box[:, 0] + (box[:, 1] - box[:, 0]) * rng.random((settings.runs, 2))
    starts = np.vstack([[surface.start_x, surface.start_y], random_starts])[: settings.runs]
    runs: dict[str, list[Search]] = {label: [] for label in METHODS}
    total, done = len(starts) * len(METHODS), 0
    for number, start in enumerate(starts):
        for method in METHODS.values():
            said = f"run {number + 1} of {len(starts)}: {method.label}"
            once = partial(search_once, surface, method, start, settings.budget, seed + number)
            with closing(in_pieces(once, PIECE_SECONDS)) as pieces:
                for piece in pieces:
                    if piece.result is not None:
                        runs[method.label].append(piece.result)
                    known = None if piece.result is None else _summed(surface, runs, tolerance)
                    yield Progress((done + piece.share) / total, known, said)
            done += 1


def _summed(surface: SurfaceChoice, runs: dict[str, list[Search]], tolerance: float) -> Searches:
    lowest = lowest_value(surface, [run for some in runs.values() for run in some])
    made = {label: some for label, some in runs.items() if some}
    return Searches(
        tuple(some[0] for some in made.values()),
        tuple(tally(some, lowest, tolerance) for some in made.values()),
        lowest,
    )


def lowest_value(surface: SurfaceChoice, runs: list[Search]) -> float:
    """The lowest value of f: the known one, else the lowest that any run or the drawn raster has."""
    if surface.lowest is not None:
        return surface.lowest
    under = ground(surface)
    met = [float(np.nanmin(under.z))] if under.is_defined else []
    return min([*met, *(float(run.values.min()) for run in runs if len(run.values))], default=0.0)


def tally(runs: list[Search], lowest: float, tolerance: float) -> SearchTally:
    """How the runs of one method fared."""
    best = np.array([run.values.min(initial=np.inf) for run in runs])
    reached = [np.flatnonzero(run.values - lowest <= tolerance) for run in runs]
    return SearchTally(
        label=runs[0].label,
        is_global=runs[0].is_global,
        runs=len(runs),
        found=sum(len(at) > 0 for at in reached),
        evaluations=np.array([float(len(run.values)) for run in runs]),
        slopes=np.array([float(run.slopes) for run in runs]),
        to_found=np.array([float(at[0] + 1) if len(at) else np.nan for at in reached]),
        best=best,
    )
