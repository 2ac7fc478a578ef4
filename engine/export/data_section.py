"""The first sections of a script: its streams of random numbers, its data, split and scaling."""

import textwrap

from engine.data.own.encoder import Encoder, by_kind
from engine.data.table import Table
from engine.export.bundle import Section
from engine.export.by_hand import data_lines
from engine.export.given import SAID_OF_GIVEN, given_lines
from engine.export.names import NAMES, names_for
from engine.export.record import Record
from engine.export.rows import literal


def data_sections(record: Record, table: Table) -> list[Section]:
    """Seed, data, split and scaling."""
    return [_streams(record), _data(record, table), _split(record, table)]


def _streams(record: Record) -> Section:
    code = f"torch.set_num_threads(1)\nSEED = {record.begun.seed}"
    text = (
        "One thread, so that sums are added in the same order as in the run. Every random draw comes from a stream of its "
        "own, named by its purpose: data, noise, split, weights, batches, sampling, dropout."
    )
    return Section("Random numbers", text, code, NAMES, first=("stream",))


def _data(record: Record, table: Table) -> Section:
    row = record.begun.data
    if row.is_private:
        return Section("Data", SAID_OF_GIVEN, "\n".join(given_lines(row, table)), names_for(row))
    code = f"data = {type(row).__name__}()\ntable = data.draw(SEED)"
    return Section("Data", f"{row.label}: {row.lesson}", code, names_for(row))


def _split(record: Record, table: Table) -> Section:
    shares = record.begun.data.validation_share
    lines = [f"train, {'validation' if shares > 0 else '_'}, test = drawn_split(table, data, SEED)"]
    lines += [*_scaling(record, table), *data_lines(record, record.begun.data, table)]
    text = "Each class keeps its share in every part. Shift and width of the scaling come from the training part alone."
    return Section("Split and scaling", text, "\n".join(lines), NAMES)


def _scaling(record: Record, table: Table) -> list[str]:
    """``inputs_of`` and ``targets_of``: from the table's columns to tensors."""
    kind, features = record.begun.data.scaling, record.data.features
    derives = bool(features) and features != record.data.columns
    fitted = "table.x[train]" if len(table.x) else "data.corners"
    lines = [f"FEATURES = {literal(features)}"] if derives else []
    encoded = isinstance(record.data.scaler, Encoder)
    if encoded:
        numeric, others = by_kind(table.kinds)
        lines.append(f'encoder = column_transformer({numeric}, {others}, "{kind}").fit(table.x[train])')
    elif kind != "none":
        lines.append(f'scaler = Scaler.fitted("{kind}", {f"derive({fitted}, FEATURES)" if derives else fitted})')
    raw = "derive(x, FEATURES)" if derives else "x"
    scaled = "encoder.transform(x)" if encoded else raw if kind == "none" else f"scaler({raw})"
    said = "The table's columns as the network receives them."
    lines += _function("inputs_of(x)", said, f"{scaled}.astype(np.float32)")
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
