"""What passes between the blocks of a network on pictures: its shape, and why a block can't take it."""

from engine.refusal import Refusal

Shape = tuple[int, ...]
"""(channels, height, width), or (units,) once flat."""


class CannotFit(Refusal):
    """A block can't take what comes to it."""

    def __init__(self, why: str, block: int | None = None, named: str = "") -> None:
        """``block`` counts from 0; None where it is not known yet which one it is."""
        self.why, self.block, self.named = why, block, named
        super().__init__(why if block is None else f"block {block + 1}, {named}: {why}")


def is_flat(shape: Shape) -> bool:
    """Whether it is units without places."""
    return len(shape) == 1


def size_of(shape: Shape) -> int:
    """How many numbers it holds."""
    total = 1
    for length in shape:
        total *= length
    return total


def shape_text(shape: Shape) -> str:
    """``16 x 8x8`` or ``64``: channels, then height and width."""
    return str(shape[0]) if is_flat(shape) else f"{shape[0]} x {shape[1]}x{shape[2]}"


def needs_places(before: Shape, what: str) -> None:
    """Raise CannotFit where what comes is flat."""
    if is_flat(before):
        raise CannotFit(f"{what} needs places side by side, and what comes is flat ({before[0]} numbers): move it up")
