"""A window that slides over a picture: how many places it has, and the settings that decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field

from engine.vision.shapes import CannotFit, Shape

MAX_CHANNELS = 128


def odd(side: int) -> int:
    """The side itself. Raises ValueError where it is even."""
    if side % 2 == 0:
        raise ValueError(
            "choose an odd side: such a window has a middle, and zeros around it can be alike on all sides"
        )
    return side


Kernel = Annotated[int, Field(ge=1, le=7, json_schema_extra={"step": 2}), AfterValidator(odd)]
Padding = Literal["same", "none"]
Channels = Annotated[int, Field(ge=1, le=MAX_CHANNELS)]


class Slide(NamedTuple):
    """Something that slides: its window, and how it moves."""

    window: int
    stride: int
    dilation: int
    border: int
    """Zeros around what it slides over, on every side."""


def seen_from(slides: Sequence[Slide], cell: int, length: int) -> tuple[int, int]:
    """(first, last) pixel, along one side of so many, that ``cell`` behind these slides hangs on.

    From the last slide back to the picture: a cell at x sees those from s x - p to s x - p + d (k - 1) before it.
    """
    first = last = cell
    for slide in reversed(slides):
        first = first * slide.stride - slide.border
        last = last * slide.stride - slide.border + slide.dilation * (slide.window - 1)
    return max(first, 0), min(last, length - 1)


@dataclass(frozen=True)
class Window:
    """Its side, and how it moves."""

    side: int
    stride: int = 1
    padding: Padding = "none"
    dilation: int = 1

    @property
    def extent(self) -> int:
        """Pixels it spans: d (k - 1) + 1."""
        return self.dilation * (self.side - 1) + 1

    @property
    def slide(self) -> Slide:
        """How it moves."""
        return Slide(self.side, self.stride, self.dilation, self.border)

    @property
    def border(self) -> int:
        """Zeros put around the picture on every side."""
        return (self.extent - 1) // 2 if self.padding == "same" else 0

    def sides(self, before: Shape) -> tuple[int, int]:
        """(height, width) of the places it takes: floor((n + 2p - d (k - 1) - 1) / s) + 1 along each.

        Raises CannotFit where it is larger than the picture.
        """
        room = [side + 2 * self.border for side in before[1:]]
        if min(room) < self.extent:
            cure = "" if self.padding == "same" else ": a smaller window or padding would fit"
            spans = f"{self.extent}x{self.extent}"
            raise CannotFit(f"its window spans {spans}, and the picture is {before[1]}x{before[2]}{cure}")
        high, wide = ((length - self.extent) // self.stride + 1 for length in room)
        return high, wide
