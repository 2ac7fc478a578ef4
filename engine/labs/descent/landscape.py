"""The loss on a plane through trained weights (Li et al. 2018), and the path of the optimizer laid on it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call, vmap

from engine.divergence import is_finite
from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.descent.results import LandscapeResult
from engine.labs.descent.state import Landscape, Part
from engine.labs.descent.training import Beat, loss_of, updates
from engine.supervised import SupervisedRun

MOMENTS = 60
"""Weights along the path that are kept."""
COARSE = (11, 21)
"""Points per side of the grids that are drawn before the finest."""
NUMBERS_AT_ONCE = 400_000
"""Points times examples of one batched pass."""
MARGIN = 1.25
"""The plane of a path is this much wider than the path."""

Flat = Float[np.ndarray, " parameters"]
Plane = Float[np.ndarray, "parameters 2"]


@dataclass(frozen=True)
class Path:
    """Where a run has been."""

    steps: Float[np.ndarray, " moments"]
    weights: Float[np.ndarray, "moments parameters"]
    losses: Float[np.ndarray, " moments"]

    @property
    def moves(self) -> Float[np.ndarray, "moments parameters"]:
        """From the last weights to those of each moment."""
        return self.weights - self.weights[-1]


def landscape(experiment: Experiment, asked: Landscape) -> Iterator[Progress[LandscapeResult]]:
    """Train, choose the plane, and measure the loss on finer and finer grids."""
    run = SupervisedRun(experiment)
    path = Path(np.zeros(0), np.zeros((0, 0)), np.zeros(0))
    for share, so_far in follow(run, asked.part):
        path = so_far
        yield Progress(0.5 * share, None, "training")
    _set_weights(run.model, path.weights[-1])
    is_random = asked.plane == "random"
    directions = random_plane(run.model, experiment.seed, asked.directions) if is_random else path_plane(path)
    places, captured = project(path, directions)
    columns, rows = _extent(places, asked)
    for points in (*(n for n in COARSE if n < asked.resolution), asked.resolution):
        a, b = np.linspace(*columns, points), np.linspace(*rows, points)
        beat, loss = Beat(), np.zeros(0)
        for loss in surface(run, asked.part, directions, a, b):
            if beat.is_due:
                share = 0.5 + 0.5 * (points / asked.resolution) ** 2 * len(loss) / points**2
                yield Progress(share, None, f"{points} x {points} points")
        yield Progress(
            0.5 + 0.5 * (points / asked.resolution) ** 2,
            LandscapeResult(
                a, b, loss.reshape(points, points), places, path.steps, path.losses, captured,
                loss_of(run, asked.part), path.weights.shape[1],
            ),
            f"{points} x {points} points",
        )  # fmt: skip


def follow(run: SupervisedRun, part: Part) -> Iterator[tuple[float, Path]]:
    """Train to the planned end; (share done, the path so far) now and then, and at the end. Finite weights only."""
    every = max(1, run.horizon // MOMENTS)
    steps, weights, losses = [0.0], [flat_weights(run.model)], [loss_of(run, part)]
    beat = Beat()
    for done in updates(run, run.horizon):
        if not is_finite(run.tensors):
            break
        if done % every == 0 or done == run.horizon:
            steps.append(float(done))
            weights.append(flat_weights(run.model))
            losses.append(loss_of(run, part))
        if beat.is_due:
            yield done / run.horizon, Path(np.array(steps), np.stack(weights), np.array(losses))
    yield 1.0, Path(np.array(steps), np.stack(weights), np.array(losses))


# --- planes ---------------------------------------------------------------------------------------------------------


def random_plane(model: nn.Module, seed: int, draw: int) -> Plane:
    """Two Gaussian directions d, filter-normalised: each unit's row is d |w| / |d|; biases stay as they are (d = 0)."""
    rng = np.random.default_rng([seed, draw])
    return np.stack([_filter_normalised(model, rng) for _ in range(2)], axis=1)


def _filter_normalised(model: nn.Module, rng: np.random.Generator) -> Flat:
    parts = []
    for parameter in model.parameters():
        w = parameter.detach().double().numpy()
        d = rng.standard_normal(w.shape) if w.ndim > 1 else np.zeros_like(w)
        if w.ndim > 1:
            d *= np.linalg.norm(w, axis=1, keepdims=True) / np.linalg.norm(d, axis=1, keepdims=True)
        parts.append(d.reshape(-1))
    return np.concatenate(parts)


def path_plane(path: Path) -> Plane:
    """The two directions of length 1 that hold most of the path's squared distances from its end (principal components)."""
    _, _, directions = np.linalg.svd(path.moves, full_matrices=False)
    if len(directions) < 2:
        directions = np.vstack([directions, np.zeros_like(directions)])
    return directions[:2].T.copy()


def project(path: Path, plane: Plane) -> tuple[Float[np.ndarray, "moments 2"], float]:
    """(nearest place in the plane of each moment, share of the squared distances from the end that the plane holds)."""
    places = path.moves @ np.linalg.pinv(plane).T
    total = float((path.moves**2).sum())
    held = float(((places @ plane.T) ** 2).sum())
    return places, held / total if total > 0 else 1.0


def _extent(
    places: Float[np.ndarray, "moments 2"], asked: Landscape
) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where the plane goes along its two directions."""
    if asked.plane == "random":
        return (-asked.reach, asked.reach), (-asked.reach, asked.reach)
    low, high = places.min(axis=0), places.max(axis=0)
    half = (high - low) / 2
    half = np.maximum(half, 0.1 * half.max() if half.max() > 0 else 1.0) * MARGIN * asked.reach
    middle = (high + low) / 2
    ends = np.stack([middle - half, middle + half], axis=1)
    return (float(ends[0, 0]), float(ends[0, 1])), (float(ends[1, 0]), float(ends[1, 1]))


# --- the loss -------------------------------------------------------------------------------------------------------


def surface(
    run: SupervisedRun, part: Part, plane: Plane, a: Float[np.ndarray, " columns"], b: Float[np.ndarray, " rows"]
) -> Iterator[Float[np.ndarray, " known"]]:
    """The loss at w + a_i d_1 + b_j d_2, rows of b one after the other: what is known after each batched pass."""
    centre = flat_weights(run.model)
    places = np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)
    rows = len(run.data.train.x if part == "train" else run.data.validation.x)
    at_once = max(1, NUMBERS_AT_ONCE // max(1, rows * 8))
    known = np.zeros(0)
    for first in range(0, len(places), at_once):
        weights = centre + places[first : first + at_once] @ plane.T
        known = np.concatenate([known, losses_at(run, part, weights)])
        yield known


def losses_at(
    run: SupervisedRun, part: Part, weights: Float[np.ndarray, "points parameters"]
) -> Float[np.ndarray, " points"]:
    """The mean loss on a part for each row of weights, in one batched pass; infinite where it is not finite."""
    examples = run.data.train if part == "train" else run.data.validation

    def loss(parameters: dict[str, Tensor]) -> Tensor:
        return run.loss.mean(functional_call(run.model, parameters, (examples.x,)), examples.y)

    # No weight asks for a gradient, so none is recorded; ``no_grad`` would take activations through NumPy, past ``vmap``.
    found = vmap(loss)(_split(run.model, torch.from_numpy(weights).float()))
    return np.where(np.isfinite(values := found.double().numpy()), values, np.inf)


def flat_weights(model: nn.Module) -> Flat:
    """All parameters one after the other."""
    return torch.cat([parameter.detach().reshape(-1) for parameter in model.parameters()]).double().numpy().copy()


def _split(model: nn.Module, weights: Float[Tensor, "points parameters"]) -> dict[str, Tensor]:
    sizes = [parameter.numel() for parameter in model.parameters()]
    named = zip(model.named_parameters(), weights.split(sizes, dim=1), strict=True)
    return {name: part.reshape(-1, *parameter.shape) for (name, parameter), part in named}


@torch.no_grad()
def _set_weights(model: nn.Module, weights: Flat) -> None:
    """Back to the last finite weights, where the run went on into a divergence."""
    for name, value in _split(model, torch.from_numpy(weights).float().unsqueeze(0)).items():
        model.get_parameter(name).copy_(value[0])
