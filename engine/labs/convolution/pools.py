"""Kinds of pooling: what each makes of the numbers of a window, and how many windows a picture has."""

from typing import Annotated, Any, ClassVar, Literal

import torch
from jaxtyping import Float, Int
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError
from torch import Tensor
from torch.nn import functional as F

from engine.choice import Choice
from engine.labs.convolution.geometry import Line


class Pool(Choice, frozen=True):
    """A row of the catalog: every channel is pooled alone."""

    picks: ClassVar[bool] = False
    """Whether it takes one number of a window, which then has a place, and not something of all of them."""
    outside: ClassVar[float] = 0.0
    """What stands beyond the border, where a window reaches there."""

    def line(self, length: int) -> Line:
        """Its window on its way along a side of so many cells. Raises engine.refusal.Refusal where it has no place."""
        raise NotImplementedError

    def apply(self, x: Float[Tensor, "channels height width"]) -> Float[Tensor, "channels rows columns"]:
        """What comes out."""
        raise NotImplementedError

    def places(self, x: Float[Tensor, "height width"]) -> Int[Tensor, "rows columns 2"] | None:
        """(row, column) in the picture of the number that each window took; None where it takes none."""
        return None


class Sliding(Pool, frozen=True):
    """A window of its own size that slides over the picture."""

    size: int = Field(2, ge=1, le=12, title="Window size", description="k: the window is k by k cells.")
    stride: int = Field(2, ge=1, le=12, title="Stride", description="s: how far the window moves at a time.")
    padding: int = Field(0, ge=0, le=6, title="Padding", description="p: cells added on every side.")

    @field_validator("padding")
    @classmethod
    def _every_window_meets_the_picture(cls, value: int, info: Any) -> int:
        size = info.data.get("size")
        if size is not None and value > size // 2:
            raise PydanticCustomError("padding", f"padding can be half of the window at most: from 0 to {size // 2}")
        return value

    def line(self, length: int) -> Line:
        found = Line(length, self.size, self.stride, before=self.padding, after=self.padding)
        found.must_fit()
        return found


class MaxPool(Sliding, frozen=True):
    kind: Literal["max"] = "max"
    label: ClassVar = "Max pooling"
    formula: ClassVar = r"y_{ij} = \max_{0 \le u, v < k} x_{si + u - p,\; sj + v - p}"
    lesson: ClassVar = (
        "Keeps the largest number of each window; that one cell alone gets a gradient. Padding never wins."
    )
    source: ClassVar = "Riesenhuber & Poggio 1999"
    picks: ClassVar = True
    outside: ClassVar = -torch.inf

    def apply(self, x: Float[Tensor, "channels height width"]) -> Float[Tensor, "channels rows columns"]:
        return F.max_pool2d(x, self.size, self.stride, self.padding)

    def places(self, x: Float[Tensor, "height width"]) -> Int[Tensor, "rows columns 2"]:
        _, flat = F.max_pool2d(x[None], self.size, self.stride, self.padding, return_indices=True)
        return torch.stack([flat[0] // x.shape[1], flat[0] % x.shape[1]], dim=-1)


class AveragePool(Sliding, frozen=True):
    kind: Literal["average"] = "average"
    is_padding_counted: bool = Field(
        True, title="Count the padding", description="Off: the sum is divided by the cells within the picture only."
    )
    label: ClassVar = "Average pooling"
    formula: ClassVar = r"y_{ij} = \frac{1}{k^2} \sum_{0 \le u, v < k} x_{si + u - p,\; sj + v - p}"
    lesson: ClassVar = (
        "The mean of each window: a blur, of which every s-th number is kept. Every cell gets its share of gradient."
    )
    source: ClassVar = "LeCun et al. 1989"

    def apply(self, x: Float[Tensor, "channels height width"]) -> Float[Tensor, "channels rows columns"]:
        return F.avg_pool2d(x, self.size, self.stride, self.padding, count_include_pad=self.is_padding_counted)


class Whole(Pool, frozen=True):
    """One window, as large as the picture, whatever its size."""

    def line(self, length: int) -> Line:
        return Line(length, length)


class GlobalAverage(Whole, frozen=True):
    kind: Literal["global_average"] = "global_average"
    label: ClassVar = "Global average pooling"
    formula: ClassVar = r"y = \frac{1}{h w} \sum_{i, j} x_{ij}"
    lesson: ClassVar = (
        "One number for each channel, whatever the size of the picture: where something was is forgotten."
    )
    source: ClassVar = "Lin et al. 2013"

    def apply(self, x: Float[Tensor, "channels height width"]) -> Float[Tensor, "channels rows columns"]:
        return x.mean((1, 2), keepdim=True)


class GlobalMax(Whole, frozen=True):
    kind: Literal["global_max"] = "global_max"
    label: ClassVar = "Global max pooling"
    formula: ClassVar = r"y = \max_{i, j} x_{ij}"
    lesson: ClassVar = (
        "The largest number of each channel: whether something is there at all, not how often, nor where."
    )
    source: ClassVar = "Oquab et al. 2015"
    picks: ClassVar = True

    def apply(self, x: Float[Tensor, "channels height width"]) -> Float[Tensor, "channels rows columns"]:
        return x.amax((1, 2), keepdim=True)

    def places(self, x: Float[Tensor, "height width"]) -> Int[Tensor, "rows columns 2"]:
        flat = x.argmax()
        return torch.stack([flat // x.shape[1], flat % x.shape[1]])[None, None]


AnyPool = Annotated[MaxPool | AveragePool | GlobalAverage | GlobalMax, Field(discriminator="kind")]
