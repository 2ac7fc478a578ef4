"""Dropout: a network and its thinned copies."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Thinned:
    """A trained network, and what the average over many masks gives."""

    weights: tuple[Float[np.ndarray, "_ _"], ...]
    """Of each layer, the output layer last."""
    unit: int
    """From 1: the unit of the second hidden layer that is looked at."""
    before: Float[np.ndarray, " masks"]
    """Its pre-activation under each mask of the layer before, on one example, kept units scaled by 1 / (1 - p)."""
    before_rest: float
    """The same without dropout: inference."""
    after: Float[np.ndarray, " masks"]
    """Its activation, past the non-linearity."""
    after_rest: float
    unscaled: float
    """Average pre-activation under masks without any scaling."""
    counts: Int[np.ndarray, " moments"]
    """Networks in the ensemble."""
    distance: Float[np.ndarray, " moments"]
    """Root mean square difference of the ensemble's probabilities to those of the one scaled network."""
    accuracy: Float[np.ndarray, " moments"]
    """Of the ensemble on the test part."""
    single: float
    """Average test accuracy of one thinned network."""
    rest: float
    """Test accuracy of the one scaled network."""
    rest_loss: float
    ensemble_loss: float
    """Test cross-entropy of all networks' average probability, in nats."""
    steps: int


@dataclass(frozen=True)
class DropoutRuns:
    """The same network trained with and without dropout."""

    thinned: Thinned | None
    plain_accuracy: float = float("nan")
    plain_loss: float = float("nan")
