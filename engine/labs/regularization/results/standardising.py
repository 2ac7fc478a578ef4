"""Batch norm: its statistics over training, and what it changes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Running:
    """One unit's statistics over training."""

    steps: Int[np.ndarray, " steps"]
    batch_mean: Float[np.ndarray, " steps"]
    batch_variance: Float[np.ndarray, " steps"]
    running_mean: Float[np.ndarray, " steps"]
    running_variance: Float[np.ndarray, " steps"]
    gamma: Float[np.ndarray, "steps units"]
    beta: Float[np.ndarray, "steps units"]
    training_loss: Float[np.ndarray, " steps"]
    """On the training part, batch statistics of the step's batch in use for the batch alone: training mode."""
    inference_loss: Float[np.ndarray, " steps"]
    """On the same batch with running statistics: inference mode."""
    unit: int


@dataclass(frozen=True)
class RateCell:
    """The outcome of one learning rate and one scale of first weights."""

    setting: str
    rate: float
    scale: float
    loss: float
    """Training loss at the end, in nats; infinite where it diverged."""


@dataclass(frozen=True)
class BatchNoise:
    """How the mean over a batch scatters."""

    sizes: Int[np.ndarray, " sizes"]
    measured: Float[np.ndarray, " sizes"]
    exact: Float[np.ndarray, " sizes"]


@dataclass(frozen=True)
class Place:
    """One network with batch norm at one place."""

    label: str
    steps: Int[np.ndarray, " moments"]
    loss: Float[np.ndarray, " moments"]
