"""A window that slides: its weights, its steps, where it stands."""

from collections.abc import Sequence

from pydantic import Field, model_validator

from engine.choice import Frozen
from engine.labs.convolution.edits import MAX_EDITS, Edit, read_edit
from engine.labs.convolution.geometry import Padding
from engine.labs.convolution.kernels import MAX_SIZE, Kernel, KernelChoice, SobelX
from engine.labs.convolution.settings.problem import problem

MAX_OUT = 6
MAX_PLACES = 120
"""Of a window along a side: a picture of 96 pixels with the widest padding has fewer."""


class Window(Frozen):
    """What slides over the picture, and how."""

    kernels: tuple[Kernel, ...] = Field((SobelX(),), min_length=1, max_length=MAX_OUT, title="Kernels")
    """One for each output channel."""
    size: int = Field(3, ge=1, le=MAX_SIZE, title="Size k", description="Rows and columns of every kernel.")
    stride: int = Field(1, ge=1, le=4, title="Stride s", description="Cells from one place of the window to the next.")
    padding: Padding = Field(
        "none",
        title="Padding",
        description="What is put around the picture: nothing; zeros, so many that at stride 1 the output has its size; or the "
        "picture's own mirror image.",
    )
    dilation: int = Field(1, ge=1, le=4, title="Dilation d", description="Cells from one weight to the next.")
    groups: int = Field(
        1,
        ge=1,
        le=3,
        title="Groups g",
        description="Channels in and channels out are split into so many groups; a kernel sees the channels of its own alone.",
    )
    flip: bool = Field(
        False,
        title="Flip the kernel",
        description="Turned by half a turn before it slides: convolution as mathematics defines it.",
    )
    edits: tuple[str, ...] = Field((), max_length=MAX_EDITS, title="Weights set by hand")
    out: int = Field(1, ge=1, le=MAX_OUT, title="Output channel")
    channel: int = Field(1, ge=1, le=3, title="Input channel")
    row: int = Field(1, ge=1, le=MAX_PLACES, title="Row of the output")
    column: int = Field(1, ge=1, le=MAX_PLACES, title="Column of the output")

    @property
    def outs(self) -> int:
        """Output channels."""
        return len(self.kernels)

    @property
    def shown(self) -> int:
        """The output channel that is looked at, from 0."""
        return min(self.out, self.outs) - 1

    @property
    def read_edits(self) -> tuple[Edit, ...]:
        """The weights set by hand, in their order."""
        return tuple(read_edit(text) for text in self.edits)

    @model_validator(mode="after")
    def _kernels_have_the_size(self) -> "Window":
        for kernel in self.kernels:
            if self.size not in kernel.sizes:
                sizes = ", ".join(map(str, kernel.sizes))
                raise problem("window.size", self.size, f"{kernel.label} has sizes {sizes}")
        return self

    @model_validator(mode="after")
    def _outputs_are_grouped(self) -> "Window":
        if self.outs % self.groups:
            raise problem("window.groups", self.groups, f"it must divide the {self.outs} output channels")
        return self

    @model_validator(mode="after")
    def _edits_are_read(self) -> "Window":
        for text in self.edits:
            try:
                place = read_edit(text).place
            except ValueError as error:
                raise problem("window.edits", text, str(error)) from None
            if place.out > self.outs or max(place.row, place.column) > self.size:
                allowed = f"there are {self.outs} kernels of {self.size} by {self.size} weights"
                raise problem("window.edits", text, allowed)
        return self


def sizes_of(kernels: Sequence[KernelChoice | type[KernelChoice]]) -> tuple[int, ...]:
    """The sizes that all of them can have: those of one output must be those of every other."""
    return tuple(size for size in range(1, MAX_SIZE + 1) if all(size in kernel.sizes for kernel in kernels))
