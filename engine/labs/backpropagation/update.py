"""The update: one step of gradient descent on every weight and bias."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.labs.backpropagation.backward import ByBias, ByWeights
from engine.labs.backpropagation.notation import Notation, bracketed, joined, latex
from engine.labs.backpropagation.quantity import Quantity, Sheet, of
from engine.labs.backpropagation.results import Matrix, Pass


@dataclass(frozen=True)
class Update(Quantity):
    """One step of gradient descent on the weights or the biases of a layer."""

    of_what: Literal["W", "b"] = "W"
    kind: ClassVar = "update"
    phase: ClassVar = "update"
    words: ClassVar = (
        "Gradient descent: the learning rate times the gradient is taken off. Backpropagation ends before this step; "
        "another optimizer would use the same gradients otherwise."
    )

    def _letter(self, sheet: Sheet) -> str:
        return r"\tilde W" if sheet.notation.bias_unit else self.of_what

    def symbol(self, sheet: Sheet) -> str:
        return rf"{self._letter(sheet)}^{{({self.layer})}}_{{\text{{new}}}}"

    def title(self, sheet: Sheet) -> str:
        return f"new {self.of_what}, layer {self.layer}"

    def formula(self, sheet: Sheet) -> str:
        old = rf"{self._letter(sheet)}^{{({self.layer})}}"
        return rf"{old} - \eta \, {of(old)}, \quad \eta = {sheet.lab.rate:g}"

    def _old(self, sheet: Sheet) -> Matrix:
        return sheet.weights(self.layer) if self.of_what == "W" else sheet.done.begun.biases[self.layer - 1][None, :]

    def _gradient(self, sheet: Sheet) -> Matrix:
        rows = ByWeights(self.layer) if self.of_what == "W" else ByBias(self.layer)
        return rows.value(sheet.done, sheet.notation)

    def substituted(self, sheet: Sheet) -> str:
        n = sheet.notation
        return rf"{n.matrix(self._old(sheet))} - {sheet.lab.rate:g} \cdot {n.matrix(self._gradient(sheet))}"

    def value(self, done: Pass, notation: Notation) -> Matrix:
        weights, biases = done.updated.weights[self.layer - 1], done.updated.biases[self.layer - 1]
        if self.of_what == "b":
            return biases[None, :]
        return joined(biases, weights) if notation.bias_unit else weights

    def shape(self, sheet: Sheet) -> str:
        return ByBias(self.layer).shape(sheet) if self.of_what == "b" else super().shape(sheet)

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        if self.of_what == "b":
            return rf"b_{{{column + 1}}}^{{({self.layer})}}\,_{{\text{{new}}}}"
        source = column + (not sheet.notation.bias_unit)
        return rf"{sheet.notation.weight(self.layer, row + 1, source)}\,_{{\text{{new}}}}"

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        old, gradient = float(self._old(sheet)[row, column]), float(self._gradient(sheet)[row, column])
        return rf"{latex(old)} - {sheet.lab.rate:g} \cdot {bracketed(gradient)}"
