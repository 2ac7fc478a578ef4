"""The quantities of the backward pass."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.labs.backpropagation.notation import Notation, bracketed, joined, with_one
from engine.labs.backpropagation.quantity import Kind, Quantity, Sheet, of, total
from engine.labs.backpropagation.results import Matrix, Pass
from engine.labs.backpropagation.slopes import slope_of


@dataclass(frozen=True)
class ByActivation(Quantity):
    """dL/da: through all units that it feeds."""

    kind: ClassVar[Kind] = "dL/da"
    phase: ClassVar = "backward"
    words: ClassVar = (
        "How the loss changes with each activation. It comes back over every edge that leads on from the unit, "
        "times the weight of that edge."
    )
    output_words: ClassVar = (
        "How the loss changes with each output: the derivative of the loss itself. The way back begins here."
    )

    def said(self, sheet: Sheet) -> str:
        return self.output_words if self._is_output(sheet) else self.words

    def symbol(self, sheet: Sheet) -> str:
        return of(sheet.fed(self.layer + 1))

    def title(self, sheet: Sheet) -> str:
        return f"dL/da, layer {self.layer}"

    def _is_output(self, sheet: Sheet) -> bool:
        return self.layer == sheet.lab.depth

    def formula(self, sheet: Sheet) -> str:
        if self._is_output(sheet):
            return sheet.lab.head.d_output_latex.replace("A", rf"A^{{({self.layer})}}")
        above = self.layer + 1
        return sheet.notation.back(of(rf"Z^{{({above})}}"), rf"W^{{({above})}}")

    def substituted(self, sheet: Sheet) -> str:
        n, done = sheet.notation, sheet.done
        if not self._is_output(sheet):
            return n.back(n.matrix(done.d_z[self.layer]), n.matrix(done.begun.weights[self.layer]))
        a, y = n.matrix(done.a[-1]), n.matrix(done.begun.y)
        divisor = sheet.lab.head.divisor(sheet.batch)
        slope = rf"\left( {a} \odot \left(1 - {a}\right) \right)"
        return {
            "sigmoid_bce": rf"\frac{{1}}{{{divisor}}} \left( {a} - {y} \right) \Big/ {slope}",
            "softmax_cross_entropy": rf"-\frac{{1}}{{{divisor}}} \; {y} \Big/ {a}",
            "linear_mse": rf"\frac{{2}}{{{divisor}}} \left( {a} - {y} \right)",
        }[sheet.lab.head.kind]

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return done.d_a[self.layer - 1]

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return of(sheet.fed_one(self.layer + 1, row + 1, column + 1))

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        done = sheet.done
        if self._is_output(sheet):
            a, y = (bracketed(float(rows[row, column])) for rows in (done.a[-1], done.begun.y))
            divisor = sheet.lab.head.divisor(sheet.batch)
            one = sheet.lab.head.d_output_of_one(a, y)
            return one if divisor == 1 else rf"\frac{{1}}{{{divisor}}} \cdot {one}"
        above = self.layer + 1
        units = range(1, sheet.lab.sizes[above] + 1)
        symbols = " + ".join(
            of(sheet.notation.entry("z", above, row + 1, k, sheet.batch)) + sheet.notation.weight(above, k, column + 1)
            for k in units
        )
        pairs = zip(done.d_z[self.layer][row], done.begun.weights[self.layer][:, column], strict=True)
        return f"{symbols} = {total([(float(d), float(w)) for d, w in pairs])}"


@dataclass(frozen=True)
class ByInput(ByActivation):
    """dL/dx: the same for the inputs, which are not learned."""

    kind: ClassVar[Kind] = "dL/dx"
    words: ClassVar = (
        "How the loss changes with each input. Nothing is learned from it; it says which input matters here, and a layer "
        "before this one would need it."
    )

    def title(self, sheet: Sheet) -> str:
        return "dL/dx, inputs"

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return done.d_x


@dataclass(frozen=True)
class ByPreActivation(Quantity):
    """dL/dz: through the activation."""

    kind: ClassVar = "dL/dz"
    phase: ClassVar = "backward"
    words: ClassVar = (
        "How the loss changes with each pre-activation: the derivative that came back, times the slope of the unit at "
        "its own z. Where the slope is 0, nothing goes further back."
    )
    softmax_words: ClassVar = (
        "How the loss changes with each pre-activation. Softmax makes every output depend on every z, so the derivatives of "
        "all outputs meet here; what remains is output minus target."
    )

    def said(self, sheet: Sheet) -> str:
        return self.softmax_words if self.layer == sheet.lab.depth and sheet.lab.takes_classes else self.words

    def symbol(self, sheet: Sheet) -> str:
        return of(rf"Z^{{({self.layer})}}")

    def title(self, sheet: Sheet) -> str:
        return f"dL/dz, layer {self.layer}"

    def _slope(self, sheet: Sheet) -> Matrix:
        choice = sheet.lab.hidden[self.layer - 1].activation
        with np.errstate(all="ignore"):
            return slope_of(choice).slope(choice, sheet.done.z[self.layer - 1], sheet.done.a[self.layer - 1])

    def formula(self, sheet: Sheet) -> str:
        layer = self.layer
        if layer == sheet.lab.depth:
            return sheet.lab.head.d_z_latex.replace("A", rf"A^{{({layer})}}")
        choice = sheet.lab.hidden[layer - 1].activation
        slope = slope_of(choice).slope_latex(choice, "z", "a")
        return rf"{of(f'A^{{({layer})}}')} \odot g'(Z^{{({layer})}}), \quad g'(z) = {slope}"

    def substituted(self, sheet: Sheet) -> str:
        n, done = sheet.notation, sheet.done
        if self.layer < sheet.lab.depth:
            return rf"{n.matrix(done.d_a[self.layer - 1])} \odot {n.matrix(self._slope(sheet))}"
        twice = "2" if sheet.lab.head.kind == "linear_mse" else "1"
        divisor = sheet.lab.head.divisor(sheet.batch)
        return rf"\frac{{{twice}}}{{{divisor}}} \left( {n.matrix(done.a[-1])} - {n.matrix(done.begun.y)} \right)"

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return done.d_z[self.layer - 1]

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return of(sheet.notation.entry("z", self.layer, row + 1, column + 1, sheet.batch))

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        done, layer = sheet.done, self.layer - 1
        a = bracketed(float(done.a[layer][row, column]))
        if self.layer == sheet.lab.depth:
            divisor = sheet.lab.head.divisor(sheet.batch)
            one = sheet.lab.head.d_z_of_one(a, bracketed(float(done.begun.y[row, column])))
            return one if divisor == 1 else rf"\frac{{1}}{{{divisor}}} \cdot {one}"
        choice = sheet.lab.hidden[layer].activation
        slope = slope_of(choice).slope_latex(choice, bracketed(float(done.z[layer][row, column])), a)
        come = bracketed(float(done.d_a[layer][row, column]))
        value = bracketed(float(self._slope(sheet)[row, column]))
        return rf"{come} \cdot \left( {slope} \right) = {come} \cdot {value}"


@dataclass(frozen=True)
class ByWeights(Quantity):
    """dL/dW: what came back to a unit, times what it was fed."""

    kind: ClassVar = "dL/dW"
    phase: ClassVar = "backward"
    words: ClassVar = (
        "How the loss changes with each weight: the derivative at the unit it leads to, times what came over it, summed "
        "over the examples. An input of 0 gives its weights no gradient."
    )

    def symbol(self, sheet: Sheet) -> str:
        return of(rf"{self._w(sheet)}^{{({self.layer})}}")

    def _w(self, sheet: Sheet) -> str:
        return r"\tilde W" if sheet.notation.bias_unit else "W"

    def title(self, sheet: Sheet) -> str:
        return f"dL/dW, layer {self.layer}"

    def _fed(self, sheet: Sheet) -> Matrix:
        fed = sheet.done.fed(self.layer)
        return with_one(fed) if sheet.notation.bias_unit else fed

    def formula(self, sheet: Sheet) -> str:
        fed = sheet.fed(self.layer)
        fed = rf"\tilde{{{fed[0]}}}{fed[1:]}" if sheet.notation.bias_unit else fed
        d_z = of(rf"Z^{{({self.layer})}}")
        return (
            sheet.notation.outer(rf"\left( {d_z} \right)", fed)
            if not sheet.notation.columns
            else (rf"{fed} \left( {d_z} \right)^{{\top}}")
        )

    def substituted(self, sheet: Sheet) -> str:
        n = sheet.notation
        return n.outer(n.matrix(sheet.done.d_z[self.layer - 1]), n.matrix(self._fed(sheet)))

    def value(self, done: Pass, notation: Notation) -> Matrix:
        d_w, d_b = done.d_w[self.layer - 1], done.d_b[self.layer - 1]
        return joined(d_b, d_w) if notation.bias_unit else d_w

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return of(sheet.notation.weight(self.layer, row + 1, column + (not sheet.notation.bias_unit)))

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        source = column + (not sheet.notation.bias_unit)
        symbols = " + ".join(
            of(sheet.notation.entry("z", self.layer, i, row + 1, sheet.batch))
            + r" \cdot "
            + sheet.fed_one(self.layer, i, source)
            for i in range(1, sheet.batch + 1)
        )
        pairs = zip(sheet.done.d_z[self.layer - 1][:, row], self._fed(sheet)[:, column], strict=True)
        return f"{symbols} = {total([(float(d), float(v)) for d, v in pairs])}"


@dataclass(frozen=True)
class ByBias(Quantity):
    """dL/db: what came back to a unit, as it is."""

    kind: ClassVar = "dL/db"
    phase: ClassVar = "backward"
    words: ClassVar = (
        "How the loss changes with each bias. Its input is always 1, so it is the derivative at the unit itself, summed "
        "over the examples."
    )

    def symbol(self, sheet: Sheet) -> str:
        return of(rf"b^{{({self.layer})}}")

    def title(self, sheet: Sheet) -> str:
        return f"dL/db, layer {self.layer}"

    def formula(self, sheet: Sheet) -> str:
        place = ":, i" if sheet.notation.columns else "i, :"
        return rf"\sum_{{i=1}}^{{m}} \left( {of(rf'Z^{{({self.layer})}}')} \right)_{{{place}}}"

    def substituted(self, sheet: Sheet) -> str:
        return " + ".join(sheet.notation.matrix(row[None, :]) for row in sheet.done.d_z[self.layer - 1])

    def value(self, done: Pass, notation: Notation) -> Matrix:
        return done.d_b[self.layer - 1][None, :]

    def shape(self, sheet: Sheet) -> str:
        units = len(sheet.done.d_b[self.layer - 1])
        return f"({units}, 1)" if sheet.notation.columns else f"({units},)"

    def name(self, sheet: Sheet, row: int, column: int) -> str:
        return of(rf"b_{{{column + 1}}}^{{({self.layer})}}")

    def one(self, sheet: Sheet, row: int, column: int) -> str:
        examples = range(1, sheet.batch + 1)
        symbols = " + ".join(of(sheet.notation.entry("z", self.layer, i, column + 1, sheet.batch)) for i in examples)
        return f"{symbols} = {total([(float(d),) for d in sheet.done.d_z[self.layer - 1][:, column]])}"
