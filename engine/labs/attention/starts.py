"""What the three matrices of one head are before anybody edits them: the catalog of starts."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field

from engine.choice import Choice
from engine.streams import stream

NAMES = ("q", "k", "v")
"""The streams of a head's matrices, in this order; W_O of several heads is the fourth."""


class StartChoice(Choice, frozen=True):
    """A row of the starts catalog."""

    def matrix(self, name: str, rows: int, columns: int, seed: int) -> Float[np.ndarray, "rows columns"]:
        """W_Q, W_K or W_V (``name`` q, k or v)."""
        raise NotImplementedError


def drawn(rows: int, columns: int, scale: float, seed: int, number: int) -> Float[np.ndarray, "rows columns"]:
    """Draws from N(0, scale²), rounded to one decimal: what is shown is what is computed with."""
    values = torch.randn(rows, columns, generator=stream(seed, "weights", number), dtype=torch.float64)
    return np.round(values.numpy() * scale, 1) + 0.0


class Drawn(StartChoice, frozen=True):
    kind: Literal["drawn"] = "drawn"
    gain: float = Field(
        1.5, ge=0.1, le=5.0, title="Gain g", description="Larger weights, larger scores, a more decided softmax."
    )
    label: ClassVar = "Drawn"
    formula: ClassVar = r"w \sim N(0, g^2 / d_{model}), \text{ rounded to one decimal}"
    lesson: ClassVar = "As before any training: who looks at whom is chance, and another seed moves it."
    source: ClassVar = "LeCun et al. 1998"

    def matrix(self, name: str, rows: int, columns: int, seed: int) -> Float[np.ndarray, "rows columns"]:
        return drawn(rows, columns, self.gain / rows**0.5, seed, NAMES.index(name))


class Alike(StartChoice, frozen=True):
    kind: Literal["alike"] = "alike"
    label: ClassVar = "Identity: look at what is alike"
    formula: ClassVar = r"W_Q = W_K = W_V = I \text{ (the first } d_k \text{ columns of it)}"
    lesson: ClassVar = (
        "A score is then the dot product of two embeddings: tokens look at those that point the same way."
    )
    source: ClassVar = "Luong et al. 2015, section 3.1 (dot)"

    def matrix(self, name: str, rows: int, columns: int, seed: int) -> Float[np.ndarray, "rows columns"]:
        return np.eye(rows, columns)


class Even(StartChoice, frozen=True):
    kind: Literal["even"] = "even"
    label: ClassVar = "No query: look everywhere alike"
    formula: ClassVar = r"W_Q = 0, \quad W_K, W_V \text{ as drawn with } g = 1"
    lesson: ClassVar = (
        "All scores are 0, so every weight is 1 over the number of tokens seen: the output is the mean of V."
    )
    source: ClassVar = "Vaswani et al. 2017, equation 1 with Q = 0"

    def matrix(self, name: str, rows: int, columns: int, seed: int) -> Float[np.ndarray, "rows columns"]:
        if name == "q":
            return np.zeros((rows, columns))
        return drawn(rows, columns, 1 / rows**0.5, seed, NAMES.index(name))


Start = Annotated[Drawn | Alike | Even, Field(discriminator="kind")]
