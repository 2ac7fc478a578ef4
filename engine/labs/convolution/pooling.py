"""Pooling, window by window, and how much of a shift it lets through."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.labs.convolution.pools import AveragePool, GlobalAverage, MaxPool, Pool, Sliding
from engine.labs.convolution.results.pooling import Moved, Pooled, Tolerance
from engine.labs.convolution.settings.pooling import Pooling

Direction = Literal["right", "down", "diagonal"]
STEPS: dict[Direction, tuple[int, int]] = {"right": (0, 1), "down": (1, 0), "diagonal": (1, 1)}
"""(rows, columns) of a shift by 1."""


def pooled(x: Float[Tensor, "height width"], pool: Pool) -> Pooled:
    """One channel pooled, where each number came from, and what each cell counts for.

    Raises Refusal where the window does not fit into the picture.
    """
    down, across = pool.line(x.shape[0]), pool.line(x.shape[1])
    with torch.enable_grad():
        watched = x.detach().clone().requires_grad_()
        output = pool.apply(watched[None])[0]
        (shares,) = torch.autograd.grad(output.sum(), watched)
    places = pool.places(x)
    return Pooled(
        x.numpy().copy(),
        output.detach().numpy().copy(),
        None if places is None else places.numpy().copy(),
        shares.numpy().copy(),
        down,
        across,
        pool.outside,
    )


def shifted(
    x: Float[Tensor, "*channels height width"], steps: int, direction: Direction, *, is_around: bool
) -> Float[Tensor, "*channels height width"]:
    """``x`` moved by so many pixels: what leaves comes in on the other side, or black does."""
    rows, columns = (steps * each for each in STEPS[direction])
    moved = torch.roll(x, (rows, columns), (-2, -1))
    if not is_around:
        moved[..., :rows, :] = 0
        moved[..., :, :columns] = 0
    return moved


def tolerance(x: Float[Tensor, "channels height width"], asked: Pooling) -> Tolerance:
    """The change of what comes out, of every way to make the picture smaller with the same window and stride.

    Raises Refusal where the window does not fit into the picture.
    """
    pool = asked.pool
    size, stride, padding = (pool.size, pool.stride, pool.padding) if isinstance(pool, Sliding) else (2, 2, 0)
    most, average = (row(size=size, stride=stride, padding=padding) for row in (MaxPool, AveragePool))
    most.line(min(x.shape[1:]))
    ways: dict[str, Callable[[Tensor], Tensor]] = {
        "nothing: the picture itself": lambda each: each,
        f"every {ordinal(stride)} pixel": lambda each: each[:, ::stride, ::stride],
        MaxPool.label: most.apply,
        AveragePool.label: average.apply,
        GlobalAverage.label: GlobalAverage().apply,
    }
    shifts = np.arange(min(asked.most, min(x.shape[1:]) - 1) + 1)
    pictures = [shifted(x, int(by), asked.direction, is_around=asked.filled == "around") for by in shifts]
    return Tolerance(shifts, size, stride, tuple(Moved(label, _changes(way, pictures)) for label, way in ways.items()))


def _changes(way: Callable[[Tensor], Tensor], pictures: list[Tensor]) -> Float[np.ndarray, " shifts"]:
    outputs = [way(picture).double() for picture in pictures]
    return np.array([change(each, outputs[0]) for each in outputs])


def change(now: Float[Tensor, "*shape"], before: Float[Tensor, "*shape"]) -> float:
    """‖now - before‖ / ‖before‖; NaN where ``before`` is 0 everywhere."""
    size = float(torch.linalg.vector_norm(before))
    return float(torch.linalg.vector_norm(now - before)) / size if size > 0 else float("nan")


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``12th``."""
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 % 10 != 1 else 0, "th")
    return f"{number}{last}"
