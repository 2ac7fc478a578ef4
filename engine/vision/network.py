"""What a network on pictures is to its run, whatever it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from engine.dropout import Dropout
from engine.initializers import InitializerChoice
from engine.streams import stream
from engine.undrawn import undrawn
from engine.vision.images import Images
from engine.vision.shapes import Shape, is_flat, size_of

PER_BLOCK = 8
"""The streams of first weights: so many for each block, so that one block's draws shift no other's. 0 is the output's."""


@dataclass(frozen=True)
class Asked:
    """What a network is made for."""

    shape: tuple[int, int, int]
    """Of one picture: (channels, height, width)."""
    outputs: int
    """Numbers it answers, for a picture or for every place."""
    per_pixel: bool = False
    """Whether it answers at every place of its last map."""
    mean: tuple[float, ...] = ()
    """Of each channel, over the training part; empty where pictures are taken as they come."""
    std: tuple[float, ...] = ()

    @classmethod
    def of(cls, data: Images, outputs: int, *, per_pixel: bool = False) -> "Asked":
        """For these pictures."""
        return cls(data.shape, outputs, per_pixel, data.mean, data.std)


class VisionNetwork(nn.Module):
    """Looks at pictures, 0 to 1, and answers with ``outputs`` numbers each, or at each place of its last map.

    First weights and dropout come from the run's own streams.
    """

    mean: Tensor
    std: Tensor
    head: nn.Module
    """From the last features to the outputs."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked
        channels = asked.shape[0]
        mean, std = asked.mean or (0.0,) * channels, asked.std or (1.0,) * channels
        self.register_buffer("mean", torch.tensor(mean).reshape(-1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).reshape(-1, 1, 1), persistent=False)

    def forward(self, x: Float[Tensor, "pictures channels height width"]) -> Float[Tensor, "pictures outputs *places"]:
        """Scores of each picture; of heads that answer everywhere, of each place."""
        return self.head(self.last(self.standardized(x)))

    def standardized(
        self, x: Float[Tensor, "pictures channels height width"]
    ) -> Float[Tensor, "pictures channels height width"]:
        """Each channel less its mean over the training part, divided by its standard deviation there."""
        return (x - self.mean) / self.std

    def last(self, x: Float[Tensor, "pictures channels height width"]) -> Float[Tensor, "pictures *features"]:
        """What the head reads, of standardized pictures."""
        raise NotImplementedError

    def features(self, x: Float[Tensor, "pictures channels height width"]) -> list[Float[Tensor, "pictures *features"]]:
        """What each block gives, in order, of pictures from 0 to 1: maps, or units once flat. The last is the head's input."""
        raise NotImplementedError

    @property
    def names(self) -> tuple[str, ...]:
        """What each of ``features`` is called: ``1 convolution 3x3``."""
        raise NotImplementedError

    @property
    def parts(self) -> list[nn.Module]:
        """The module of each of ``names``: its output is that of ``features``."""
        raise NotImplementedError

    def activated(self, features: list[Tensor]) -> list[tuple[nn.Module, Tensor]]:
        """(activation function, what it received) of each block that is one, of what ``features`` gave."""
        return []

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        """The weights by name, from the input to the output: (out, in, height, width) or (out, in)."""
        raise NotImplementedError

    @property
    def droppers(self) -> list[Dropout]:
        """Its dropout layers, in order."""
        return [module for module in self.modules() if isinstance(module, Dropout)]

    def set_dropout(self, rates: Iterable[float]) -> None:
        """Drop with these probabilities from now on, one for each of ``droppers``."""
        for dropper, p in zip(self.droppers, rates, strict=True):
            dropper.p = p

    @property
    def has_modes(self) -> bool:
        """Whether it may answer otherwise in training than in evaluation: with dropout or batch norm."""
        return any(dropper.p > 0 for dropper in self.droppers) or has_batch_norm(self)


def has_batch_norm(network: nn.Module) -> bool:
    """Whether some of it needs batches of more than one."""
    return any(isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) for module in network.modules())


def weighted(module: nn.Module) -> list[tuple[str, nn.Conv2d | nn.ConvTranspose2d | nn.Linear]]:
    """The layers with weights anywhere in a module, by their names in it and in their order."""
    kinds = nn.Conv2d | nn.ConvTranspose2d | nn.Linear
    return [(name, layer) for name, layer in module.named_modules() if isinstance(layer, kinds)]


def fill(block: nn.Module, number: int, initializer: InitializerChoice, seed: int) -> None:
    """Draw the first weights of a block, counted from 1 (0: the output), each layer from its own stream; biases are 0."""
    for place, (_, layer) in enumerate(weighted(block)):
        initializer.fill(layer.weight.data, stream(seed, "weights", PER_BLOCK * number + place))
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def head_of(last: Shape, asked: Asked) -> nn.Module:
    """The affine map at the end: of all numbers together, or at each place. Its weights are left unfilled."""
    if asked.per_pixel:
        return undrawn(nn.Conv2d, last[0], asked.outputs, 1)
    affine = undrawn(nn.Linear, size_of(last), asked.outputs)
    return affine if is_flat(last) else nn.Sequential(nn.Flatten(), affine)


def named_weights(block: nn.Module, name: str) -> dict[str, nn.Parameter]:
    """The weights of a block: by its name alone where it has one layer, with the layer's behind it where it has more."""
    layers = weighted(block)
    return {name if len(layers) == 1 else f"{name} {inner}": _weight(layer) for inner, layer in layers}


def _weight(layer: nn.Module) -> nn.Parameter:
    found = layer.weight
    assert isinstance(found, nn.Parameter)
    return found
