"""Networks that read what comes in order: column by column, frame by frame, or all of it at once without the order."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from engine.choice import catalog
from engine.initializers import HeNormal, InitializerChoice, Orthogonal, XavierUniform
from engine.labs.vision.sound_settings import CellKind
from engine.sequences.cells import Cell, CellChoice
from engine.sequences.layers import RecurrentLayer
from engine.streams import stream
from engine.undrawn import undrawn
from engine.vision.blocks import Activate, AnyBlock, Convolution, GlobalPool, Pool
from engine.vision.model import Cnn
from engine.vision.network import Asked, VisionNetwork

RECURRENT, HIDDEN, OUTPUT = 1000, 1001, 1002
"""The streams of first weights that are not a CNN's."""


class OneByOne(nn.Module):
    """A recurrent layer over all steps, then an affine map of its last state to the scores."""

    def __init__(self, cell: CellKind, inputs: int, units: int, classes: int, seed: int) -> None:
        super().__init__()
        row = catalog(Cell)[cell](kind=cell)
        if not isinstance(row, CellChoice):
            raise TypeError(f"{cell} is no cell")
        self.layer = RecurrentLayer(row, inputs, units)
        self.layer.initialize(XavierUniform(), Orthogonal(), stream(seed, "weights", RECURRENT))
        self.output = affine(units, classes, XavierUniform(), seed, OUTPUT)

    def forward(self, x: Float[Tensor, "batch steps inputs"]) -> Float[Tensor, "batch classes"]:
        states, _ = self.layer(x)
        return self.output(states[:, -1])


class AllTogether(nn.Module):
    """The mean of all steps, whatever their order, then a hidden layer and the scores."""

    def __init__(self, inputs: int, units: int, classes: int, seed: int) -> None:
        super().__init__()
        self.hidden = affine(inputs, units, HeNormal(), seed, HIDDEN)
        self.output = affine(units, classes, XavierUniform(), seed, OUTPUT)

    def forward(self, x: Float[Tensor, "batch steps inputs"]) -> Float[Tensor, "batch classes"]:
        return self.output(F.relu(self.hidden(x.mean(1))))


class FrameByFrame(nn.Module):
    """The same CNN looks at every frame; what it finds in each goes, in order, to a reader of steps."""

    def __init__(self, eye: VisionNetwork, reader: OneByOne | AllTogether) -> None:
        super().__init__()
        self.eye, self.reader = eye, reader

    def forward(self, x: Float[Tensor, "batch frames 1 height width"]) -> Float[Tensor, "batch classes"]:
        seen = F.relu(self.eye(x.flatten(0, 1)))
        return self.reader(seen.unflatten(0, x.shape[:2]))


def affine(inputs: int, outputs: int, initializer: InitializerChoice, seed: int, place: int) -> nn.Linear:
    """An affine map with its first weights from a stream of its own; biases begin at 0."""
    made = undrawn(nn.Linear, inputs, outputs)
    initializer.fill(made.weight.data, stream(seed, "weights", place))
    nn.init.zeros_(made.bias)
    return made


def looker(
    shape: tuple[int, int, int], outputs: int, channels: tuple[int, ...], *, keep_place: bool, seed: int
) -> VisionNetwork:
    """A CNN: convolutions of 3 x 3, each halved by max pooling, then ``outputs`` numbers.

    These are made of the last maps place by place, or with ``keep_place`` off of the mean of each.
    """
    blocks: list[AnyBlock] = []
    for count in channels:
        blocks += [Convolution(channels=count), Activate(), Pool()]
    if not keep_place:
        blocks.append(GlobalPool())
    return Cnn(blocks=tuple(blocks)).build(Asked(shape, outputs), seed)
