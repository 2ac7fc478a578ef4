"""scikit-learn's handwritten digits, read from its file: importing it would take a second and 145 MB."""

from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float

from engine.refusal import Refusal
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
        table = torch.from_numpy(digits_table())
        pictures = (table[:, :-1] / INK).float().reshape(-1, *self.shape)
        parts = split(Part(pictures, table[:, -1].long()), self.classes, seed)
        note = "13 people wrote them; the same hand may stand in several parts, since scikit-learn does not say whose is whose."
        return images_of(parts.train, parts.validation, parts.test, self.classes, note)


def digits_table() -> Float[np.ndarray, "digits 65"]:
    """Its file: 64 pixels of each digit, 0 to 16, and which digit it is. Raises Refusal where scikit-learn lacks it."""
    spec = find_spec("sklearn")
    folder = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    file = folder / "datasets" / "data" / "digits.csv.gz"
    if not file.is_file():
        raise Refusal("The digits that come with scikit-learn are not on this server: choose other pictures.")
    found: np.ndarray = np.loadtxt(file, delimiter=",")
    return found
