"""The catalog of pictures that a kernel slides over: digits, photographs, patterns, a drawing, the visitor's own."""

from functools import cache, lru_cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field

from engine.choice import Choice
from engine.data.own.refusal import Refused
from engine.data.own.store import reader, store
from engine.labs.convolution.ink import INK, inked
from engine.labs.convolution.patterns import COLOUR, PATTERNS, Name
from engine.labs.convolution.reducing import fitted
from engine.pictures.picture import Picture as Kept
from engine.streams import stream
from engine.vision.sources.digits import digits_table
from engine.vision.sources.own import BRIGHTNESS

GREY, RED_GREEN_BLUE = ("grey",), ("red", "green", "blue")
"""What the channels of a picture are called."""
PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
NOT_HERE = (
    "The picture of this link stays with its owner: a link holds none of it. If you have the file, upload it here, in the "
    "sidebar."
)
NONE_YET = "No picture has been uploaded yet: choose one in the sidebar."
MAX_SIDE = 96
"""Pixels along a side that the page can show."""

Taken = Float[np.ndarray, "channels height width"]


class PictureChoice(Choice, frozen=True):
    """A row of the catalog. The same seed gives the same picture."""

    def take(self, seed: int) -> Taken:
        """Brightness 0 to 1 of one channel (grey) or three (red, green, blue). Raises engine.refusal.Refusal."""
        raise NotImplementedError


class Digit(PictureChoice, frozen=True):
    kind: Literal["digit"] = "digit"
    index: int = Field(0, ge=0, le=1796, title="Which digit", description="Of scikit-learn's 1,797, in their order.")
    label: ClassVar = "Handwritten digit"
    formula: ClassVar = r"8 \times 8 \text{, measured}"
    lesson: ClassVar = "8 by 8 pixels: small enough to follow every number."
    source: ClassVar = "Alpaydin and Kaynak 1998, by way of scikit-learn"

    def take(self, seed: int) -> Taken:
        return _digits()[self.index : self.index + 1] / 16.0


class Photograph(PictureChoice, frozen=True):
    kind: Literal["photograph"] = "photograph"
    name: Literal["temple", "flower"] = Field("temple", title="Photograph")
    side: int = Field(64, ge=16, le=MAX_SIDE, title="Side", description="Its middle, reduced to so many pixels a side.")
    label: ClassVar = "Photograph"
    formula: ClassVar = r"\text{each pixel the mean of those it takes the place of}"
    lesson: ClassVar = "Edges, textures and colours as a camera sees them."
    source: ClassVar = "Gaudichon (temple) and Coulson (flower), by way of scikit-learn"

    def take(self, seed: int) -> Taken:
        return _reduced(self.name, self.side)


class Pattern(PictureChoice, frozen=True):
    kind: Literal["pattern"] = "pattern"
    shape: Name = Field("disc", title="Shape")
    side: int = Field(24, ge=5, le=MAX_SIDE, title="Side")
    noise: float = Field(0.0, ge=0.0, le=0.5, title="Noise", description="Standard deviation; clipped to 0 and 1.")
    label: ClassVar = "Generated shape"
    formula: ClassVar = r"f(x, y) + \mathcal{N}(0, \sigma^2)"
    lesson: ClassVar = "One thing at a time: a dot answers with the kernel itself, an edge with its derivative."
    source: ClassVar = "Drawn by formula"

    def take(self, seed: int) -> Taken:
        drawn = PATTERNS[self.shape](self.side)
        coloured = np.array(COLOUR)[:, None, None] * drawn
        if not self.noise:
            return coloured
        import torch

        draws = torch.randn(coloured.shape, generator=stream(seed, "noise"), dtype=torch.float64).numpy()
        return np.clip(coloured + self.noise * draws, 0.0, 1.0)


class Drawing(PictureChoice, frozen=True):
    kind: Literal["drawing"] = "drawing"
    side: Literal["8", "12", "16", "24", "32"] = Field("16", title="Side")
    ink: str = Field("", max_length=32 * 32, pattern=f"^[{INK}]*$", title="Drawn cells", description="Row by row.")
    label: ClassVar = "Your drawing"
    formula: ClassVar = r"\text{yours, cell by cell}"
    lesson: ClassVar = "A grid to draw on; the link holds what you drew."
    source: ClassVar = "Your hand"

    def take(self, seed: int) -> Taken:
        return inked(self.ink, int(self.side))[None]


class OwnPicture(PictureChoice, frozen=True):
    kind: Literal["own"] = "own"
    file: str = Field("", pattern=r"^([0-9a-f]{16})?$", title="File", description="Digest of the picture.")
    side: int = Field(64, ge=8, le=MAX_SIDE, title="Longer side", description="Reduced to so many pixels.")
    label: ClassVar = "Your own picture"
    formula: ClassVar = r"\text{yours, not drawn}"
    lesson: ClassVar = "A PNG or JPEG of your own: it stays with you, and a link to it opens only with the file."
    source: ClassVar = "Your file"

    def take(self, seed: int) -> Taken:
        kept = store().find(reader(), self.file, Kept)
        if kept is None:
            raise Refused(NOT_HERE if self.file else NONE_YET)
        return fitted(kept.pixels / 255.0, self.side)


Picture = Annotated[Digit | Photograph | Pattern | Drawing | OwnPicture, Field(discriminator="kind")]


def pixels(picture: PictureChoice, in_colour: bool, seed: int) -> Taken:
    """A picture in one channel or in three; a grey one in colour has three alike. Raises engine.refusal.Refusal."""
    taken = picture.take(seed)
    if in_colour:
        return np.repeat(taken, 3, axis=0) if len(taken) == 1 else taken
    return taken if len(taken) == 1 else np.tensordot(np.array(BRIGHTNESS), taken, axes=1)[None]


def channel_names(in_colour: bool) -> tuple[str, ...]:
    """What the channels are called, in their order."""
    return RED_GREEN_BLUE if in_colour else GREY


@cache
def _digits() -> Float[np.ndarray, "pictures 8 8"]:
    return digits_table()[:, :-1].reshape(-1, 8, 8)


@lru_cache(maxsize=8)
def _reduced(name: str, side: int) -> Taken:
    """The square in its middle."""
    from sklearn.datasets import load_sample_image

    whole = load_sample_image(PHOTOGRAPHS[name]).transpose(2, 0, 1) / 255.0
    _, height, width = whole.shape
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    return fitted(whole[:, top : top + edge, left : left + edge], side)
