"""What the lab measures: numbers that charts draw, free of torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Theory:
    """What an infinitely wide network does, layer by layer. NaN where the theory does not say."""

    pre: Float[np.ndarray, " layers"]
    """Mean square q of the pre-activations."""
    post: Float[np.ndarray, " layers"]
    """Variance of the activations."""
    gradient: Float[np.ndarray, " layers"]
    """Mean square of dL/dz."""
    chi: float
    """Factor on the gradient from one of the last two layers to the other; NaN where there is none."""
    silent: str = ""
    """Why the theory says nothing, or not all; empty where it applies."""


@dataclass(frozen=True)
class Histogram:
    """The activations of one layer in one network: the share of them in each bin, per unit of a."""

    layer: int
    """From 1."""
    edges: Float[np.ndarray, " edges"]
    density: Float[np.ndarray, " bins"]


@dataclass(frozen=True)
class Profile:
    """What one way to draw the weights does to signal and gradient. NaN for numbers that overflowed."""

    label: str
    pre: Float[np.ndarray, "seeds layers"]
    """Mean square of the pre-activations z, over examples and units."""
    post: Float[np.ndarray, "seeds layers"]
    """Variance of the activations a, over examples and units."""
    gradient: Float[np.ndarray, "seeds layers"]
    """Mean square of dL/dz, over examples and units; L the loss of one example."""
    theory: Theory
    histograms: tuple[Histogram, ...] = ()
    """Of the first, the middle and the last layer of the first network."""


@dataclass(frozen=True)
class Comparison:
    """Several ways to draw the weights, measured alike."""

    widths: tuple[int, ...]
    profiles: tuple[Profile, ...]


@dataclass(frozen=True)
class Sweep:
    """The two ends of a network against the gain on its weights, the gains in rising order."""

    gains: Float[np.ndarray, " gains"]
    last: Float[np.ndarray, "gains seeds"]
    """Variance of the last layer's activations."""
    first: Float[np.ndarray, "gains seeds"]
    """Mean square of dL/dz at the first layer."""
    theory_last: Float[np.ndarray, " gains"]
    theory_first: Float[np.ndarray, " gains"]
    chi: Float[np.ndarray, " gains"]
    silent: str = ""


@dataclass(frozen=True)
class Units:
    """The weights of a small network's first hidden layer while it learns."""

    label: str
    steps: Float[np.ndarray, " moments"]
    weights: Float[np.ndarray, "moments units inputs"]
    apart: Float[np.ndarray, " moments"]
    """Largest difference between two units' weights (incoming and outgoing), over all hidden layers."""
    rank: tuple[int, ...]
    """Of each layer's weight matrix at the last moment, as numpy.linalg.matrix_rank has it."""
    full: tuple[int, ...]
    """The rank each could have."""
    right: float
    """Share of right answers on the training examples at the last moment."""
    loss: float


@dataclass(frozen=True)
class Twins:
    """Equal first weights beside drawn ones."""

    equal: Units
    drawn: Units | None
