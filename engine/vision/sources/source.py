"""What every source of pictures has in common."""

from typing import ClassVar

from engine.choice import Choice
from engine.vision.images import Images


class Source(Choice, frozen=True):
    """A row of the catalog of picture sets. The same seed gives the same pictures and the same parts."""

    truths: ClassVar[tuple[str, ...]] = ()
    """Which fields of ``engine.vision.images.Truth`` it knows."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width), known without the pictures. Raises engine.refusal.Refusal where it can't be."""
        raise NotImplementedError

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes are called, known without the pictures. Raises engine.refusal.Refusal where it can't be."""
        raise NotImplementedError

    def build(self, seed: int) -> Images:
        """The pictures. Raises engine.refusal.Refusal where they can't be had."""
        raise NotImplementedError

    @property
    def is_private(self) -> bool:
        """Whether the pictures are a visitor's own."""
        return False

    def must_be_mine(self) -> None:
        """Raise Refused where the pictures are private and the present reader does not have them."""
