"""Where a window goes: how far it reaches, what is put around the picture, how many places it has."""

from dataclasses import dataclass
from typing import Literal

from engine.refusal import Refusal

Padding = Literal["none", "same", "reflect"]


@dataclass(frozen=True)
class Line:
    """A window on its way along one side of a picture."""

    length: int
    """n: cells of the side."""
    size: int
    """k: cells of the window that have a weight."""
    stride: int = 1
    """s: cells from one place of the window to the next."""
    dilation: int = 1
    """d: cells from one weight to the next."""
    before: int = 0
    """Cells put before the first one."""
    after: int = 0
    """Cells put after the last one."""

    @property
    def span(self) -> int:
        """d(k - 1) + 1: cells from the window's first weight to its last."""
        return self.dilation * (self.size - 1) + 1

    @property
    def padded(self) -> int:
        """n + p + p: cells with what was put around them."""
        return self.length + self.before + self.after

    @property
    def places(self) -> int:
        """floor((n + 2p - d(k - 1) - 1) / s) + 1: places of the window, less than 1 where it does not fit."""
        return (self.padded - self.span) // self.stride + 1

    @property
    def left_over(self) -> int:
        """Cells at the end that no place of the window reaches."""
        return (self.padded - self.span) % self.stride

    @property
    def formula(self) -> str:
        """How many places, with the numbers in it, in LaTeX."""
        around = f"2 \\cdot {self.before}" if self.before == self.after else f"({self.before} + {self.after})"
        inner = rf"\frac{{{self.length} + {around} - {self.dilation} \cdot ({self.size} - 1) - 1}}{{{self.stride}}}"
        return rf"\left\lfloor {inner} \right\rfloor + 1 = {self.places}"

    def must_fit(self) -> None:
        """Raise Refusal, with the numbers, where the window has no place."""
        if self.places < 1:
            raise Refusal(
                f"The window reaches over d(k - 1) + 1 = {self.dilation} * ({self.size} - 1) + 1 = {self.span} cells, and with "
                f"its padding the picture has {self.padded}: floor(({self.padded} - {self.span}) / {self.stride}) + 1 = "
                f"{self.places} places, and one at least is needed. Choose a smaller kernel, less dilation, padding, or a "
                "larger picture."
            )


def line(length: int, size: int, stride: int = 1, dilation: int = 1, padding: Padding = "none") -> Line:
    """The window on its way, with padding by name.

    "same" and "reflect" put d(k - 1) cells around, half of them before (one less where that is odd), so that at stride 1
    there are as many places as cells: the first places 0 there, as PyTorch's ``padding="same"``, the other mirrors the
    picture about its outermost cells. Raises Refusal where the window has no place, or too little is there to mirror.
    """
    around = 0 if padding == "none" else dilation * (size - 1)
    found = Line(length, size, stride, dilation, around // 2, around - around // 2)
    if padding == "reflect" and found.after >= length:
        raise Refusal(
            f"Mirrored padding needs {found.after} cells beside the outermost one, and the picture has {length - 1}. "
            "Choose a smaller kernel, less dilation, another padding, or a larger picture."
        )
    found.must_fit()
    return found
