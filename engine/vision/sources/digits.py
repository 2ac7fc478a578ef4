"""scikit-learn's handwritten digits. Imported on first use only."""

from typing import ClassVar, Literal

import torch

from engine.vision.images import Images, Part, images_of
from engine.vision.sources.source import Source
from engine.vision.sources.split import split

INK = 16
"""The most that a pixel can have: each counts the dark ones among 4 by 4 of the scan."""


class Digits(Source, frozen=True):
    kind: Literal["digits"] = "digits"
    label: ClassVar = "Digits"
    formula: ClassVar = r"x \in [0, 1]^{1 \times 8 \times 8}, \quad y \in \{0, \dots, 9\}"
    lesson: ClassVar = "1,797 handwritten digits of 8 by 8 pixels: small enough to see every pixel at work."
    source: ClassVar = "Alpaydin and Kaynak 1998, by way of scikit-learn"

    @property
    def shape(self) -> tuple[int, int, int]:
        return (1, 8, 8)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple("0123456789")

    def build(self, seed: int) -> Images:
        from sklearn.datasets import load_digits

        bunch = load_digits()
        pictures = torch.tensor(bunch.images / INK, dtype=torch.float32).unsqueeze(1)
        parts = split(Part(pictures, torch.tensor(bunch.target, dtype=torch.int64)), self.classes, seed)
        note = "13 people wrote them; the same hand may stand in several parts, since scikit-learn does not say whose is whose."
        return images_of(parts.train, parts.validation, parts.test, self.classes, note)
