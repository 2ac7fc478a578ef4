"""The first sections of a script: its streams of random numbers, its data, split and scaling."""

import textwrap

from engine.data.table import Table
from engine.export.bundle import Section
from engine.export.names import NAMES, names_for
from engine.export.record import Record


def data_sections(record: Record, table: Table) -> list[Section]:
    """Seed, data, split and scaling."""
    return [_streams(record), _data(record), _split(record, table)]


def _streams(record: Record) -> Section:
    code = f"torch.set_num_threads(1)\nSEED = {record.begun.seed}"
    text = (
        "One thread, so that sums are added in the same order as in the run. Every random draw comes from a stream of its "
        "own, named by its purpose: data, noise, split, weights, batches, dropout."
    )
    return Section("Random numbers", text, code, NAMES, first=("stream",))


def _data(record: Record) -> Section:
    row = record.begun.data
    code = f"data = {type(row).__name__}()\ntable = data.draw(SEED)"
    return Section("Data", f"{row.label}: {row.lesson}", code, names_for(row))


def _split(record: Record, table: Table) -> Section:
    data = record.begun.data
    parts = ["train", "validation", "test"] if data.validation_share > 0 else ["train", "test"]
    lines = [f"train, {'validation' if data.validation_share > 0 else '_'}, test = drawn_split(table, data, SEED)"]
    lines += _scaling(record)
    for part in parts:
        x = "test_x" if part == "test" and table.test_x is not None else "x"
        y = "test_y" if part == "test" and table.test_y is not None else "y"
        lines.append(f"{part}_x, {part}_y = inputs_of(table.{x}[{part}]), targets_of(table.{y}[{part}])")
    text = "Each class keeps its share in every part. Shift and width of the scaling come from the training part alone."
    return Section("Split and scaling", text, "\n".join(lines), NAMES)


def _scaling(record: Record) -> list[str]:
    """``inputs_of`` and ``targets_of``: from the table's columns to tensors."""
    kind = record.begun.data.scaling
    features = record.data.features
    raw = "derive(x, FEATURES)" if features and features != record.data.columns else "x"
    lines = [f"FEATURES = {features!r}".replace("'", '"')] if raw != "x" else []
    if kind != "none":
        lines.append(
            f'scaler = Scaler.fitted("{kind}", {raw.replace("x,", "table.x[train],") if raw != "x" else "table.x[train]"})'
        )
    scaled = raw if kind == "none" else f"scaler({raw})"
    lines += _function(
        "inputs_of(x)", "The table's columns as the network receives them.", f"{scaled}.astype(np.float32)"
    )
    if record.data.classes:
        return lines + _function("targets_of(y)", "Class numbers.", "y")
    if kind == "none":
        return lines + _function("targets_of(y)", "Values in their own unit.", "y.astype(np.float32)")
    lines.append(f'target_scaler = Scaler.fitted("{kind}", table.y[train].reshape(-1, 1))')
    said = "Values, scaled like the inputs."
    return lines + _function("targets_of(y)", said, "target_scaler(y.reshape(-1, 1))[:, 0].astype(np.float32)")


def _function(head: str, said: str, value: str) -> list[str]:
    body = f'def {head}:\n    """{said}"""\n    return torch.from_numpy({value})'
    return ["", "", *textwrap.dedent(body).split("\n"), "", ""]
