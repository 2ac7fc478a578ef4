"""The section of a script that builds the network and draws its first weights: only the parts that this model has."""

from dataclasses import dataclass

from engine.experiment import Experiment
from engine.export.bundle import Section, names_in
from engine.export.by_hand import touches_of
from engine.export.names import NAMES
from engine.export.record import Record
from engine.export.rows import literal, written_out
from engine.export.source import External, Place


@dataclass(frozen=True)
class Layer:
    """A hidden layer's modules, as expressions."""

    inputs: int
    units: int
    parts: tuple[tuple[str, str], ...]
    """Name and module after the affine map: norm, activation, dropout."""
    pieces: int
    adds_input: bool


def network_section(record: Record) -> Section:
    """The network as a module, and its first weights."""
    builder = _Builder(record)
    sizes = [record.data.input_size, *record.begun.model.hidden]
    shape = ", ".join(map(str, record.begun.model.hidden)) or "none"
    text = (
        f"{sizes[0]} inputs, hidden layers: {shape}, outputs: {builder.outputs}. "
        "The weights are drawn again here, each layer from its own stream, and biases begin at 0."
    )
    code = "\n".join([*builder.classes(), "", "", *builder.first_weights()])
    return Section("Network", text, code, builder.names)


class _Builder:
    def __init__(self, record: Record) -> None:
        self.record, self.experiment = record, record.begun
        self.model = record.begun.model
        self.outputs = self.experiment.loss.outputs(record.data.class_count)
        self.names: dict[str, Place | External] = dict(NAMES)
        self.layers = [self._layer(number) for number in range(1, len(self.model.hidden) + 1)]
        self.bias = "" if self.model.bias else ", bias=False"
        self.affine = "Affine" if any(touch.kind == "edge" for touch in touches_of(record)) else "nn.Linear"

    def _layer(self, number: int) -> Layer:
        model = self.model
        inputs = (self.record.data.input_size, *model.hidden)[number - 1]
        units = model.hidden[number - 1]
        activation, norm = model.activation_of(number), model.norm_of(number)
        parts = []
        if norm.build(1) is not None:
            wide = "units" if activation.pieces == 1 else f"{activation.pieces} * units"
            parts.append(("norm", self._built(norm, {"width": wide})))
        parts.append(("activation", self._built(activation, {})))
        if any(drops(stage.experiment, number) for stage in self.record.stages):
            rate = self.experiment.model.dropout_of(number)
            parts.append(("dropout", f'Dropout({literal(rate)}, stream(SEED, "dropout", number))'))
        if any(touch.kind == "unit" and touch.layer == number for touch in touches_of(self.record)):
            parts.append(("switches", "Switches(units)"))
        return Layer(inputs, units, tuple(parts), activation.pieces, model.residual and inputs == units)

    def _built(self, row: object, given: dict[str, str]) -> str:
        module, text = written_out(row, "build", given)  # type: ignore[arg-type]
        self.names |= names_in(module, text)
        return text

    def classes(self) -> list[str]:
        """The function that makes a hidden layer (one for each kind of layer there is), and the network."""
        kinds = list(dict.fromkeys((layer.parts, layer.pieces) for layer in self.layers))
        lines: list[str] = []
        if any(layer.adds_input for layer in self.layers):
            lines += RESIDUAL.split("\n")
        if any(touch.kind == "unit" for touch in touches_of(self.record)):
            lines += SWITCHES.split("\n")
        for place, (parts, pieces) in enumerate(kinds):
            lines += self._maker(_maker_name(place, len(kinds)), parts, pieces)
        lines += ["class Network(nn.Module):", '    """What the run trained."""', "", "    def __init__(self):"]
        lines += ["        super().__init__()", *self._stack(kinds)]
        lines += [
            f"        self.output = {self.affine}({self._last}, {self.outputs}{self.bias})",
            "",
            "    def forward(self, x):",
        ]
        if self.layers:
            lines += ["        for layer in self.hidden:", "            x = layer(x)"]
        return [*lines, "        return self.output(x)"]

    @property
    def _last(self) -> int:
        return self.layers[-1].units if self.layers else self.record.data.input_size

    def _maker(self, name: str, parts: tuple[tuple[str, str], ...], pieces: int) -> list[str]:
        mixed = any(layer.adds_input for layer in self.layers)
        has_number = any("number" in module for _, module in parts)
        wide = "units" if pieces == 1 else f"{pieces} * units"
        shown = [("linear", f"{self.affine}(inputs, {wide}{self.bias})"), *parts]
        made = "kind" if mixed else "nn.Sequential"
        lines = [f"def {name}(inputs, units{', number' if has_number else ''}):", '    """One hidden layer."""']
        if mixed:
            lines.append("    kind = Residual if inputs == units else nn.Sequential")
        lines += [f"    return {made}(", "        OrderedDict("]
        lines += [f"            {part}={module}," for part, module in shown]
        return [*lines, "        )", "    )", "", ""]

    def _stack(self, kinds: list[tuple[tuple[tuple[str, str], ...], int]]) -> list[str]:
        if not self.layers:
            return []
        lines = ["        self.hidden = nn.ModuleList(", "            ["]
        for number, layer in enumerate(self.layers, start=1):
            name = _maker_name(kinds.index((layer.parts, layer.pieces)), len(kinds))
            third = f", {number}" if any("number" in module for _, module in layer.parts) else ""
            lines.append(f"                {name}({layer.inputs}, {layer.units}{third}),")
        return [*lines, "            ]", "        )"]

    def first_weights(self) -> list[str]:
        """Draws of the initializer, layer by layer."""
        given = {"weight": "linear.weight", "generator": 'stream(SEED, "weights", number)'}
        module, text = written_out(self.model.initializer, "fill", given)
        self.names |= names_in(module, text)
        linears = "[*(layer.linear for layer in network.hidden), network.output]" if self.layers else "[network.output]"
        numbered = "number, linear in enumerate(linears, start=1)" if "number" in text else "linear in linears"
        lines = ["network = Network()", f"linears = {linears}", f"for {numbered}:"]
        lines += [f"    {line}" for line in text.split("\n")]
        return [*lines, "    nn.init.zeros_(linear.bias)"] if self.model.bias else lines


def drops(experiment: Experiment, layer: int) -> bool:
    """Whether hidden ``layer`` (from 1) silences units."""
    return experiment.model.dropout_of(layer) > 0


def _maker_name(place: int, kinds: int) -> str:
    return (
        "hidden_layer" if kinds == 1 else f"hidden_layer_{'abcdefghijklmnopqrstuvwxyz'[place % 26] * (place // 26 + 1)}"
    )


RESIDUAL = '''class Residual(nn.Sequential):
    """Adds its input to its output."""

    def forward(self, x):
        return x + super().forward(x)

'''

SWITCHES = '''class Switches(nn.Module):
    """1 where a unit is on, 0 where it is off and gives 0."""

    def __init__(self, units):
        super().__init__()
        self.kept = torch.ones(units)

    def forward(self, a):
        return a * self.kept

'''
