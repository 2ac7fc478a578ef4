"""Early stopping, and noise added to the inputs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Stopped:
    """The losses of one run that went on past the point where it should have stopped."""

    epochs: Int[np.ndarray, " epochs"]
    train: Float[np.ndarray, " epochs"]
    validation: Float[np.ndarray, " epochs"]
    test: Float[np.ndarray, " epochs"]


@dataclass(frozen=True)
class Jittered:
    """Losses after training with noise added to the inputs, and the network's curve."""

    noise: float
    train: float
    validation: float
    test: float
    x: Float[np.ndarray, " grid"]
    curve: Float[np.ndarray, " grid"]


@dataclass(frozen=True)
class JitterSweep:
    """Several strengths of input noise."""

    rows: tuple[Jittered, ...]
    truth: Float[np.ndarray, " grid"]
    points_x: Float[np.ndarray, " points"]
    points_y: Float[np.ndarray, " points"]
