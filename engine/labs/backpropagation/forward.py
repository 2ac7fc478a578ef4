"""The quantities of the forward pass, and the loss."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.labs.backpropagation.notation import Notation, bracketed, latex, with_one
from engine.labs.backpropagation.quantity import Quantity, Sheet, total
from engine.labs.backpropagation.results import Matrix, Pass
from engine.labs.backpropagation.slopes import slope_of


@dataclass(frozen=True)
class PreActivation(Quantity):
    """z: the weighted sum of what the layer is fed, plus the bias."""

    kind: ClassVar = "z"
    phase: ClassVar = "forward"
    words: ClassVar = "The pre-activation: each unit weighs what it is fed, adds it up, and adds its bias."

    def symbol(self, sheet: Sheet) -> str:
        return rf"Z^{{({self.layer})}}"

    def title(self, sheet: Sheet) -> str:
        return f"z, layer {self.layer}"

    def formula(self, sheet: Sheet) -> str:
        fed, weights = sheet.fed(self.layer), rf"W^{{({self.layer})}}"
        if sheet.notation.bias_unit:
            return sheet.notation.times(rf"\tilde{{{fed[0]}}}{fed[1:]}", rf"(\tilde W^{{({self.layer})}})")
        return sheet.notation.times(fed, f"({weights})") + rf" + b^{{({self.layer})}}"

    def substituted(self, sheet: Sheet) -> str:
        n, fed = sheet.notation, sheet.done.fed(self.layer)
        weights = n.matrix(sheet.weights(self.layer))
        if n.bias_unit:
            return n.times(n.matrix(with_one(fed)), weights)
        return n.times(n.matrix(fed), weights) + " + " + n.matrix(sheet.done.begun.biases[self.layer - 1][None, :])

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return done.z[self.layer - 1]

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return sheet.notation.entry("z", self.layer, row + 1, column + 1, sheet.batch)

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        n, fed = sheet.notation, sheet.done.fed(self.layer)
        weights, bias = sheet.weights(self.layer)[column], float(sheet.done.begun.biases[self.layer - 1][column])
        sources = range(0 if n.bias_unit else 1, fed.shape[1] + 1)
        symbols = " + ".join(
            rf"{n.weight(self.layer, column + 1, source)} \cdot {sheet.fed_one(self.layer, row + 1, source)}"
            for source in sources
        )
        values = with_one(fed)[row] if n.bias_unit else fed[row]
        numbers = total([(float(w), float(v)) for w, v in zip(weights, values, strict=True)])
        if n.bias_unit:
            return f"{symbols} = {numbers}"
        return rf"{symbols} + b_{{{column + 1}}}^{{({self.layer})}} = {numbers} + {bracketed(bias)}"


@dataclass(frozen=True)
class ActivationOf(Quantity):
    """a: what the units give out."""

    kind: ClassVar = "a"
    phase: ClassVar = "forward"
    words: ClassVar = "The activation: what each unit gives out, a function of its own pre-activation."
    softmax_words: ClassVar = (
        "The activation: the probability that each class gets, a function of all pre-activations of the layer. They add up "
        "to 1."
    )

    def said(self, sheet: Sheet) -> str:
        return self.softmax_words if self._is_output(sheet) and sheet.lab.takes_classes else self.words

    def symbol(self, sheet: Sheet) -> str:
        return rf"A^{{({self.layer})}}"

    def title(self, sheet: Sheet) -> str:
        return f"a, layer {self.layer}"

    def _is_output(self, sheet: Sheet) -> bool:
        return self.layer == sheet.lab.depth

    def formula(self, sheet: Sheet) -> str:
        z = rf"Z^{{({self.layer})}}"
        if self._is_output(sheet):
            return sheet.lab.head.output_latex.replace("Z", z)
        choice = sheet.lab.hidden[self.layer - 1].activation
        return rf"g({z}), \quad g(z) = {slope_of(choice).value_latex(choice, 'z')}"

    def substituted(self, sheet: Sheet) -> str:
        z = sheet.notation.matrix(sheet.done.z[self.layer - 1])
        if not self._is_output(sheet):
            return rf"g\!\left( {z} \right)"
        names = {"sigmoid_bce": r"\sigma", "softmax_cross_entropy": r"\mathrm{softmax}"}
        name = names.get(sheet.lab.head.kind)
        return rf"{name}\!\left( {z} \right)" if name else z

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return done.a[self.layer - 1]

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return sheet.notation.entry("a", self.layer, row + 1, column + 1, sheet.batch)

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        values = [bracketed(float(value)) for value in sheet.done.z[self.layer - 1][row]]
        if self._is_output(sheet):
            return sheet.lab.head.output_of_one(values[column], values)
        choice = sheet.lab.hidden[self.layer - 1].activation
        return slope_of(choice).value_latex(choice, values[column])


@dataclass(frozen=True)
class LossOf(Quantity):
    """L: how wrong the outputs are, one number."""

    kind: ClassVar = "loss"
    phase: ClassVar = "loss"
    words: ClassVar = "The loss: one number for how wrong the outputs are, the mean over the examples and outputs."
    softmax_words: ClassVar = "The loss: one number for how wrong the outputs are, the mean over the examples."

    def said(self, sheet: Sheet) -> str:
        return self.softmax_words if sheet.lab.takes_classes else self.words

    def symbol(self, sheet: Sheet) -> str:
        return "L"

    def title(self, sheet: Sheet) -> str:
        return "loss L"

    def _terms(self, sheet: Sheet) -> Matrix:
        with np.errstate(all="ignore"):
            return sheet.lab.head.terms(sheet.done.z[-1], sheet.done.begun.y)

    def formula(self, sheet: Sheet) -> str:
        return sheet.lab.head.formula.split("L = ", 1)[1]

    def substituted(self, sheet: Sheet) -> str:
        terms = self._terms(sheet)
        listed = " + ".join(bracketed(float(term)) for term in terms.ravel())
        return rf"\frac{{1}}{{{sheet.lab.head.divisor(sheet.batch)}}} \left( {listed} \right)"

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return np.array([[done.loss]])

    def result(self, sheet: Sheet) -> str:
        return latex(sheet.done.loss)

    def shape(self, sheet: Sheet) -> str:
        return "() one number"

    def entries(self, sheet: Sheet) -> list[tuple[int, int]]:
        rows, columns = self._terms(sheet).shape
        return [(row, column) for row in range(rows) for column in range(columns)]

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return rf"\ell_{{{row + 1}}}" if self._terms(sheet).shape[1] == 1 else rf"\ell_{{{row + 1}{column + 1}}}"

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        y = sheet.done.begun.y[row]
        place = int(y.argmax()) if sheet.lab.takes_classes else column
        z = [bracketed(float(value)) for value in sheet.done.z[-1][row]]
        return sheet.lab.head.term_of_one(
            z[place], bracketed(float(sheet.done.a[-1][row, place])), bracketed(float(y[place])), z
        )

    def number(self, sheet: Sheet, row: int, column: int) -> float:
        return float(self._terms(sheet)[row, column])
