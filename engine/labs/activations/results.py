"""What the lab measures: numbers that charts draw, free of torch. Arrays are in double precision unless said."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

Interval = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """An activation and its derivative along a line of pre-activations."""

    label: str
    z: Float[np.ndarray, " points"]
    a: Float[np.ndarray, " points"]
    slope: Float[np.ndarray, " points"]
    largest: float
    """The largest |derivative| on [-6, 6]."""
    flat: tuple[Interval, ...]
    """Where |derivative| is at most 5 % of that: the saturated stretches."""


@dataclass(frozen=True)
class Response:
    """What an activation makes of inputs drawn from a distribution."""

    label: str
    z: Float[np.ndarray, " draws"]
    a: Float[np.ndarray, " draws"]
    saturated: float
    """Share of the draws on which the slope is at most 5 % of the largest."""
    off: float
    """Share of the draws on which the slope is exactly 0."""


@dataclass(frozen=True)
class LayerSeen:
    """What passed through one layer."""

    z: np.ndarray
    """(draws,) float32: some of the pre-activations, over examples and units."""
    a: np.ndarray
    """(draws,) float32: some of the activations."""
    mean: float
    std: float
    """Of all activations, over examples and units."""
    signal: float
    """How much a unit's activation differs between examples: its standard deviation, root mean square over the units."""
    saturated: float
    dead: float
    """Share of the units whose slope is 0 on every example."""
    slope: float
    """Mean |derivative| over examples and units."""


@dataclass(frozen=True)
class Passage:
    """Inputs sent through a stack of layers, as far as it has come."""

    label: str
    layers: tuple[LayerSeen, ...]


@dataclass(frozen=True)
class Softened:
    """Softmax of some logits at a temperature, and what it is at others."""

    logits: Float[np.ndarray, " classes"]
    temperature: float
    p: Float[np.ndarray, " classes"]
    entropy: float
    """Nats."""
    closed: Float[np.ndarray, "classes classes"]
    """dp_i / dz_j by its formula."""
    autograd: Float[np.ndarray, "classes classes"]
    naive: Float[np.ndarray, " classes"]
    """Computed as written, in single precision: NaN where an exponential is too large for it."""
    temperatures: Float[np.ndarray, " temperatures"]
    sweep: Float[np.ndarray, "temperatures classes"]
    entropies: Float[np.ndarray, " temperatures"]

    @property
    def apart(self) -> float:
        """Largest difference of the two Jacobians."""
        return float(np.abs(self.closed - self.autograd).max())


@dataclass(frozen=True)
class Envelope:
    """A maxout unit of one input."""

    x: Float[np.ndarray, " points"]
    pieces: Float[np.ndarray, "points pieces"]
    a: Float[np.ndarray, " points"]
    slope: Float[np.ndarray, " points"]
    """By autograd."""
    winner: Int[np.ndarray, " points"]
    """Which piece is the largest, from 0."""
    ruled: tuple[tuple[int, float, float], ...]
    """(piece from 0, from x, to x): exactly where each piece is on top, over all real x; ends are infinite."""


@dataclass(frozen=True)
class Folds:
    """A maxout unit of two inputs on a grid."""

    x: Float[np.ndarray, " side"]
    a: Float[np.ndarray, "side side"]
    winner: Int[np.ndarray, "side side"]


@dataclass(frozen=True)
class Collapsed:
    """A deep network without activations beside the one affine map that its matrices multiply to."""

    weight: Float[np.ndarray, " inputs"]
    bias: float
    x: Float[np.ndarray, " side"]
    deep: Float[np.ndarray, "side side"]
    """Its output on a grid; rows go along x2."""
    flat: Float[np.ndarray, "side side"]
    """The affine map's output."""
    bent: Float[np.ndarray, "side side"]
    """The same weights with an activation between the layers."""

    @property
    def difference(self) -> float:
        """Largest |deep - flat| on the grid."""
        return float(np.abs(self.deep - self.flat).max())


@dataclass(frozen=True)
class Gaps:
    """How far a linear network and its one affine map are apart, at some depths."""

    depths: Int[np.ndarray, " depths"]
    apart: Float[np.ndarray, " depths"]
    """Largest difference on the grid as a share of the largest output."""


@dataclass(frozen=True)
class LossCurve:
    """A loss of one example and its gradient, along one output or probability."""

    label: str
    x: Float[np.ndarray, " points"]
    loss: Float[np.ndarray, " points"]
    autograd: Float[np.ndarray, " points"]
    closed: Float[np.ndarray, " points"]
    """The gradient by its formula; NaN is where a derivative does not exist."""
    here: tuple[float, float, float, float]
    """(x, loss, gradient by autograd, gradient by the formula) at the prediction looked at."""
    formula: str
    """Of the gradient, LaTeX."""
    dashed: bool = False
    """Whether it lies on another curve, which shows through a dashed one."""


@dataclass(frozen=True)
class VectorGradient:
    """The gradient of a loss with respect to all logits of one example."""

    label: str
    loss: float
    autograd: Float[np.ndarray, " classes"]
    closed: Float[np.ndarray, " classes"]
    formula: str
    is_true: Bool[np.ndarray, " classes"]
    p: Float[np.ndarray, " classes"]
    """Softmax of the logits."""
