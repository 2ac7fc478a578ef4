"""Which token may look at which: the catalog of masks. A mask is True where query i (row) may look at key j (column)."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Bool
from pydantic import Field

from engine.choice import Choice


class MaskChoice(Choice, frozen=True):
    """A row of the masks catalog."""

    def allowed(self, tokens: int) -> Bool[np.ndarray, "tokens tokens"]:
        """True where the row's token may look at the column's."""
        raise NotImplementedError


class NoMask(MaskChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"M_{ij} = 0"
    lesson: ClassVar = "Every token may look at every token, itself included: as in an encoder."
    source: ClassVar = "Vaswani et al. 2017, section 3.2.3"

    def allowed(self, tokens: int) -> Bool[np.ndarray, "tokens tokens"]:
        return np.ones((tokens, tokens), bool)


class Causal(MaskChoice, frozen=True):
    kind: Literal["causal"] = "causal"
    label: ClassVar = "Causal"
    formula: ClassVar = r"M_{ij} = -\infty \text{ for } j > i, \text{ else } 0"
    lesson: ClassVar = "No token may look at a later one: as in a decoder, which has to guess the later ones."
    source: ClassVar = "Vaswani et al. 2017, section 3.2.3"

    def allowed(self, tokens: int) -> Bool[np.ndarray, "tokens tokens"]:
        return np.tril(np.ones((tokens, tokens), bool))


class Window(MaskChoice, frozen=True):
    kind: Literal["window"] = "window"
    reach: int = Field(1, ge=0, le=11, title="Reach w", description="A token sees so many tokens to either side.")
    label: ClassVar = "Sliding window"
    formula: ClassVar = r"M_{ij} = -\infty \text{ for } |i - j| > w, \text{ else } 0"
    lesson: ClassVar = "A token may look at its neighbours only: n times the window instead of n² scores."
    source: ClassVar = "Beltagy et al. 2020, section 3.1"

    def allowed(self, tokens: int) -> Bool[np.ndarray, "tokens tokens"]:
        place = np.arange(tokens)
        near: Bool[np.ndarray, "tokens tokens"] = np.abs(place[:, None] - place[None, :]) <= self.reach
        return near


Mask = Annotated[NoMask | Causal | Window, Field(discriminator="kind")]
