"""The settings of the section on transposed convolution."""

from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen
from engine.labs.convolution.stamps import AnyStamp, Ones


class Transposed(Frozen):
    """A small input, and the kernel that each of its cells stamps into the output."""

    view: Literal["stamps", "overlap", "inverse"] = "stamps"
    side: int = Field(3, ge=1, le=6, title="Input cells along a side", description="n: the input is n by n.")
    values: Literal["drawn", "counted", "ones"] = Field(
        "counted", title="Input", description="counted: 1, 2, 3 and so on; drawn: whole numbers from -3 to 3 at random."
    )
    size: int = Field(3, ge=1, le=7, title="Kernel size", description="k: the kernel is k by k.")
    stride: int = Field(2, ge=1, le=4, title="Stride", description="s: cells from one stamp to the next.")
    padding: int = Field(0, ge=0, le=3, title="Padding", description="p: cells cut off on every side of the output.")
    extra: int = Field(
        0,
        ge=0,
        le=3,
        title="Output padding",
        description="Cells more at the lower and the right end; less than the stride.",
    )
    kernel: AnyStamp = Ones()
    row: int = Field(1, ge=1, le=6, title="Row of the input")
    column: int = Field(1, ge=1, le=6, title="Column of the input")
    seeds: int = Field(8, ge=1, le=40, title="Kernels drawn", description="For the measured unevenness.")

    @field_validator("padding")
    @classmethod
    def _something_is_left(cls, value: int, info: Any) -> int:
        side, size, stride = (info.data.get(name) for name in ("side", "size", "stride"))
        if side is None or size is None or stride is None:
            return value
        whole = (side - 1) * stride + size
        if whole - 2 * value < 1:
            most = (whole - 1) // 2
            raise PydanticCustomError(
                "padding", f"all stamps together are {whole} cells wide: at most {most} can go on every side"
            )
        return value

    @field_validator("extra")
    @classmethod
    def _is_less_than_the_stride(cls, value: int, info: Any) -> int:
        stride = info.data.get("stride")
        if stride is not None and value >= stride:
            raise PydanticCustomError(
                "extra", f"output padding is less than the stride: from 0 to {stride - 1}. It only settles which of the "
                "sizes is meant that the stride makes alike",
            )  # fmt: skip
        return value

    @property
    def output(self) -> int:
        """Cells along a side of the output: (n - 1) s - 2p + k + output padding."""
        return (self.side - 1) * self.stride - 2 * self.padding + self.size + self.extra

    @property
    def at(self) -> tuple[int, int]:
        """The input cell that is looked at, from 0: that of the settings, as far as the input goes."""
        return min(self.row, self.side) - 1, min(self.column, self.side) - 1
