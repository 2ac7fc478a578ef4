"""One hidden layer of 1..N ReLU units: what a construction reaches, and what training finds from several seeds."""

import math
import time
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from scipy.interpolate import PchipInterpolator
from torch import Tensor

from engine.activations import ReLU
from engine.data.hand import placing
from engine.data.prepare import prepare
from engine.data.regression import Sine
from engine.data.source import HALF_WIDTH
from engine.experiment import Experiment, Training
from engine.jobs import Progress
from engine.labs.regularization.results.universal import Approximation
from engine.labs.regularization.state import HEIGHT, REACH, Universal, place
from engine.model import Model
from engine.optimizers import Adam
from engine.streams import stream

LINE, SIDE = 121, 15
ANGLES, OFFSETS = 48, 31
REPORT_SECONDS = 0.08
Points = Float[np.ndarray, "places inputs"]


def curve(asked: Universal, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """A smooth curve through the drawn points, level beyond them (Fritsch and Butland 1984)."""
    points = sorted(place(text) for text in asked.points)
    through = PchipInterpolator([p[0] for p in points], [p[1] for p in points])
    return np.asarray(through(np.clip(x, points[0][0], points[-1][0])), dtype=np.float64)


def target(asked: Universal) -> tuple[Points, Float[np.ndarray, " places"]]:
    """(places, values): the curve through the drawn points, or a surface of the engine."""
    if asked.dimensions == "one input":
        x = np.linspace(-HALF_WIDTH, HALF_WIDTH, LINE)
        return x[:, None], curve(asked, x)
    axis = torch.linspace(-HALF_WIDTH, HALF_WIDTH, SIDE, dtype=torch.float64)
    x2, x1 = torch.meshgrid(axis, axis, indexing="ij")
    values = asked.surface.height(x1.ravel(), x2.ravel())
    return torch.stack([x1.ravel(), x2.ravel()], dim=1).numpy(), values.numpy()


def candidates(x: Points) -> Float[np.ndarray, "places candidates"]:
    """ReLU units with kinks spread over the places: max(0, u·x - c) for directions u of length 1 and offsets c."""
    if x.shape[1] == 1:
        directions, count = np.array([[1.0], [-1.0]]), LINE
    else:
        turns = np.arange(ANGLES) * 2 * math.pi / ANGLES
        directions, count = np.stack([np.cos(turns), np.sin(turns)], axis=1), OFFSETS
    along = x @ directions.T
    shares = np.linspace(0, 1, count, endpoint=False)
    low, high = along.min(axis=0), along.max(axis=0)
    offsets = low[:, None] + shares * (high - low)[:, None]
    return np.maximum(along[:, :, None] - offsets[None], 0).reshape(len(x), -1)


def constructed(x: Points, y: Float[np.ndarray, " places"], most: int) -> list[Float[np.ndarray, " places"]]:
    """Best fits with 1..most units: each takes the candidate that lowers the squared error most, all output weights refitted.

    Orthogonal least squares (Chen, Billings and Luo 1989). A network with this error exists; a better one may.
    """
    pool = candidates(x)
    pool = pool - pool.mean(axis=0)
    residual = y - y.mean()
    fits = []
    for _ in range(most):
        sizes = (pool**2).sum(axis=0)
        usable = sizes > 1e-9
        gains = np.where(usable, (residual @ pool) ** 2 / np.where(usable, sizes, 1.0), 0.0)
        best = int(gains.argmax())
        if usable[best]:
            q = pool[:, best] / math.sqrt(sizes[best])
            residual = residual - q * (q @ residual)
            pool = pool - np.outer(q, q @ pool)
        fits.append(y - residual)
    return fits


class Bench:
    """Networks of every size from every seed, trained side by side: (networks, units) with the unused units held at 0.

    The loss is the sum over networks and Adam treats each weight by itself, so each learns as if it were alone.
    """

    def __init__(self, asked: Universal, seed: int) -> None:
        x, y = target(asked)
        self.x = torch.from_numpy(x * math.sqrt(3) / HALF_WIDTH).float()  # variance 1 for evenly spread places
        self.y = torch.from_numpy(y).float()
        sizes = [size for _ in range(asked.seeds) for size in range(1, asked.most + 1)]
        self.used = (torch.arange(asked.most) < torch.tensor(sizes)[:, None]).float()
        drawn = [self._first(seed, number, size, asked.most) for number, size in enumerate(sizes)]
        self.weights = [torch.stack(parts).requires_grad_() for parts in zip(*drawn, strict=True)]
        self.optimizer = torch.optim.Adam(self.weights, lr=asked.rate)

    def _first(self, seed: int, number: int, size: int, most: int) -> list[Tensor]:
        """PyTorch's own first weights of ``nn.Linear``: U(-1/√inputs, 1/√inputs), biases alike."""
        generator, inputs = stream(seed, "weights", number), self.x.shape[1]
        shapes = (((most, inputs), inputs), ((most,), inputs), ((most,), size), ((1,), size))
        return [(torch.rand(shape, generator=generator) * 2 - 1) / math.sqrt(fan) for shape, fan in shapes]

    def outputs(self) -> Float[Tensor, "networks places"]:
        """f(x) = Σ v_j max(0, w_j·x + b_j) + c of every network."""
        w, b, v, c = self.weights
        z = torch.einsum("nuk,pk->npu", w, self.x) + b[:, None]
        found: Tensor = torch.einsum("npu,nu->np", torch.relu(z), v * self.used) + c
        return found

    def step(self) -> None:
        """One update of all of them on all places."""
        with torch.enable_grad():
            loss = ((self.outputs() - self.y) ** 2).mean(dim=1).sum()
            self.optimizer.zero_grad()
            loss.backward()
        self.optimizer.step()


def approximated(asked: Universal, seed: int) -> Iterator[Progress[Approximation]]:
    """The construction at once; the trained ones as they learn."""
    x, y = target(asked)
    fits = constructed(x, y, asked.most)
    bench = Bench(asked, seed)

    def result(steps: int) -> Approximation:
        with torch.no_grad():
            outputs = bench.outputs().double().numpy().reshape(asked.seeds, asked.most, -1)
        return Approximation(
            units=np.arange(1, asked.most + 1),
            constructed=np.array([rmse(fit, y) for fit in fits]),
            trained=np.sqrt(((outputs - y) ** 2).mean(axis=2)),
            steps=steps,
            x=x,
            target=y,
            constructed_fits=np.stack(fits),
            trained_fits=outputs,
        )

    yield Progress(0.0, result(0), "first weights")
    began = time.monotonic()
    for step in range(1, asked.steps + 1):
        bench.step()
        if time.monotonic() - began > REPORT_SECONDS or step == asked.steps:
            yield Progress(step / asked.steps, result(step), f"step {step} of {asked.steps}")
            began = time.monotonic()


def rmse(fit: np.ndarray, y: np.ndarray) -> float:
    """Root mean square error over the places."""
    return float(np.sqrt(np.mean((fit - y) ** 2)))


def experiment(asked: Universal, seed: int) -> Experiment:
    """The target and the shown number of ReLU units as a run of the engine: a surface is drawn anew, a curve by hand."""
    model = Model(hidden=(min(asked.shown, asked.most),), activation=ReLU())
    optimizer = Adam(lr=asked.rate)
    if asked.dimensions == "one input":
        training = Training(optimizer=optimizer, batch_size="all", epochs=asked.steps)
        return Experiment(data=by_hand(asked, seed), model=model, training=training, seed=seed)
    data = type(asked.surface)(samples=500, noise=0.0)
    return Experiment(data=data, model=model, training=Training(optimizer=optimizer), seed=seed)


def by_hand(asked: Universal, seed: int) -> Sine:
    """The curve as points placed by hand: drawn rows are taken away, but for the one to test on, which goes on the curve."""
    drawn = Sine(samples=20, noise=0.0, validation_share=0.0, test_share=0.05)
    test = prepare(drawn, seed).test
    kept = {int(row): curve(asked, x)[0] for row, x in zip(test.rows, test.raw_x, strict=True)}
    changes = [f"{row}~{kept[row]:.4g}" if row in kept else f"{row}~" for row in range(drawn.samples)]
    x, y = target(asked)
    placed = [placing((float(at),), float(value)) for at, value in zip(x[:, 0], y, strict=True)]
    return Sine.model_validate({**drawn.model_dump(), "hand": (*changes, *placed)})


NEAR_X, NEAR_Y, MOST_POINTS = 0.25, 0.15, 24


def with_point(points: tuple[str, ...], x: float | int, y: float | int) -> tuple[str, ...]:
    """The points after a click at (x, y): one that is hit goes, one above or below it moves there, else a new one comes.

    At least two points stay; a 25th takes the place of the nearest.
    """
    x = round(min(max(x, -REACH), REACH), 2)
    y = round(min(max(y, -HEIGHT), HEIGHT), 2)
    read = [place(text) for text in points]
    nearest = min(read, key=lambda point: abs(point[0] - x))
    is_above = abs(nearest[0] - x) < NEAR_X
    if is_above and abs(nearest[1] - y) < NEAR_Y:
        kept = [point for point in read if point != nearest] if len(read) > 2 else read
    else:
        replaces = is_above or len(read) >= MOST_POINTS
        kept = [*(point for point in read if not (replaces and point == nearest)), (x, y)]
    return tuple(f"{a:g}_{b:g}" for a, b in sorted(kept))
