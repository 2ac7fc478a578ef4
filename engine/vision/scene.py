"""What stays the same through the film of a run on pictures. Plain values, so that charts need no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import UInt8

ACROSS = 4
"""Filmed maps of a block that stand beside each other."""


@dataclass(frozen=True)
class Filmed:
    """What a film keeps of one block with the chosen picture."""

    place: int
    """Which block it is, from 0."""
    named: str
    """``3 max pool 2x2``."""
    shape: tuple[int, ...]
    """What the block gives: (channels, height, width), or (units,)."""
    drawn: int
    """So many of its maps, or units, are filmed: the first ones."""
    side: tuple[int, int]
    """Height and width of a filmed map, which may be coarser; (1, 1) of units."""

    @property
    def across(self) -> int:
        """So many of its maps stand beside each other; units stand in one row."""
        return min(ACROSS, self.drawn) if self.has_places else self.drawn

    @property
    def rows(self) -> int:
        """So many rows of them there are; the last one may be filled up with 0."""
        return -(-self.drawn // self.across)

    @property
    def has_places(self) -> bool:
        """Whether it gives maps."""
        return len(self.shape) > 1

    @property
    def array(self) -> str:
        """Its name among the details of a frame: its maps in rows, (rows * height, across * width), or units, (1, drawn).

        uint8, 0 to 255 between the lowest and the highest of them all, which stand in ``map_range``.
        """
        return f"map.{self.place}"


@dataclass(frozen=True)
class VisionScene:
    """The fixed surroundings of a run on pictures."""

    source: str
    """Label of the pictures."""
    head: str
    """Kind of the head: which further charts it has."""
    loss: str
    loss_unit: str
    measured_rows: int
    """Losses and metrics are taken on at most so many pictures of each part."""
    probe_rows: int
    """Gradients are taken on at most so many training pictures."""
    score_names: tuple[str, ...]
    layer_names: tuple[str, ...]
    """The weights, from the input to the output."""
    classes: tuple[str, ...]
    """Of the pictures; what they are asked for is the head's."""
    target: str
    target_unit: str
    chance: float
    """The loss of the best answer that is the same for every picture."""
    blocks: tuple[Filmed, ...]
    """What is filmed of each block."""
    shown: UInt8[np.ndarray, "shown channels height width"]
    """The validation pictures that details show answers of, 0 to 255. Of the first, feature maps are filmed."""
    shown_labels: tuple[int, ...]
    """Their classes."""
    filters: tuple[int, ...]
    """(drawn, channels, side, side) of the kernels that are filmed of the first convolution; empty where there is none.

    Their array ``filters`` has them side by side, channels below each other: (channels * side, drawn * side).
    """
    asked: Mapping[str, np.ndarray] = field(default_factory=dict)
    """What the head asks of the shown pictures, by name."""

    def score(self, name: str) -> int:
        """Where ``train.loss`` and the like stand in ``Snapshot.scores``. Raises ValueError for an unknown one."""
        return self.score_names.index(name)
