"""Two small networks of one size on digits, as they are and with all pixels in another order, the same for every picture."""

from dataclasses import dataclass, replace
from functools import cache

import torch
from jaxtyping import Int
from torch import Tensor, nn

from engine.batches import Batches
from engine.streams import stream
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.images import Images, Part
from engine.vision.model import Cnn
from engine.vision.network import Asked
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits

CNN = Cnn(blocks=(Convolution(channels=12), Activate(), Pool(), Convolution(channels=16), Activate(), Pool()))
MLP = Cnn(blocks=(Dense(units=33), Activate()))
"""About as many parameters."""
UPDATES, RATE, BATCH = 130, 0.01, 64


@dataclass(frozen=True)
class Score:
    """What one network came to."""

    parameters: int
    plain: float
    """Share of the test pictures that it gets right."""
    shuffled: float
    """The same where it was trained and tested on shuffled ones."""


def order(images: Images, seed: int) -> Int[Tensor, " cells"]:
    """A fixed order of all pixels."""
    _, height, width = images.shape
    return torch.randperm(height * width, generator=stream(seed, "data"))


def shuffled(images: Images, seed: int) -> Images:
    """All pictures with their pixels in that order."""
    places = order(images, seed)

    def moved(part: Part) -> Part:
        return replace(part, pixels=part.pixels.flatten(2)[:, :, places].unflatten(2, part.pixels.shape[2:]))

    return replace(images, train=moved(images.train), validation=moved(images.validation), test=moved(images.test))


@cache
def scores(seed: int) -> tuple[Score, Score]:
    """(of the CNN, of the MLP), trained with the same batches."""
    images = built(Digits(), seed)
    other = shuffled(images, seed)
    found = []
    for row in (CNN, MLP):
        network, right = trained(row, images, seed)
        _, less_right = trained(row, other, seed)
        found.append(Score(sum(each.numel() for each in network.parameters()), right, less_right))
    return found[0], found[1]


def trained(row: Cnn, images: Images, seed: int) -> tuple[nn.Module, float]:
    """(the network after ``UPDATES`` updates by Adam, share of the test pictures that it gets right)."""
    network = row.build(Asked.of(images, len(images.classes), per_pixel=False), seed, torch.device("cpu"))
    batches = Batches(images.train.x, images.train.label, BATCH, seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    for _ in range(UPDATES):
        x, y = batches.draw()
        loss = nn.functional.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = network(images.test.x).argmax(1) == images.test.label
    return network, float(right.double().mean())
