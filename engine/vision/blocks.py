"""The catalog of blocks that networks on pictures are built of."""

from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.activations import Activation, ReLU
from engine.dropout import Dropout
from engine.undrawn import undrawn
from engine.vision.block import BlockChoice, learned
from engine.vision.norms import MapBatchNorm, MapNorm
from engine.vision.residual import Residual
from engine.vision.shapes import CannotFit, Shape, is_flat, needs_places, size_of
from engine.vision.windows import Channels, Kernel, Padding, Slide, Window

MAX_UNITS = 512


class Convolution(BlockChoice, frozen=True):
    kind: Literal["convolution"] = "convolution"
    channels: Channels = Field(16, title="Channels", description="Kernels, and so maps that it gives.")
    kernel: Kernel = Field(3, title="Kernel", description="Side of the window.")
    stride: int = Field(1, ge=1, le=4, title="Stride", description="Pixels from one place of the window to the next.")
    padding: Padding = Field(
        "same", title="Padding", description="same: zeros around, so that the size stays; none: it shrinks."
    )
    dilation: int = Field(1, ge=1, le=4, title="Dilation", description="Pixels between the cells of the window.")
    groups: int = Field(
        1, ge=1, le=128, title="Groups", description="Channels are shared out; each group sees its own only."
    )
    label: ClassVar = "Convolution"
    formula: ClassVar = r"z_{o,y,x} = b_o + \sum_{c,i,j} w_{o,c,i,j}\, a_{c,\, sy + di - p,\, sx + dj - p}"
    lesson: ClassVar = "The same small window of weights at every place: what it finds here it finds there."
    source: ClassVar = "LeCun et al. 1989"
    short: ClassVar = "conv"

    @property
    def window(self) -> Window:
        """How it slides."""
        return Window(self.kernel, self.stride, self.padding, self.dilation)

    @property
    def named(self) -> str:
        return f"convolution {self.kernel}x{self.kernel}"

    @property
    def reach(self) -> tuple[Slide, ...]:
        return (self.window.slide,)

    def shape(self, before: Shape) -> Shape:
        needs_places(before, "a convolution")
        if before[0] % self.groups or self.channels % self.groups:
            raise CannotFit(
                f"{before[0]} channels to {self.channels} can't be shared out evenly among {self.groups} groups"
            )
        return (self.channels, *self.window.sides(before))

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        given = {"stride": self.stride, "padding": self.window.border, "dilation": self.dilation, "groups": self.groups}
        return undrawn(nn.Conv2d, before[0], self.channels, self.kernel, **given)  # type: ignore[arg-type]

    def parameters(self, before: Shape) -> int:
        return self.channels * (before[0] // self.groups * self.kernel**2 + 1)

    def multiply_adds(self, before: Shape) -> int:
        return size_of(self.shape(before)) * (before[0] // self.groups) * self.kernel**2


class Normalize(BlockChoice, frozen=True):
    kind: Literal["norm"] = "norm"
    norm: MapNorm = MapBatchNorm()
    label: ClassVar = "Norm"
    formula: ClassVar = r"\hat z = \gamma \frac{z - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
    lesson: ClassVar = (
        "Brings every map to a mean and a spread that it learns; usually between convolution and activation."
    )
    source: ClassVar = "Ioffe and Szegedy 2015"
    short: ClassVar = "norm"

    @property
    def named(self) -> str:
        return self.norm.label.lower()

    def shape(self, before: Shape) -> Shape:
        self.norm.check(before)
        return before

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        return self.norm.build(before) or nn.Identity()

    def parameters(self, before: Shape) -> int:
        return learned(self.norm.build(before))


class Activate(BlockChoice, frozen=True):
    kind: Literal["activation"] = "activation"
    activation: Activation = ReLU()
    label: ClassVar = "Activation"
    formula: ClassVar = r"a = \sigma(z) \quad \text{number by number}"
    lesson: ClassVar = "Without one between them, two convolutions are one larger convolution."
    source: ClassVar = "Nair and Hinton 2010"
    short: ClassVar = "activation"

    @property
    def named(self) -> str:
        return self.activation.label

    def shape(self, before: Shape) -> Shape:
        if self.activation.pieces > 1:
            raise CannotFit("maxout needs several maps for one, which blocks do not give: choose another activation")
        return before

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        return self.activation.build()

    def parameters(self, before: Shape) -> int:
        return learned(self.activation.build())


class Pool(BlockChoice, frozen=True):
    kind: Literal["pool"] = "pool"
    mode: Literal["max", "average"] = Field(
        "max", title="Takes", description="Of each window its largest number, or the mean."
    )
    size: int = Field(2, ge=2, le=8, title="Window", description="Side of the window.")
    stride: int = Field(2, ge=1, le=8, title="Stride", description="Pixels from one place of the window to the next.")
    label: ClassVar = "Pool"
    formula: ClassVar = r"a_{c,y,x} = \max_{0 \le i,j < k} a_{c,\, sy + i,\, sx + j} \quad \text{or the mean}"
    lesson: ClassVar = "Fewer places, each seeing more: a small shift of the picture changes less."
    source: ClassVar = "LeCun et al. 1989 (mean); Ranzato et al. 2007 (max)"
    short: ClassVar = "pool"

    @property
    def named(self) -> str:
        return f"{self.mode} pool {self.size}x{self.size}"

    @property
    def reach(self) -> tuple[Slide, ...]:
        return (Window(self.size, self.stride).slide,)

    def shape(self, before: Shape) -> Shape:
        needs_places(before, "a pool")
        if min(before[1:]) == 1:
            raise CannotFit(f"the picture is {before[1]}x{before[2]} already")
        return (before[0], *Window(self.size, self.stride).sides(before))

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        kind = nn.MaxPool2d if self.mode == "max" else nn.AvgPool2d
        return kind(self.size, self.stride)


class Drop(BlockChoice, frozen=True):
    kind: Literal["dropout"] = "dropout"
    p: float = Field(
        0.25,
        ge=0.0,
        le=0.9,
        title="Rate",
        description="Probability that a number is silenced.",
        json_schema_extra={"step": 0.05},
    )
    label: ClassVar = Dropout.label
    formula: ClassVar = Dropout.formula
    lesson: ClassVar = Dropout.lesson
    source: ClassVar = Dropout.source
    short: ClassVar = "dropout"

    @property
    def named(self) -> str:
        return f"dropout {self.p:g}"

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        return Dropout(self.p, generator)


class GlobalPool(BlockChoice, frozen=True):
    kind: Literal["global_pool"] = "global_pool"
    mode: Literal["average", "max"] = Field(
        "average", title="Takes", description="Of each map its mean, or its largest number."
    )
    label: ClassVar = "Global pool"
    formula: ClassVar = r"a_c = \frac{1}{HW} \sum_{y,x} a_{c,y,x} \quad \text{or } \max_{y,x}"
    lesson: ClassVar = "One number a map, whatever the size of the picture: how much of it there is, no longer where."
    source: ClassVar = "Lin et al. 2014"
    short: ClassVar = "global pool"

    @property
    def named(self) -> str:
        return f"global {self.mode} pool"

    def shape(self, before: Shape) -> Shape:
        needs_places(before, "a global pool")
        return before[:1]

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        return Everywhere(self.mode)


class Everywhere(nn.Module):
    """The mean or the largest number of each map."""

    def __init__(self, mode: Literal["average", "max"]) -> None:
        super().__init__()
        self.mode = mode

    def forward(self, a: Float[Tensor, "pictures channels height width"]) -> Float[Tensor, "pictures channels"]:
        return a.mean((2, 3)) if self.mode == "average" else a.amax((2, 3))


class Dense(BlockChoice, frozen=True):
    kind: Literal["dense"] = "dense"
    units: int = Field(32, ge=1, le=MAX_UNITS, title="Units", description="Numbers that it gives.")
    label: ClassVar = "Dense"
    formula: ClassVar = r"z = W a + b \quad \text{with maps laid out in one row}"
    lesson: ClassVar = "Every number meets every number, each place with weights of its own."
    source: ClassVar = "Rosenblatt 1958"
    short: ClassVar = "dense"

    @property
    def named(self) -> str:
        return f"dense {self.units}"

    def shape(self, before: Shape) -> Shape:
        return (self.units,)

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        affine = undrawn(nn.Linear, size_of(before), self.units)
        return affine if is_flat(before) else nn.Sequential(nn.Flatten(), affine)

    def parameters(self, before: Shape) -> int:
        return self.units * (size_of(before) + 1)

    def multiply_adds(self, before: Shape) -> int:
        return self.units * size_of(before)


AnyBlock = Annotated[
    Convolution | Normalize | Activate | Pool | Drop | Residual | GlobalPool | Dense, Field(discriminator="kind")
]
