"""``OwnPictures``: a visitor's own pictures. The row names the zip by its digest and says nothing of its content."""

from typing import ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from engine.data.own.refusal import Refused
from engine.data.own.store import reader, store
from engine.pictures.folder import LARGEST, SMALLEST, Folder
from engine.vision.images import Images, Part, brightness, images_of, in_bytes
from engine.vision.sources.source import Source
from engine.vision.sources.split import split

NOT_HERE = (
    "The pictures of this experiment stay with their owner: a link holds none of them. If you have the zip, upload it here "
    "and the experiment opens."
)
NONE_YET = "No pictures have been uploaded yet."
BRIGHTNESS = (0.299, 0.587, 0.114)
"""How much red, green and blue add to how bright a colour looks (ITU-R BT.601), as Pillow weighs them."""


class OwnPictures(Source, frozen=True):
    kind: Literal["own"] = "own"
    file: str = Field("", pattern=r"^([0-9a-f]{16})?$", title="File", description="Digest of the pictures.")
    side: int = Field(
        32, ge=SMALLEST, le=LARGEST, title="Side", description="Pictures are made square, so many pixels wide and high."
    )
    grey: bool = Field(False, title="In grey", description="One channel instead of red, green and blue.")
    label: ClassVar = "Your own pictures"
    formula: ClassVar = r"\text{yours, not drawn}"
    lesson: ClassVar = "A zip with a folder of pictures for each class: they stay with you, and no link holds them."
    source: ClassVar = "Your file"

    @property
    def is_private(self) -> bool:
        return True

    @property
    def shape(self) -> tuple[int, int, int]:
        return (1 if self.grey else 3, self.side, self.side)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.folder().classes

    def folder(self) -> Folder:
        """The pictures as they are kept. Raises Refused where the present reader does not keep them, or of another size."""
        found = store().find(reader(), self.file, Folder)
        if found is None:
            raise Refused(NOT_HERE if self.file else NONE_YET)
        if found.side != self.side:
            raise Refused(
                f"data.side: got {self.side}; these pictures were made {found.side} pixels wide. Upload them again."
            )
        return found

    def must_be_mine(self) -> None:
        self.folder()

    def build(self, seed: int) -> Images:
        folder = self.folder()
        pixels = torch.from_numpy(np.array(folder.pixels))  # a copy: what is kept can't be changed
        parts = split(Part(self._in_channels(pixels), torch.tensor(folder.labels)), folder.classes, seed)
        return images_of(parts.train, parts.validation, parts.test, folder.classes, " ".join(folder.notes))

    def _in_channels(self, pixels: torch.Tensor) -> torch.Tensor:
        """As many as asked for, whatever the files have."""
        wanted, given = self.shape[0], pixels.shape[1]
        if wanted == given:
            return pixels
        if wanted == 3:
            return pixels.repeat(1, 3, 1, 1)
        return in_bytes(brightness(pixels).mul(torch.tensor(BRIGHTNESS).view(1, 3, 1, 1)).sum(1, keepdim=True))


def pictures_of(folder: Folder) -> OwnPictures:
    """The data of an experiment on uploaded pictures: in grey where none has a colour."""
    return OwnPictures(file=folder.digest, side=folder.side, grey=folder.is_grey)
