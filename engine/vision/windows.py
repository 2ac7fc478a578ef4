"""A window that slides over a picture: how many places it has, and the settings that decide it."""

from dataclasses import dataclass
from typing import Annotated, Literal

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
