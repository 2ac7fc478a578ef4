"""The section of a script that builds the network and draws its first weights: the engine's own classes."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.choice import Choice
from engine.export.bundle import RowOf, Section
from engine.export.descent import spread
from engine.export.rows import called
from engine.export.sequences.names import names_of
from engine.export.sequences.record import SequenceRecord
from engine.initializers import Normal, XavierUniform
from engine.sequences.network import NetworkChoice

INITIALIZERS = (XavierUniform(), Normal())
"""Rows that the transformer's own source makes."""


@dataclass(frozen=True)
class Written:
    """How the source of a network knows its settings, and how it is called."""

    variable: str
    call: str
    fields: tuple[str, ...]
    """The choices within the settings that it reads."""
    also: tuple[str, ...] = ()
    """What else a reader may want."""


WRITTEN = {
    "recurrent": Written(
        "row",
        "RecurrentNetwork(row, Asked.of(data), SEED)",
        ("cell", "initializer", "recurrent_initializer"),
    ),
    "transformer": Written("model", "TransformerNetwork(model, data, SEED)", ("positions",), ("Seen",)),
}


def network_section(record: SequenceRecord) -> Section:
    """The network as modules, and its first weights."""
    model = record.begun.model
    written, inner = WRITTEN[model.kind], list(_within(model))
    first: dict[type[Choice], Choice] = {type(row): row for row in reversed([model, *inner])}
    made = called(model, first, written.fields)
    lines = [*spread(f"{written.variable} = {made}"), f"network = {written.call}"]
    numbers = sum(parameter.numel() for parameter in record.state.values())
    text = (
        f"{model.label}: {model.lesson} It learns {numbers:,} numbers. First weights are drawn again here, each part's from a "
        "stream of its own."
    )
    return Section("Network", text, "\n".join(lines), names_of(model, *inner), first=written.also)


def rows_of(model: NetworkChoice) -> list[RowOf]:
    """The network's rows as its source knows them; of two alike the first gives the defaults."""
    variable = WRITTEN[model.kind].variable
    below = [RowOf(variable, row, ("initializer", "positions")) for row in reversed(list(_within(model)))]
    return [*(RowOf("initializer", row, ("row",)) for row in INITIALIZERS), *below, RowOf(variable, model)]


def _within(model: NetworkChoice) -> Iterator[Choice]:
    for name in WRITTEN[model.kind].fields:
        yield getattr(model, name)
