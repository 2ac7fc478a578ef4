"""What stays the same through the film of a run on sequences. Plain values, so that charts need no torch."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

Axis = Literal["tokens", "source", "answered", "units"]
"""All tokens of an example, those of its source, those behind it, or the units of a layer."""


@dataclass(frozen=True)
class Picture:
    """One heat map of what a network does with an example, changing over the film."""

    array: str
    """Its name among the details of a frame: (down, across)."""
    group: str
    """Pictures of a group stand in one chart."""
    title: str
    down: Axis
    across: Axis
    low: float
    high: float
    scale: float = 1.0
    """What a number of the array is multiplied by."""
    short: str = ""
    """Its title where there is little room."""


@dataclass(frozen=True)
class SequenceScene:
    """The fixed surroundings of a run on sequences."""

    task: str
    """Label of the task."""
    network: str
    """Kind of the network: which further charts it has."""
    loss: str
    loss_unit: str
    measured_rows: int
    """Losses and metrics are taken on at most so many examples of each part."""
    probe_rows: int
    """Gradients are taken on at most so many training examples."""
    score_names: tuple[str, ...]
    layer_names: tuple[str, ...]
    """The weight matrices, from the input to the output."""
    classes: tuple[str, ...]
    """What the answers stand for; empty for numbers."""
    target: str
    target_unit: str
    example: tuple[str, ...]
    """The tokens of the example that details show, or the numbers as text."""
    answers: tuple[str, ...]
    """What is asked at each token of it: empty text where nothing is; one text where the answer comes at the end."""
    source: int
    """So many tokens at its front are the source."""
    chance: float
    """The loss of who answers each class as often as it occurs, or the mean."""
    pictures: tuple[Picture, ...]
    inputs: Float[np.ndarray, "tokens features"]
    """The example's numbers; (0, 0) where it is tokens."""

    def score(self, name: str) -> int:
        """Where ``train.loss`` and the like stand in ``Snapshot.scores``. Raises ValueError for an unknown one."""
        return self.score_names.index(name)
