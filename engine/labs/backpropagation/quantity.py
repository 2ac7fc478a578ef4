"""What every step of a pass is: one quantity, which knows its symbol, formula, numbers, shape and value."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine.labs.backpropagation.notation import Notation, bracketed, joined, latex
from engine.labs.backpropagation.results import Matrix, Pass
from engine.labs.backpropagation.state import BackpropagationLab

Phase = Literal["forward", "loss", "backward", "update"]
Kind = Literal["z", "a", "loss", "dL/da", "dL/dz", "dL/dW", "dL/db", "dL/dx", "update"]


@dataclass(frozen=True)
class Sheet:
    """What the formulas of one pass are filled in from."""

    lab: BackpropagationLab
    done: Pass
    """By hand."""
    notation: Notation

    @property
    def batch(self) -> int:
        """How many examples."""
        return self.lab.batch

    def fed(self, layer: int) -> str:
        """The symbol of what a layer takes in."""
        return "X" if layer == 1 else rf"A^{{({layer - 1})}}"

    def fed_one(self, layer: int, example: int, unit: int) -> str:
        """The symbol of one number that a layer takes in; unit 0 is the one that is always 1."""
        if unit == 0:
            return "1"
        name, below = ("x", 0) if layer == 1 else ("a", layer - 1)
        return self.notation.entry(name, below, example, unit, self.batch)

    def weights(self, layer: int) -> Matrix:
        """(out, in), or with the biases as the first column where the bias is a unit."""
        begun = self.done.begun
        plain = begun.weights[layer - 1]
        return joined(begun.biases[layer - 1], plain) if self.notation.bias_unit else plain


def of(symbol: str) -> str:
    """The derivative of the loss with respect to ``symbol``."""
    return rf"\frac{{\partial L}}{{\partial {symbol}}}"


def total(products: list[tuple[float, ...]]) -> str:
    """A sum of products of numbers."""
    return " + ".join(r" \cdot ".join(bracketed(value) for value in product) for product in products)


def aligned(name: str, one: str, value: float) -> str:
    """An equation whose right-hand sides stand under each other."""
    sides = r" \\ &= ".join([*one.split(" = "), latex(value)])
    return rf"\begin{{aligned}} {name} &= {sides} \end{{aligned}}"


@dataclass(frozen=True)
class Quantity:
    """One row of the list of steps. ``layer`` counts from 1; arrays are the engine's, with examples in rows."""

    layer: int
    kind: ClassVar[Kind]
    phase: ClassVar[Phase]
    words: ClassVar[str]
    """What it is, for one who reads it for the first time."""

    def said(self, sheet: Sheet) -> str:
        """``words``, or others where this layer is not like most."""
        return self.words

    def symbol(self, sheet: Sheet) -> str:
        """As LaTeX."""
        raise NotImplementedError

    def title(self, sheet: Sheet) -> str:
        """As plain text: ``dL/dW, layer 2``."""
        raise NotImplementedError

    def formula(self, sheet: Sheet) -> str:
        """What follows the equals sign, as LaTeX, in the notation of the sheet."""
        raise NotImplementedError

    def substituted(self, sheet: Sheet) -> str:
        """The formula with its numbers, as LaTeX."""
        raise NotImplementedError

    def value(self, done: Pass, notation: Notation) -> Matrix:
        """The quantity of a pass by hand or by autograd."""
        raise NotImplementedError

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        """One number of it, spelled out as LaTeX; counted from 0, as the engine has them."""
        raise NotImplementedError

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        """The symbol of that number, as LaTeX."""
        raise NotImplementedError

    def entries(self, sheet: Sheet) -> list[tuple[int, int]]:
        """The places of its numbers, in the order in which they are read."""
        rows, columns = self.value(sheet.done, sheet.notation).shape
        return [(row, column) for row in range(rows) for column in range(columns)]

    def result(self, sheet: Sheet) -> str:
        """Its value, as LaTeX."""
        return sheet.notation.matrix(self.value(sheet.done, sheet.notation))

    def shape(self, sheet: Sheet) -> str:
        """As it is written in this notation."""
        return sheet.notation.shape(self.value(sheet.done, sheet.notation))

    def number(self, sheet: Sheet, row: int, column: int) -> float:
        """One number of it."""
        return float(self.value(sheet.done, sheet.notation)[row, column])

    def spelled(self, sheet: Sheet, row: int, column: int) -> str:
        """``name = one = number`` as LaTeX, a line for each."""
        return aligned(self.name(sheet, row, column), self.one(sheet, row, column), self.number(sheet, row, column))


def difference(hand: Matrix, auto: Matrix) -> Matrix:
    """How far two results are apart, number by number; 0 where both are NaN or the same infinity."""
    with np.errstate(all="ignore"):
        same = (hand == auto) | (np.isnan(hand) & np.isnan(auto))
        return np.where(same, 0.0, np.abs(hand - auto))
