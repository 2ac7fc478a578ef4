"""What augmentation does to pictures, and to accuracy."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

ARMS = ("without", "with")
"""Trained on the pictures as they are; on changed ones."""


@dataclass(frozen=True)
class Drawn:
    """A picture as it is, and what each row, and all of them in turn, make of it."""

    number: int
    """Of the training part, from 1."""
    original: UInt8[np.ndarray, "height width channels"]
    label: str
    names: tuple[str, ...]
    """Of the lines of ``draws``."""
    draws: UInt8[np.ndarray, "lines draws height width channels"]
    said: tuple[tuple[str, ...], ...]
    """What each of them counts as, (lines, draws): its class, or the shares of several."""


@dataclass(frozen=True)
class Compared:
    """The same networks trained with and without augmentation; NaN where one is not trained yet."""

    classes: tuple[str, ...]
    shifts: tuple[int, ...]
    """Pixels, to all four sides."""
    turns: tuple[float, ...]
    """Degrees, both ways."""
    learned: Float[np.ndarray, "arms seeds"]
    """Accuracy on the training pictures, as they are."""
    shifted: Float[np.ndarray, "arms seeds shifts"]
    """Accuracy on held-back pictures that are moved so far; the first shift is 0."""
    turned: Float[np.ndarray, "arms seeds turns"]
    confusion: Float[np.ndarray, "arms seeds classes classes"]
    """Share of the held-back pictures of a class, as they are, that is taken for each class."""
    pictures: int
    """That were learned from."""
    held: int
    is_done: bool = False

    @property
    def plain(self) -> Float[np.ndarray, "arms seeds"]:
        """Accuracy on held-back pictures as they are."""
        return self.shifted[:, :, 0]

    @property
    def recall(self) -> Float[np.ndarray, "arms seeds classes"]:
        """Share of the held-back pictures of each class that is recognised."""
        return np.diagonal(self.confusion, axis1=2, axis2=3)

    @property
    def known(self) -> int:
        """Seeds of which both networks are trained."""
        return int(np.isfinite(self.plain).all(axis=0).sum())
