"""What was measured at one step: plain numbers and NumPy arrays that nobody else can write to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from jaxtyping import Float32, UInt8

Holder = TypeVar("Holder", bound="Snapshot | Detail | Measured")
HISTOGRAM_BINS = 32
MAP_SIDE = 16
MAP_LEVELS = 85
"""Steps of a map's scale: a divisor of 255, as fine as an eye can tell, and a third less to send than 255."""


@dataclass(frozen=True)
class Detail:
    """The slower-changing measurements, taken a few times a second.

    H hidden layers, L = H + 1 layers with weights, U units drawn in the diagram (outputs included),
    E edges between drawn units, K classes.
    """

    maps: UInt8[np.ndarray, "units 16 16"]
    """Each drawn unit's activation over the input plane, 0..255 in ``MAP_LEVELS`` steps between its ``map_range``."""
    map_range: Float32[np.ndarray, "units 2"]
    edges: Float32[np.ndarray, " edges"]
    """Weights between drawn units: layer by layer, then target unit, then source unit, as in ``nn.Linear.weight``."""
    biases: Float32[np.ndarray, " units"]
    activation_histogram: UInt8[np.ndarray, "hidden 32"]
    """Share of activations per bin, 255 at the layer's fullest bin, between ``activation_range``."""
    activation_range: Float32[np.ndarray, "hidden 2"]
    activation_mean: Float32[np.ndarray, " hidden"]
    activation_std: Float32[np.ndarray, " hidden"]
    saturated: Float32[np.ndarray, " hidden"]
    """Share of activations whose derivative is at most 5 % of the activation's largest."""
    dead: Float32[np.ndarray, " hidden"]
    """Share of units whose derivative is exactly 0 on every probe example."""
    weight_histogram: UInt8[np.ndarray, "layers 32"]
    weight_range: Float32[np.ndarray, "layers 2"]
    weight_norm: Float32[np.ndarray, " layers"]
    weight_zeros: Float32[np.ndarray, " layers"]
    """Share of weights that are exactly 0."""
    fine: UInt8[np.ndarray, "side side"]
    """The boundary at 100 x 100 where the frames carry a coarser one; else (0, 0)."""
    outcome: Float32[np.ndarray, "..."]
    """Confusion counts on the test part, (K, K), row = truth; or predictions for up to 200 test examples."""
    by_class: Float32[np.ndarray, "3 classes"]
    """Precision, recall and F1 of each class on the test part; (3, 0) for numbers."""


@dataclass(frozen=True)
class Measured:
    """What a network of another kind shows of itself, by name: the same names and shapes all through a run."""

    arrays: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Snapshot:
    """One frame of a film. L layers with weights, G the side of the boundary grid."""

    step: int
    epoch: float
    rate: float
    """The learning rate the schedule gives at this step."""
    momentum: float
    """The momentum (or beta1) in force; NaN where the optimizer has none."""
    scores: Float32[np.ndarray, " scores"]
    """Losses and metrics, in the order of ``Layout.score_names``; NaN where a part is empty."""
    gradient_norm: Float32[np.ndarray, " layers"]
    gradient_mean: Float32[np.ndarray, " layers"]
    """Mean |gradient| over the layer's weights."""
    update_ratio: Float32[np.ndarray, " layers"]
    """Norm of the last update over norm of the weights; NaN before the first step."""
    boundary: np.ndarray
    """uint8 (G, G) shade codes (see ``engine.shades``), or float32 (G,) predictions where the input is one column;
    (0, 0) where the inputs are no plane."""
    detail: Detail | Measured | None = None
    """None between details."""

    @property
    def on_plane(self) -> Detail | None:
        """The details of a network whose inputs are a plane; None of any other, and between details."""
        return self.detail if isinstance(self.detail, Detail) else None

    @cached_property
    def nbytes(self) -> int:
        """Bytes held by the arrays of this frame."""
        held = [*arrays_of(self).values(), *(arrays_of(self.detail).values() if self.detail else [])]
        return sum(array.nbytes for array in held)


def arrays_of(holder: Snapshot | Detail | Measured) -> dict[str, np.ndarray]:
    """The arrays of a frame, or of its details, by name and in order."""
    if isinstance(holder, Measured):
        return dict(holder.arrays)
    held = ((item.name, getattr(holder, item.name)) for item in fields(holder))
    return {name: value for name, value in held if isinstance(value, np.ndarray)}


def with_arrays(holder: Holder, arrays: Mapping[str, np.ndarray]) -> Holder:
    """The same with other arrays of the same names."""
    return replace(holder, arrays=arrays) if isinstance(holder, Measured) else replace(holder, **arrays)  # type: ignore[arg-type]


def freeze(array: np.ndarray) -> np.ndarray:
    """An own, read-only copy: a snapshot must not change when training goes on."""
    own: np.ndarray = np.array(array, copy=True)
    own.setflags(write=False)
    return own
