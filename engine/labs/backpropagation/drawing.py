"""The network as it is drawn at one step: what is known of every unit and edge by then, and what is being worked out."""

import numpy as np

from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.notation import short
from engine.labs.backpropagation.quantity import Quantity
from engine.labs.backpropagation.results import Drawing, Edge, Node, Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import step_of, steps


class _Pen:
    """Fills in what the steps up to the one on screen have made known."""

    def __init__(self, lab: BackpropagationLab, told: Story) -> None:
        self.lab, self.done = lab, told.hand
        self.known = steps(lab)[: step_of(lab)]
        self.now: Quantity = self.known[-1]
        self.row = min(lab.example, lab.batch) - 1

    def is_known(self, kind: str, layer: int, what: str = "") -> bool:
        """Whether a quantity was worked out by now."""
        return any(q.kind == kind and q.layer == layer and getattr(q, "of_what", "") in (what, "") for q in self.known)

    def is_now(self, *kinds: str, layer: int) -> bool:
        """Whether one of these is being worked out."""
        return self.now.kind in kinds and self.now.layer == layer

    def nodes(self) -> list[Node]:
        found = []
        for column, units in enumerate(self.lab.sizes):
            found += [self._node(column, unit) for unit in range(units)]
            if self.lab.bias_unit and column < self.lab.depth:
                found.append(Node(column, -1, "always 1", "1", "", "", 0.0, False))
        return found

    def _node(self, column: int, unit: int) -> Node:
        done, row = self.done, self.row
        if column == 0:
            value = float(done.begun.x[row, unit])
            gradient = short(done.d_x[row, unit]) if self.is_known("dL/dx", 0) else ""
            active = self.is_now("dL/dx", layer=0)
            place = Place("x", row + 1, unit + 1)
            return Node(0, unit, f"x{unit + 1}", short(value), gradient, "", np.tanh(value).item(), active, place)
        z, a = float(done.z[column - 1][row, unit]), float(done.a[column - 1][row, unit])
        value, letter = (a, "a") if self.is_known("a", column) else (z, "z")
        shown = f"{'' if letter == 'a' else 'z '}{short(value)}" if self.is_known("z", column) else ""
        gradient = ""
        for kind, array in (("dL/da", done.d_a), ("dL/dz", done.d_z)):
            if self.is_known(kind, column):
                gradient = short(float(array[column - 1][row, unit]))
        active = self.is_now("z", "a", "dL/da", "dL/dz", "dL/db", layer=column) or self._is_new_bias(column)
        tint = float(np.tanh(value)) if shown and np.isfinite(value) else 0.0
        bias, place = self._bias(column, unit), Place("b", column, unit + 1)
        return Node(column, unit, f"{letter}{unit + 1}", shown, gradient, bias, tint, active, place)

    def _is_new_bias(self, layer: int) -> bool:
        return self.is_now("update", layer=layer) and getattr(self.now, "of_what", "") == "b"

    def _bias(self, layer: int, unit: int) -> str:
        if self.lab.bias_unit:
            return ""
        if self.is_now("dL/db", layer=layer):
            return f"<b>{short(float(self.done.d_b[layer - 1][unit]))}</b>"
        numbers = self.done.updated if self.is_known("update", layer, "b") else self.done.begun
        return f"b {short(float(numbers.biases[layer - 1][unit]))}"

    def edges(self) -> list[Edge]:
        found = []
        for layer in range(1, self.lab.depth + 1):
            found += [
                self._edge(layer, source, target)
                for target in range(self.lab.sizes[layer])
                for source in range(-1 if self.lab.bias_unit else 0, self.lab.sizes[layer - 1])
            ]
        return found

    def _edge(self, layer: int, source: int, target: int) -> Edge:
        numbers = self.done.updated if self.is_known("update", layer, "W") else self.done.begun
        weights, gradients = numbers.weights[layer - 1], self.done.d_w[layer - 1]
        if source < 0:
            place = Place("b", layer, target + 1)
            weight, gradient = numbers.biases[layer - 1][target], self.done.d_b[layer - 1][target]
        else:
            place = Place("w", layer, target + 1, source + 1)
            weight, gradient = weights[target, source], gradients[target, source]
        is_gradient = self.is_now("dL/dW", layer=layer)
        through = self.is_now("dL/da", "dL/dx", layer=layer - 1) and source >= 0
        updated = self.is_now("update", layer=layer) and getattr(self.now, "of_what", "") == "W"
        active = is_gradient or through or updated or self.is_now("z", layer=layer)
        label = short(float(gradient if is_gradient else weight))
        known = short(float(gradient)) if self.is_known("dL/dW", layer) else ""
        return Edge(layer, source, target, float(weight), label, active, place, known, is_gradient)

    def target_places(self) -> tuple[Place, ...]:
        example, outputs = self.row + 1, range(1, self.lab.head.outputs + 1)
        return tuple(Place("y", example, 1 if self.lab.takes_classes else unit) for unit in outputs)


def drawing(lab: BackpropagationLab, told: Story) -> Drawing:
    """The network at the step on screen, for the chosen example."""
    pen = _Pen(lab, told)
    names = ["inputs", *(f"{layer.activation.label.split(' (')[0]}" for layer in lab.hidden)]
    names.append(lab.head.label.split(" + ")[0])
    loss = short(told.hand.loss) if pen.is_known("loss", lab.depth) else ""
    return Drawing(
        lab.sizes,
        tuple(pen.nodes()),
        tuple(pen.edges()),
        tuple(names),
        loss,
        pen.now.kind == "loss",
        tuple(short(float(value)) for value in told.hand.begun.y[pen.row]),
        pen.target_places(),
        lab.picked,
    )
