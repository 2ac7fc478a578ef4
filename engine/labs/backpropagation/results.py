"""What the lab measures: all numbers of one pass, as NumPy arrays, free of torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engine.labs.backpropagation.edits import Place

Matrix = Float[np.ndarray, "_ _"]
"""Two axes, whichever: several matrices of other sizes stand beside each other."""
Vector = Float[np.ndarray, " _"]


@dataclass(frozen=True)
class Numbers:
    """What a pass begins with: examples in rows, ``weights[l]`` (out, in) as in ``nn.Linear``, ``biases[l]`` (out,)."""

    x: Matrix
    y: Matrix
    """(batch, outputs): targets, one-hot where they are classes."""
    weights: tuple[Matrix, ...]
    biases: tuple[Vector, ...]


@dataclass(frozen=True)
class Pass:
    """Every number of a forward pass, a loss, a backward pass and one update; layers in their order, from the input.

    Gradients are of the mean loss over the batch; ``d_a[l]`` is dL/da of layer l, and so on. Examples stand in rows.
    """

    begun: Numbers
    z: tuple[Matrix, ...]
    a: tuple[Matrix, ...]
    loss: float
    d_a: tuple[Matrix, ...]
    d_z: tuple[Matrix, ...]
    d_w: tuple[Matrix, ...]
    d_b: tuple[Vector, ...]
    d_x: Matrix
    updated: Numbers
    """With the weights and biases after one step of gradient descent."""

    def fed(self, layer: int) -> Matrix:
        """What layer ``layer`` (from 1) takes in: the inputs, or the activations of the layer before."""
        return self.begun.x if layer == 1 else self.a[layer - 2]


@dataclass(frozen=True)
class Story:
    """The pass on screen and the ones before it."""

    hand: Pass
    """By the formulas."""
    auto: Pass
    """By PyTorch's autograd, from the same numbers."""
    losses: tuple[float, ...]
    """Of every pass so far, before its update; the last one is that on screen."""
    after: float
    """The loss of the same examples once the update on screen is made."""


@dataclass(frozen=True)
class Node:
    """One unit as it is drawn."""

    column: int
    """0 for the inputs."""
    row: int
    """From 0 at the top, the unit that is always 1 left out; -1 for that one."""
    name: str
    value: str
    """What is known of it so far: empty before its turn."""
    gradient: str
    bias: str
    """``b`` and its value, or its derivative alone while that is worked out."""
    tint: float
    """Its value between -1 and 1 for the colour, 0 where nothing is known."""
    active: bool
    place: Place | None = None
    """The number that can be set by hand there: an input or a bias; None for the unit that is always 1."""


@dataclass(frozen=True)
class Edge:
    """One weight as it is drawn, from a unit to one of the next column."""

    column: int
    """Of the unit it leads to."""
    source: int
    """Row of the unit it comes from; -1 for the unit that is always 1."""
    target: int
    weight: float
    label: str
    active: bool
    place: Place
    """The weight, or the bias where it comes from the unit that is always 1."""
    gradient: str
    """The derivative of the loss with respect to it: empty before its turn."""
    is_gradient: bool = False
    """Whether the label is the derivative of the loss, and not the weight."""


@dataclass(frozen=True)
class Drawing:
    """The network at one step of the pass, for one example."""

    heights: tuple[int, ...]
    """Units per column."""
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    columns: tuple[str, ...]
    """What stands over each column."""
    loss: str
    """The loss, empty before its turn."""
    loss_active: bool
    targets: tuple[str, ...]
    """Of the outputs, for this example."""
    target_places: tuple[Place, ...]
    """Where each of them is set: for classes one place for all."""
    picked: Place | None = None
