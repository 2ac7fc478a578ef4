"""Networks of a given number of parameters: the width that comes closest is searched."""

from collections.abc import Callable

from engine.labs.vision.against_mlp_settings import Ends
from engine.vision.blocks import Activate, AnyBlock, Convolution, Dense, GlobalPool, Pool
from engine.vision.model import Cnn
from engine.vision.network import Asked

Tried = tuple[tuple[int, int], ...]
"""(width, parameters) of some widths, in order."""
MOST_UNITS, MOST_FILTERS = 512, 64
"""Of a hidden layer; of the first of the two convolutions."""


def mlp(width: int, layers: int) -> Cnn:
    """So many hidden layers of so many units."""
    blocks: list[AnyBlock] = []
    for _ in range(layers):
        blocks += [Dense(units=width), Activate()]
    return Cnn(blocks=tuple(blocks))


def cnn(width: int, ends: Ends) -> Cnn:
    """Two convolutions, each followed by a halving; the second one has twice as many filters."""
    blocks: list[AnyBlock] = []
    for filters in (width, 2 * width):
        blocks += [Convolution(channels=filters), Activate(), Pool()]
    return Cnn(blocks=(*blocks, GlobalPool()) if ends == "global" else tuple(blocks))


def parameters_of(model: Cnn, asked: Asked) -> int:
    """By its plan: nothing is built."""
    return sum(stage.parameters for stage in model.plan(asked))


def closest(budget: int, parameters: Callable[[int], int], most: int) -> tuple[int, Tried]:
    """(the width, (width, parameters) of it and its neighbours): ``parameters`` grows with the width. By halving."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if parameters(middle) < budget:
            low = middle + 1
        else:
            high = middle
    below = max(1, low - 1)
    width = min((below, low), key=lambda each: abs(parameters(each) - budget))
    around = sorted({each for each in (width - 1, width, width + 1) if 1 <= each <= most})
    return width, tuple((each, parameters(each)) for each in around)
