"""The catalog of kernels: the weights that slide over a picture."""

from functools import reduce
from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field

from engine.choice import Choice
from engine.labs.convolution.learned import FILTERS, filters
from engine.streams import stream

MAX_SIZE = 7
ANY = tuple(range(1, MAX_SIZE + 1))
ODD = (1, 3, 5, 7)

Square = Float[np.ndarray, "size size"]
Weights = Float[np.ndarray, "channels size size"]


class KernelChoice(Choice, frozen=True):
    """A row of the catalog."""

    sizes: ClassVar[tuple[int, ...]] = ANY
    """Rows and columns that it can have."""

    def matrix(self, size: int) -> Square:
        """Its weights over one channel, the first row on top."""
        raise NotImplementedError

    def weights(self, size: int, channels: int, out: int) -> Weights:
        """Its weights over ``channels``, for output ``out`` (from 0).

        A fixed kernel gives every channel its share, so that a grey picture comes to the same in one channel or in three.
        """
        return np.repeat(self.matrix(size)[None] / channels, channels, axis=0)


class Identity(KernelChoice, frozen=True):
    kind: Literal["identity"] = "identity"
    sizes: ClassVar = ODD
    label: ClassVar = "Identity"
    formula: ClassVar = r"w_{ij} = [\,i = j = \text{middle}\,]"
    lesson: ClassVar = "One 1 in the middle: the picture comes out as it was."
    source: ClassVar = "By definition"

    def matrix(self, size: int) -> Square:
        return _middle(size)


class BoxBlur(KernelChoice, frozen=True):
    kind: Literal["box"] = "box"
    label: ClassVar = "Box blur"
    formula: ClassVar = r"w_{ij} = 1 / k^2"
    lesson: ClassVar = "The mean of what lies under the window: noise goes, edges soften."
    source: ClassVar = "Moving average"

    def matrix(self, size: int) -> Square:
        return np.full((size, size), 1 / size**2)


class GaussianBlur(KernelChoice, frozen=True):
    kind: Literal["gaussian"] = "gaussian"
    sigma: float = Field(1.0, ge=0.3, le=4.0, title="Width σ", description="In pixels.")
    label: ClassVar = "Gaussian blur"
    formula: ClassVar = r"w_{ij} \propto e^{-(i^2 + j^2) / 2\sigma^2}, \; \sum w_{ij} = 1"
    lesson: ClassVar = "A mean in which near pixels count more: no corners of the window show."
    source: ClassVar = "Gauss; Marr and Hildreth 1980"

    def matrix(self, size: int) -> Square:
        away = np.arange(size) - (size - 1) / 2
        line = np.exp(-(away**2) / (2 * self.sigma**2))
        line /= line.sum()
        return np.outer(line, line)


class Sharpen(KernelChoice, frozen=True):
    kind: Literal["sharpen"] = "sharpen"
    sizes: ClassVar = (3,)
    label: ClassVar = "Sharpen"
    formula: ClassVar = r"\text{identity} - \text{Laplacian}"
    lesson: ClassVar = "Adds to each pixel how far it stands out from its neighbours."
    source: ClassVar = "Unsharp masking; Rosenfeld and Kak 1976"

    def matrix(self, size: int) -> Square:
        return _middle(size) - Laplacian().matrix(size)


class SobelX(KernelChoice, frozen=True):
    kind: Literal["sobel_x"] = "sobel_x"
    sizes: ClassVar = (3, 5, 7)
    label: ClassVar = "Sobel x"
    formula: ClassVar = r"[1\; 2\; 1]^T \, [-1\; 0\; 1] \text{ for } k = 3"
    lesson: ClassVar = "How brightness rises to the right: upright edges light up, level ones do not."
    source: ClassVar = "Sobel and Feldman 1968"

    def matrix(self, size: int) -> Square:
        return np.outer(_binomial(size), np.convolve(_binomial(size - 2), [-1, 0, 1]))


class SobelY(KernelChoice, frozen=True):
    kind: Literal["sobel_y"] = "sobel_y"
    sizes: ClassVar = (3, 5, 7)
    label: ClassVar = "Sobel y"
    formula: ClassVar = r"[-1\; 0\; 1]^T \, [1\; 2\; 1] \text{ for } k = 3"
    lesson: ClassVar = "How brightness rises downward: level edges light up, upright ones do not."
    source: ClassVar = "Sobel and Feldman 1968"

    def matrix(self, size: int) -> Square:
        return SobelX().matrix(size).T


class Laplacian(KernelChoice, frozen=True):
    kind: Literal["laplacian"] = "laplacian"
    sizes: ClassVar = (3,)
    label: ClassVar = "Laplacian"
    formula: ClassVar = r"\partial_x^2 + \partial_y^2 \approx [1\; {-2}\; 1] + [1\; {-2}\; 1]^T"
    lesson: ClassVar = (
        "How far the neighbours' mean is above a pixel: edges of all directions, and every grain of noise."
    )
    source: ClassVar = "Five-point stencil of the second derivative"

    def matrix(self, size: int) -> Square:
        return np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


class Emboss(KernelChoice, frozen=True):
    kind: Literal["emboss"] = "emboss"
    sizes: ClassVar = (3,)
    label: ClassVar = "Emboss"
    formula: ClassVar = r"\text{identity} + \text{slope from upper left to lower right}"
    lesson: ClassVar = "The picture as a relief that is lit from one corner."
    source: ClassVar = "Directional difference"

    def matrix(self, size: int) -> Square:
        return np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])


class RandomKernel(KernelChoice, frozen=True):
    kind: Literal["random"] = "random"
    draw: int = Field(0, ge=0, le=9999, title="Draw", description="Another number draws other weights.")
    label: ClassVar = "Random"
    formula: ClassVar = r"w_{cij} \sim \mathcal{N}(0, 1 / (c k^2))"
    lesson: ClassVar = "What a layer begins with: mostly edges of no meaning, yet already usable features."
    source: ClassVar = "LeCun et al. 1998"

    def weights(self, size: int, channels: int, out: int) -> Weights:
        draws = stream(self.draw, "weights", out)
        drawn = torch.randn((channels, size, size), generator=draws, dtype=torch.float64)
        return drawn.numpy() / (channels * size**2) ** 0.5


class LearnedKernel(KernelChoice, frozen=True):
    kind: Literal["learned"] = "learned"
    number: int = Field(1, ge=1, le=FILTERS, title="Kernel of the layer")
    seed: int = Field(0, ge=0, le=9999, title="Seed of the network", description="Another one learns other kernels.")
    sizes: ClassVar = ODD
    label: ClassVar = "Learned"
    formula: ClassVar = r"w \leftarrow w - \eta\, \partial L / \partial w \text{, repeated}"
    lesson: ClassVar = "From the first layer of a small CNN that has just learned digits here: edges nobody designed."
    source: ClassVar = "LeCun et al. 1989"

    def matrix(self, size: int) -> Square:
        return filters(size, self.seed).weights[self.number - 1]


Kernel = Annotated[
    Identity | BoxBlur | GaussianBlur | Sharpen | SobelX | SobelY | Laplacian | Emboss | RandomKernel | LearnedKernel,
    Field(discriminator="kind"),
]


def _middle(size: int) -> Square:
    """All 0 but a 1 in the middle."""
    weights = np.zeros((size, size))
    weights[size // 2, size // 2] = 1.0
    return weights


def _binomial(size: int) -> Float[np.ndarray, " size"]:
    """Row ``size - 1`` of Pascal's triangle: [1, 2, 1] for 3."""
    return reduce(np.convolve, [np.array([1.0, 1.0])] * (size - 1), np.array([1.0]))
