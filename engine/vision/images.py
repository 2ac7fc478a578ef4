"""``Images``: what a network that looks at pictures is trained on, whatever the source."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, Shaped, UInt8
from torch import Tensor

NO_OBJECT = -1
"""The class of a place among ``Truth.objects`` where a picture has none."""
BACKGROUND = 0
"""The class of a pixel of ``Truth.mask`` that belongs to no object; class c of the pictures is c + 1 there."""


@dataclass(frozen=True)
class Truth:
    """What is known of the pictures of a part, besides their class, so that every head has something to learn."""

    box: Float[Tensor, "pictures 4"] | None = None
    """Of the one object that the picture is named after: left, top, right, bottom, as shares of width and height."""
    angle: Float[Tensor, " pictures"] | None = None
    """How far that object is turned, in radians, anticlockwise as seen; see the source for its range."""
    steering: Float[Tensor, " pictures"] | None = None
    """Where the way leads: an angle in radians, positive to the left; at a fork one of the two that are right."""
    mask: UInt8[Tensor, "pictures height width"] | None = None
    """Of every pixel: ``BACKGROUND``, or 1 + the class of the object that is seen there."""
    objects: Float[Tensor, "pictures most 5"] | None = None
    """Of every object: its class, then its box as above; ``NO_OBJECT`` and zeros where there are fewer than the most."""
    shares: Float[Tensor, "pictures classes"] | None = None
    """How much of each class is in a picture that is mixed of several; None where each is of one class alone."""

    def rows(self, chosen: Int[Tensor, " chosen"] | slice) -> "Truth":
        """The same of some pictures."""
        known = {name: value[chosen] for name, value in vars(self).items() if value is not None}
        return Truth(**known)

    def only(self, *names: str) -> "Truth":
        """Some of it."""
        return Truth(**{name: getattr(self, name) for name in names})

    def to(self, device: torch.device) -> "Truth":
        """The same on a device."""
        return Truth(**{name: value.to(device) for name, value in vars(self).items() if value is not None})


@dataclass(frozen=True)
class Part:
    """The pictures of one part."""

    pixels: Float[Tensor, "pictures channels height width"] | UInt8[Tensor, "pictures channels height width"]
    """Brightness, 0 to 1; or, a quarter of the bytes, 0 to 255."""
    label: Int[Tensor, " pictures"]
    """The class of each picture, 0, 1, ...; of a scene of several objects that of the largest."""
    truth: Truth = Truth()

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def x(self) -> Float[Tensor, "pictures channels height width"]:
        """Brightness, 0 to 1: of many pictures choose ``rows`` first."""
        return brightness(self.pixels)

    @property
    def packed(self) -> "Part":
        """The same with its brightness in whole 255ths, as files of pictures have it."""
        return self if self.pixels.dtype == torch.uint8 else Part(in_bytes(self.pixels), self.label, self.truth)

    def rows(self, chosen: Int[Tensor, " chosen"] | slice) -> "Part":
        """Some of its pictures."""
        return Part(self.pixels[chosen], self.label[chosen], self.truth.rows(chosen))

    def first(self, count: int) -> "Part":
        """The first ``count`` pictures, or all where there are fewer."""
        return self.rows(slice(count))

    def to(self, device: torch.device) -> "Part":
        """The same on a device."""
        return Part(self.pixels.to(device), self.label.to(device), self.truth.to(device))


@dataclass(frozen=True)
class Images:
    """Pictures in three parts, and what a network needs to know of them."""

    train: Part
    validation: Part
    test: Part
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    """Of each channel over the training part: networks take pictures less it, divided by ``std``."""
    std: tuple[float, ...]
    note: str = ""
    """What a learner should know of where they come from."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        _, channels, height, width = self.train.pixels.shape
        return channels, height, width

    @property
    def nbytes(self) -> int:
        """Bytes of all pictures and truths."""
        held = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in self._tensors}
        return sum(held.values())

    @property
    def _tensors(self) -> list[Tensor]:
        parts = (self.train, self.validation, self.test)
        truths = [value for part in parts for value in vars(part.truth).values() if value is not None]
        return [*(part.pixels for part in parts), *(part.label for part in parts), *truths]


def images_of(train: Part, validation: Part, test: Part, classes: tuple[str, ...], note: str = "") -> Images:
    """``Images``, packed, with mean and standard deviation of each channel taken from the training part."""
    train, validation, test = train.packed, validation.packed, test.packed
    mean = train.x.mean((0, 2, 3)).tolist()
    std = train.x.std((0, 2, 3), correction=0).clamp(min=1e-6).tolist()
    return Images(train, validation, test, classes, tuple(mean), tuple(std), note=note)


def brightness(pixels: Shaped[Tensor, "*pictures"]) -> Float[Tensor, "*pictures"]:
    """Of 0 to 1, whichever way it is kept."""
    return pixels if pixels.is_floating_point() else pixels.float().div_(255)


def in_bytes(x: Float[Tensor, "*pictures"]) -> UInt8[Tensor, "*pictures"]:
    """The nearest whole 255ths."""
    return (x * 255).round_().to(torch.uint8)
