"""What a layer takes: weights that are learned, and multiplications."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """One kind of layer between the same shapes."""

    label: str
    weights: int
    biases: int
    multiply_adds: int
    """Of one picture: a multiplication and the addition of its product, counted as one."""
    weights_formula: str
    multiply_adds_formula: str
    """With the numbers in it, in LaTeX."""

    @property
    def parameters(self) -> int:
        """Numbers that are learned."""
        return self.weights + self.biases


@dataclass(frozen=True)
class Counts:
    """A convolution, and a dense layer that takes the same picture to an output of the same shape."""

    convolution: Count
    dense: Count
    ins: tuple[int, int, int]
    outs: tuple[int, int, int]
    """(channels, height, width)."""


@dataclass(frozen=True)
class Growth:
    """The same two layers on larger and larger pictures."""

    sides: tuple[int, ...]
    convolution: tuple[Count, ...]
    dense: tuple[Count, ...]
