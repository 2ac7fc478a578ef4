"""What a hand did to a run, as statements of a script: points of the data, weights, units and edges of the network."""

from engine.data import hand
from engine.data.catalog import Data
from engine.data.prepare import prepare
from engine.data.source import Handmade
from engine.data.table import Table
from engine.experiment import Experiment
from engine.export.record import Record
from engine.export.rows import literal
from engine.touch import Touch, is_touch, read

PARTS = ("train", "validation", "test")


def parts_used(record: Record) -> tuple[str, ...]:
    """The parts that have examples at some time; training always counts."""
    found = [prepare(stage.experiment.data, record.begun.seed) for stage in record.stages]
    return tuple(name for name in PARTS if name == "train" or any(len(getattr(data, name).x) for data in found))


def data_lines(record: Record, data: Data, table: Table) -> list[str]:
    """Inputs and targets of every part, with what was done to ``data`` by hand."""
    lines = []
    for name in parts_used(record):
        x = "test_x" if name == "test" and table.test_x is not None else "x"
        y = "test_y" if name == "test" and table.test_y is not None else "y"
        drawn = f"table.{x}[{name}]", f"table.{y}[{name}]"
        if isinstance(data, Handmade) and data.hand:
            lines += _changed_part(data, name, drawn)
            drawn = "x", "y"
        lines.append(f"{name}_x, {name}_y = inputs_of({drawn[0]}), targets_of({drawn[1]})")
    return lines


def _changed_part(data: Handmade, name: str, drawn: tuple[str, str]) -> list[str]:
    """Rows changed or removed, and points placed, in one part."""
    said, texts = hand.read(data.hand), hand.placed_only(data.hand)
    placed = [point for point, text in zip(said.placed, texts, strict=True) if PARTS[data.part_of(text)] == name]
    changed = [f"        {row}: {literal(target)}," for row, target in said.changed.items()]
    lines = ["x, y = changed_part(", f"    {name},", f"    {drawn[0]},", f"    {drawn[1]},"]
    lines += ["    changed={", *changed, "    },"] if changed else ["    changed={},"]
    points = [f"        {literal(point)}," for point in placed]
    return [*lines, *(["    placed=[", *points, "    ],"] if points else ["    placed=[],"]), ")"]


def touches_of(record: Record) -> list[Touch]:
    """Every touch of the network, in order."""
    return [read(path, value) for stage in record.stages for path, value in stage.patch if is_touch(path)]


def touch_lines(experiment: Experiment, touches: list[Touch], masked: set[int]) -> list[str]:
    """Statements of ``touches``; layers whose edges have a mask by now are ``masked``."""
    lines: list[str] = []
    typed = [line for touch in touches if touch.kind in ("weight", "bias") for line in _typed(experiment, touch)]
    if typed:
        lines += ["with torch.no_grad():", *(f"    {line}" for line in typed)]
    for touch in touches:
        linear = f"linears[{touch.layer - 1}]"
        if touch.kind == "unit":
            lines.append(f"network.hidden[{touch.layer - 1}].switches.kept[{touch.unit - 1}] = {touch.value}")
        elif touch.kind == "edge":
            if touch.layer not in masked:
                lines.append(f"{linear}.kept = torch.ones_like({linear}.weight)")
                masked.add(touch.layer)
            lines.append(f"{linear}.kept[{_rows(experiment, touch)}, {touch.source - 1}] = {touch.value}")
    return lines


def _typed(experiment: Experiment, touch: Touch) -> list[str]:
    """A typed number; of maxout all pieces of a unit move alike, so that their mean is what was typed."""
    rows = _rows(experiment, touch)
    place = f"weight[{rows}, {touch.source - 1}]" if touch.kind == "weight" else f"bias[{rows}]"
    target = f"linears[{touch.layer - 1}].{place}"
    if ":" not in rows:
        return [f"{target} = {literal(touch.value)}"]
    return [f"{target} = {target} - {target}.mean() + {literal(touch.value)}"]


def _rows(experiment: Experiment, touch: Touch) -> str:
    """The rows of a layer's weights that make a unit: one, or as many as maxout has pieces."""
    hidden = touch.layer <= len(experiment.model.hidden)
    pieces = experiment.model.activation_of(touch.layer).pieces if hidden else 1
    first = (touch.unit - 1) * pieces
    return str(first) if pieces == 1 else f"{first}:{first + pieces}"
