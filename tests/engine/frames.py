"""Snapshots made by hand, for tests of what holds and packs them."""

import numpy as np

from engine.snapshot import Detail, Snapshot, freeze


def detail(seed: int = 0, units: int = 3, edges: int = 7, hidden: int = 2, fine: int = 0) -> Detail:
    rng = np.random.default_rng(seed)

    def bytes_of(*shape: int) -> np.ndarray:
        return freeze(rng.integers(0, 256, shape).astype(np.uint8))

    def numbers(*shape: int) -> np.ndarray:
        return freeze(rng.normal(size=shape).astype(np.float32))

    return Detail(
        maps=bytes_of(units, 16, 16),
        map_range=numbers(units, 2),
        edges=numbers(edges),
        biases=numbers(units),
        activation_histogram=bytes_of(hidden, 32),
        activation_range=numbers(hidden, 2),
        activation_mean=numbers(hidden),
        activation_std=numbers(hidden),
        saturated=numbers(hidden),
        dead=numbers(hidden),
        weight_histogram=bytes_of(hidden + 1, 32),
        weight_range=numbers(hidden + 1, 2),
        weight_norm=numbers(hidden + 1),
        weight_zeros=numbers(hidden + 1),
        fine=bytes_of(fine, fine),
        outcome=numbers(2, 2),
        by_class=numbers(3, 2),
    )


def frame(step: int, *, detailed: bool = False, side: int = 5, line: bool = False) -> Snapshot:
    rng = np.random.default_rng(step)
    boundary = rng.normal(size=side).astype(np.float32) if line else rng.integers(0, 256, (side, side)).astype(np.uint8)
    return Snapshot(
        step=step,
        epoch=step / 10,
        rate=0.25,
        momentum=float("nan"),
        scores=freeze(rng.normal(size=9).astype(np.float32)),
        gradient_norm=freeze(rng.normal(size=3).astype(np.float32)),
        gradient_mean=freeze(rng.normal(size=3).astype(np.float32)),
        update_ratio=freeze(np.full(3, np.nan, np.float32)),
        boundary=freeze(boundary),
        detail=detail(step, fine=side) if detailed else None,
    )
