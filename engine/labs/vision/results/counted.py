"""Parameters, counted."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Layer:
    """What one layer needs."""

    label: str
    terms: tuple[int, ...]
    """What is multiplied for its weights, with the outputs last."""
    shape: str
    """Of what it puts out."""

    @property
    def biases(self) -> int:
        """One for each output, or filter."""
        return self.terms[-1]

    @property
    def weights(self) -> int:
        """The product of the terms."""
        product = 1
        for term in self.terms:
            product *= term
        return product

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    @property
    def written(self) -> str:
        """``3072 · 128 + 128 = 393,344``, in LaTeX."""
        product = r" \cdot ".join(map(_digits, self.terms))
        return rf"{product} + {_digits(self.biases)} = {_digits(self.parameters)}"


def _digits(value: int) -> str:
    """With commas that LaTeX sets no space after."""
    return f"{value:,}".replace(",", "{,}")


@dataclass(frozen=True)
class Counted:
    """A network, layer by layer; the last one puts out the scores of the classes."""

    label: str
    layers: tuple[Layer, ...]

    @property
    def total(self) -> int:
        """All parameters."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def before_scores(self) -> int:
        """Those of all layers but the last."""
        return self.total - self.layers[-1].parameters

    @property
    def written(self) -> str:
        """The sum, in LaTeX."""
        return " + ".join(_digits(layer.parameters) for layer in self.layers) + rf" = {_digits(self.total)}"

    @property
    def multiplied(self) -> int:
        """What comes out when the layers before the scores are multiplied with each other: nobody's number of parameters."""
        product = self.layers[0].terms[0]
        for layer in self.layers[:-1]:
            product *= layer.terms[-1]
        return product


@dataclass(frozen=True)
class Grown:
    """Parameters by the side of a square picture."""

    sides: Int[np.ndarray, " sides"]
    lines: tuple[tuple[str, Float[np.ndarray, " sides"]], ...]
    """(label, parameters) of each network."""
