"""What further pads do."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float


@dataclass(frozen=True)
class PadLine:
    """How a network fares with further pads."""

    label: str
    pads: tuple[int, ...]
    accuracy: Float[np.ndarray, " pads"]
    moved: Float[np.ndarray, " pads"]
    """Mean over the examples of |p with the pads - p without|, of the second class."""


@dataclass(frozen=True)
class Padded:
    """Masked and unmasked padding, and one example whose state is followed through its pads."""

    lines: tuple[PadLine, ...]
    noun: str
    """What an example is called."""
    yes: str
    """What the second class is called."""
    examples: int
    place: str
    tokens: tuple[str, ...]
    states: tuple[Float[np.ndarray, "units tokens"], ...]
    """h of that example, masked, then not."""
    pads: Bool[np.ndarray, " tokens"]
    answers: tuple[float, ...]
    """Probability of the second class for it: without pads, with masked, with unmasked ones."""
