"""How many parameters networks for pictures have, layer by layer, in closed form: nothing is built."""

import itertools

import numpy as np

from engine.labs.vision.against_mlp_settings import Counting, Ends
from engine.labs.vision.results.counted import Counted, Grown, Layer

SIDES = (8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def mlp(asked: Counting) -> Counted:
    """Every pixel of every channel goes to every unit of the first layer."""
    sizes = (asked.channels * asked.height * asked.width, *asked.hidden)
    layers = [
        Layer(f"hidden layer {place}", (before, after), f"{after:,}")
        for place, (before, after) in enumerate(itertools.pairwise(sizes), start=1)
    ]
    return Counted("MLP", (*layers, _scores(sizes[-1], asked.classes)))


def cnn(asked: Counting, ends: Ends) -> Counted:
    """Convolutions whose border keeps the size, each followed by a halving; then scores of all numbers or of the means."""
    height, width = asked.height, asked.width
    layers, before = [], asked.channels
    for place, filters in enumerate(asked.filters, start=1):
        height, width = halved(height), halved(width)
        terms = (before, asked.kernel, asked.kernel, filters)
        layers.append(Layer(f"convolution {place}", terms, f"{filters} × {height} × {width}, halved"))
        before = filters
    left = before if ends == "global" else before * height * width
    label = "CNN, global average" if ends == "global" else "CNN, flattened"
    return Counted(label, (*layers, _scores(left, asked.classes)))


def halved(pixels: int) -> int:
    """What 2 × 2 pooling leaves of a side; a side of 1 stays."""
    return max(1, pixels // 2)


def _scores(inputs: int, classes: int) -> Layer:
    return Layer("scores", (inputs, classes), f"{classes}")


def all_three(asked: Counting) -> tuple[Counted, Counted, Counted]:
    """The MLP, the CNN with all its numbers, the CNN with the mean of each channel."""
    return mlp(asked), cnn(asked, "flatten"), cnn(asked, "global")


def grown(asked: Counting) -> Grown:
    """The same networks for square pictures of other sides."""
    tables = [all_three(asked.model_copy(update={"height": side, "width": side})) for side in SIDES]
    lines = [(tables[0][place].label, np.array([row[place].total for row in tables], float)) for place in range(3)]
    return Grown(np.array(SIDES), tuple(lines))
