"""A small network of convolutions and halvings, for digits on a black ground large enough to move on."""

from collections.abc import Iterator, Sequence
from math import sqrt

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from engine.labs.convolution.downsampling import DownsamplingChoice
from engine.labs.convolution.results.translation import Weights
from engine.labs.convolution.settings.translation import End
from engine.labs.convolution.stacks import Convolving, Stack
from engine.streams import stream

DIGIT, SIDE = 16, 48
"""Pixels along a side of a digit, and of the black ground in whose middle it stands."""
CHANNELS = (6, 12, 24)
CLASSES = 10
BATCH = 32
RATE = 0.02

Pictures = Float[Tensor, "pictures 1 height width"]


class ShiftNetwork(nn.Module):
    """Three times convolution 3x3 and ReLU, halved in between; then the largest number of each map, or all; then scores."""

    def __init__(self, down: DownsamplingChoice, end: End, weights: Sequence[Tensor]) -> None:
        super().__init__()
        self.down, self.end = down, end
        self.weights = nn.ParameterList(nn.Parameter(each) for each in weights)

    def maps(self, x: Pictures) -> list[Float[Tensor, "pictures channels rows columns"]]:
        """Of every layer that has one; the input is the first."""
        found = [x]
        for place in range(len(CHANNELS)):
            kernel, bias = self.weights[2 * place], self.weights[2 * place + 1]
            found.append(torch.relu(F.conv2d(found[-1], kernel, bias, padding=1)))
            if place < len(CHANNELS) - 1:
                found.append(self.down.apply(found[-1]))
        return found

    def ended(self, last: Float[Tensor, "pictures channels rows columns"]) -> Float[Tensor, "pictures numbers"]:
        """What the scores are made of."""
        return last.amax((2, 3)) if self.end == "largest" else last.flatten(1)

    def scores(self, numbers: Float[Tensor, "pictures numbers"]) -> Float[Tensor, "pictures classes"]:
        """One for each class."""
        return F.linear(numbers, self.weights[-2], self.weights[-1])

    def forward(self, x: Pictures) -> Float[Tensor, "pictures classes"]:
        """Scores of pictures."""
        return self.scores(self.ended(self.maps(x)[-1]))

    def kept(self) -> Weights:
        """Copies of its weights."""
        return tuple(each.detach().numpy().copy() for each in self.weights)


def windows(down: DownsamplingChoice) -> tuple[Stack, ...]:
    """For every map: the layers that lead to it from the picture."""
    found: list[Stack] = [()]
    for place in range(len(CHANNELS)):
        found.append((*found[-1], Convolving()))
        if place < len(CHANNELS) - 1:
            found.append((*found[-1], *down.windows))
    return tuple(found)


def drawn(down: DownsamplingChoice, end: End, seed: int) -> ShiftNetwork:
    """With He's first weights, biases 0; the same for every way to halve."""
    weights: list[Tensor] = []
    before = 1
    for place, channels in enumerate(CHANNELS):
        kernel = torch.randn(channels, before, 3, 3, generator=stream(seed, "weights", place))
        weights += [kernel * sqrt(2 / (9 * before)), torch.zeros(channels)]
        before = channels
    numbers = before if end == "largest" else before * (SIDE // 4) ** 2
    dense = torch.randn(CLASSES, numbers, generator=stream(seed, "weights", len(CHANNELS)))
    return ShiftNetwork(down, end, [*weights, dense / sqrt(numbers), torch.zeros(CLASSES)])


def from_kept(down: DownsamplingChoice, end: End, weights: Weights) -> ShiftNetwork:
    """The network again that these were copied from."""
    return ShiftNetwork(down, end, [torch.from_numpy(each.copy()) for each in weights])


def placed(digits: Float[Tensor, "pictures 1 8 8"]) -> Pictures:
    """Twice as large, in the middle of a black ground."""
    around = (SIDE - DIGIT) // 2
    large = F.interpolate(digits, size=(DIGIT, DIGIT), mode="bilinear", align_corners=False)
    return F.pad(large, (around,) * 4)


def training(
    network: ShiftNetwork, x: Pictures, labels: Int[Tensor, " pictures"], epochs: int, seed: int
) -> Iterator[float]:
    """Adam on the cross-entropy of digits that all stand in the middle; after each update, the share that is done."""
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    batches = stream(seed, "batches")
    each = -(-len(x) // BATCH)
    for epoch in range(epochs):
        order = torch.randperm(len(x), generator=batches)
        for turn, chosen in enumerate(order.split(BATCH)):
            with torch.enable_grad():
                loss = F.cross_entropy(network(x[chosen]), labels[chosen])
                optimizer.zero_grad()
                loss.backward()
            optimizer.step()
            yield (epoch * each + turn + 1) / (epochs * each)
