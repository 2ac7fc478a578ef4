"""What stays the same through a run's film: axes, points, names. Plain NumPy, so that charts need no torch."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int, UInt8

from engine.shades import Shades

DRAWN_POINTS = 1000


@runtime_checkable
class Surroundings(Protocol):
    """What the charts that every kind of run has need to know of it."""

    @property
    def loss(self) -> str:
        """Label of the loss that runs."""

    @property
    def loss_unit(self) -> str:
        """Its unit."""

    @property
    def measured_rows(self) -> int:
        """Losses and metrics are taken on at most so many examples of each part."""

    @property
    def probe_rows(self) -> int:
        """Gradients are taken on at most so many training examples."""

    @property
    def score_names(self) -> tuple[str, ...]:
        """What the entries of ``Snapshot.scores`` are: ``train.loss`` and so on."""

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers with weights, from the input to the output."""

    @property
    def classes(self) -> tuple[str, ...]:
        """What the answers stand for; empty for numbers."""

    @property
    def target(self) -> str:
        """What is to be answered."""

    @property
    def target_unit(self) -> str:
        """Its unit, where it is a number."""

    def score(self, name: str) -> int:
        """Where a score stands in ``Snapshot.scores``. Raises ValueError for an unknown one."""


@dataclass(frozen=True)
class Points:
    """The examples of one part that are drawn on the plane: all, or the first 1,000."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    """The second axis of the plane, or the target where the input is one column."""
    label: np.ndarray
    """Class index (int64), or the target's value (float64)."""
    total: int
    """How many the part has."""
    rows: Int[np.ndarray, " n"]
    """Which drawn row each is; -1 - n for the point number n placed by hand."""


@dataclass(frozen=True)
class LayerNames:
    """One layer of the diagram: a caption, its units, and how many of them are drawn."""

    label: str
    units: int
    drawn: int


@dataclass(frozen=True)
class Scene:
    """The fixed surroundings of a run."""

    classes: tuple[str, ...]
    """Empty for regression."""
    target: str
    target_unit: str
    loss: str
    """Label of the loss that runs."""
    loss_unit: str
    measured_rows: int
    """Losses and metrics are taken on at most so many examples of each part."""
    probe_rows: int
    """Gradients and activations are taken on at most so many training examples."""
    cells: int
    """Cells of a frame's boundary along each side; details carry 100."""
    gives: Literal["probability", "score", "value"]
    score_names: tuple[str, ...]
    shades: Shades
    dimensions: int
    """1: predictions along one column; 2: a boundary on a plane."""
    extent: tuple[float, float, float, float]
    axis_titles: tuple[str, str]
    held: str
    """What the columns off the plane are held at; empty when there are none."""
    train: Points
    test: Points
    inputs: tuple[str, ...]
    """Names of the drawn inputs."""
    more_inputs: int
    """Inputs that are not drawn."""
    input_maps: UInt8[np.ndarray, "inputs 16 16"]
    input_range: Float[np.ndarray, "inputs 2"]
    """Lowest and highest value of each drawn input on the plane, as the network receives it."""
    layers: tuple[LayerNames, ...]
    has_biases: bool
    outcome_truth: Float[np.ndarray, " rows"]
    """True values of the test examples whose predictions the details carry; empty for classes."""
    ticks: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The categories along each axis of the plane, at 0, 1, 2, ...; empty where it has numbers."""
    plane_note: str = ""
    """What else is to be known of where examples are drawn."""

    @property
    def layer_names(self) -> tuple[str, ...]:
        """``hidden 1``, ``hidden 2``, ..., ``output``: one for each layer that has weights."""
        return (*(f"hidden {i}" for i in range(1, len(self.layers))), "output")

    def score(self, name: str) -> int:
        """Where ``train.loss`` and the like stand in ``Snapshot.scores``. Raises ValueError for an unknown one."""
        return self.score_names.index(name)
