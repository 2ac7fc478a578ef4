"""What every way to draw a map has in common."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from engine.choice import Choice
from engine.vision.attribution.question import Question


class Method(Choice, frozen=True):
    """A row of the catalog of maps. Captum computes it, on a network at rest; its hooks are gone when it has."""

    is_signed: ClassVar[bool]
    """Whether its map has parts below 0, that speak against the answer."""
    where: ClassVar[str] = ""
    """What the formula's letters are, as a second formula."""

    def attribute(self, question: Question) -> Float[Tensor, "pictures channels height width"]:
        """What each brightness has to do with the answer; a map without channels has one."""
        raise NotImplementedError

    def map(self, question: Question) -> Float[Tensor, "pictures height width"]:
        """The same of each pixel: its channels added up, or the largest size among them where there is no sign."""
        found = self.attribute(question).detach()
        return found.sum(1) if self.is_signed else found.abs().amax(1)
