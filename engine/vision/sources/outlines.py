"""Shapes with sharp outlines: how far a point is from each, and after what turn it looks the same."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

Corner = tuple[float, float]


def _regular(corners: int, first: float, inner: float = 1.0) -> tuple[Corner, ...]:
    """Corners evenly around the unit circle, the first at ``first`` radians; every second one at radius ``inner``."""
    angles = [first + 2 * math.pi * corner / corners for corner in range(corners)]
    radii = [inner if corner % 2 else 1.0 for corner in range(corners)]
    return tuple((r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True))


def _cross(half: float) -> tuple[Corner, ...]:
    """A plus sign whose arms are ``2 half`` wide and end on the unit circle."""
    end = math.sqrt(1 - half**2)
    arm = ((end, -half), (end, half), (half, half))
    return tuple(
        (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
        for turn in (0.0, math.pi / 2, math.pi, 3 * math.pi / 2)
        for x, y in arm
    )


@dataclass(frozen=True)
class Outline:
    """Of one shape, as it stands before it is turned, in a unit circle with y upwards."""

    name: str
    corners: tuple[Corner, ...] = ()
    """Anticlockwise; none for the disc."""
    symmetry: int = 1
    """After a turn of 2 pi / symmetry it looks the same; 0: after any turn."""

    @property
    def turn(self) -> float:
        """Radians: the range of its angle, beyond which it looks as before; 0 where no angle can be seen."""
        return 2 * math.pi / self.symmetry if self.symmetry else 0.0

    def distance(self, x: Float[Tensor, "*points"], y: Float[Tensor, "*points"]) -> Float[Tensor, "*points"]:
        """How far points are outside of its outline, negative inside: exact, in radii (Quilez, 2D distance functions).

        Of the nearest edge; the sign changes with each edge that a ray from the point to the right crosses.
        """
        if not self.corners:
            return torch.hypot(x, y) - 1
        nearest, inside = torch.full_like(x, math.inf), torch.zeros_like(x, dtype=torch.bool)
        for (ax, ay), (bx, by) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            ex, ey, wx, wy = bx - ax, by - ay, x - ax, y - ay
            along = ((wx * ex + wy * ey) / (ex * ex + ey * ey)).clamp_(0, 1)
            nearest = torch.minimum(nearest, (wx - ex * along).square_() + (wy - ey * along).square_())
            crosses = (y >= min(ay, by)) & (y < max(ay, by))
            is_right = (ex * wy > ey * wx) if by > ay else (ex * wy < ey * wx)
            inside ^= crosses & is_right
        return torch.where(inside, -nearest.sqrt(), nearest.sqrt())


CIRCLE = Outline("circle", symmetry=0)
SQUARE = Outline("square", _regular(4, math.pi / 4), symmetry=4)
TRIANGLE = Outline("triangle", _regular(3, math.pi / 2), symmetry=3)
STAR = Outline("star", _regular(10, math.pi / 2, inner=0.45), symmetry=5)
CROSS = Outline("cross", _cross(0.33), symmetry=4)
ARROW = Outline(
    "arrow", ((1.0, 0.0), (0.0, 0.95), (0.0, 0.28), (-0.6, 0.28), (-0.6, -0.28), (0.0, -0.28), (0.0, -0.95)), symmetry=1
)
DART = Outline("dart", ((1.0, 0.0), (-0.75, 0.65), (-0.35, 0.0), (-0.75, -0.65)), symmetry=1)
SETS = {
    "three": (CIRCLE, SQUARE, TRIANGLE),
    "five": (CIRCLE, SQUARE, TRIANGLE, STAR, CROSS),
    "fourfold": (SQUARE, CROSS),
    "pointed": (ARROW, DART),
}
"""Which shapes a set of scenes has."""
