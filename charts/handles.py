"""What a person can drag in a figure: handles, as plain data beside it.

The browser moves a handle, and the traces that go with it, while the pointer moves; what depends on where it stands comes
from the server, which is told a few times a second and on release.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Handle:
    """Something in a figure that can be dragged, with mouse, finger or arrow keys."""

    kind: ClassVar[str]
    name: str
    """What the server hears it by."""
    label: str
    """What it is, in words, for those who do not see it."""
    x: float
    y: float
    """Where its knob stands, in units of the axes."""
    moves: tuple[str, ...]
    """Names of the traces that go with it before the server has answered."""
    step: float
    """What an arrow key moves it by; with Shift a tenth of it."""

    @property
    def as_json(self) -> dict[str, Any]:
        """What the browser needs to draw it."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Grip(Handle):
    """A point that goes anywhere within bounds; its traces are shifted with it."""

    kind: ClassVar[str] = "grip"
    low: tuple[float, float]
    high: tuple[float, float]
    """The bounds of its place, (x, y)."""


@dataclass(frozen=True)
class Rim(Handle):
    """A closed line around 0 that grows and shrinks; its traces grow with it. All of the line can be taken hold of."""

    kind: ClassVar[str] = "rim"
    line: str
    """Name of the trace that it is: each ray from 0 meets it once."""
    size: float
    """How large it is, in the unit that is spoken and in which ``step``, ``low`` and ``high`` are."""
    low: float
    high: float


@dataclass(frozen=True)
class Drag:
    """What a browser says of a handle."""

    name: str
    x: float
    y: float
    """Where its knob is now."""
    is_held: bool
    """Whether the person still holds it: more will follow."""
