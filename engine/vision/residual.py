"""The residual block: two convolutions whose result is added to what came in."""

from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.activations import Activation, ReLU
from engine.undrawn import undrawn
from engine.vision.block import BlockChoice, learned
from engine.vision.norms import MapBatchNorm, MapNorm
from engine.vision.shapes import CannotFit, Shape, needs_places, size_of
from engine.vision.windows import Channels, Kernel, Slide, Window


class Residual(BlockChoice, frozen=True):
    kind: Literal["residual"] = "residual"
    channels: Channels = Field(16, title="Channels", description="Maps that it gives.")
    kernel: Kernel = Field(3, title="Kernel", description="Side of both windows.")
    stride: int = Field(1, ge=1, le=4, title="Stride", description="Of the first convolution.")
    norm: MapNorm = MapBatchNorm()
    activation: Activation = ReLU()
    skip: bool = Field(True, title="Skip", description="Adds what came in; off, the two convolutions stand alone.")
    label: ClassVar = "Residual block"
    formula: ClassVar = (
        r"\sigma(F(a) + P a), \quad F = \mathrm{norm} \circ W_2 * \sigma \circ \mathrm{norm} \circ W_1 *"
    )
    lesson: ClassVar = (
        "Learns what to add to its input rather than the whole answer, so that depth costs no gradient. P is a 1x1 "
        "convolution where channels or size change, and nothing else."
    )
    source: ClassVar = "He et al. 2016"
    short: ClassVar = "residual"

    @property
    def named(self) -> str:
        return f"residual block {self.kernel}x{self.kernel}"

    @property
    def reach(self) -> tuple[Slide, ...]:
        return (self.window.slide, Window(self.kernel, 1, "same").slide)

    @property
    def window(self) -> Window:
        """How the first convolution slides."""
        return Window(self.kernel, self.stride, "same")

    def projects(self, before: Shape) -> bool:
        """Whether what came in has to be brought to another shape before it is added."""
        return self.skip and (before[0] != self.channels or self.stride > 1)

    def shape(self, before: Shape) -> Shape:
        needs_places(before, "a residual block")
        if self.activation.pieces > 1:
            raise CannotFit("maxout needs several maps for one, which blocks do not give: choose another activation")
        after = (self.channels, *self.window.sides(before))
        self.norm.check(after)
        return after

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        after, border = self.shape(before), self.window.border
        norms = [self.norm.build(after) or nn.Identity() for _ in range(2)]
        skip: nn.Module | None = nn.Identity() if self.skip else None
        if self.projects(before):
            skip = undrawn(nn.Conv2d, before[0], self.channels, 1, self.stride)
        return ResidualBlock(
            undrawn(nn.Conv2d, before[0], self.channels, self.kernel, self.stride, border),
            norms[0],
            self.activation.build(),
            undrawn(nn.Conv2d, self.channels, self.channels, self.kernel, 1, border),
            norms[1],
            self.activation.build(),
            skip,
        )

    def parameters(self, before: Shape) -> int:
        after = self.shape(before)
        convolutions = self.channels * (before[0] + self.channels) * self.kernel**2 + 2 * self.channels
        projection = self.channels * (before[0] + 1) if self.projects(before) else 0
        return convolutions + projection + 2 * learned(self.norm.build(after)) + 2 * learned(self.activation.build())

    def multiply_adds(self, before: Shape) -> int:
        windows = (before[0] + self.channels) * self.kernel**2
        return size_of(self.shape(before)) * (windows + (before[0] if self.projects(before) else 0))


class ResidualBlock(nn.Module):
    """Convolution, norm, activation, convolution, norm; what came in is added, unless ``skip`` is None; activation."""

    def __init__(
        self,
        a: nn.Module,
        norm_a: nn.Module,
        inner: nn.Module,
        b: nn.Module,
        norm_b: nn.Module,
        outer: nn.Module,
        skip: nn.Module | None,
    ) -> None:
        super().__init__()
        self.a, self.norm_a, self.inner = a, norm_a, inner
        self.b, self.norm_b, self.outer = b, norm_b, outer
        self.skip = skip

    def forward(self, x: Float[Tensor, "pictures before high wide"]) -> Float[Tensor, "pictures after height width"]:
        added = self.norm_b(self.b(self.inner(self.norm_a(self.a(x)))))
        return self.outer(added if self.skip is None else added + self.skip(x))
