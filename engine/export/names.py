"""Where the names in the code that sections write are defined: one table for all of them."""

from collections.abc import Mapping

from engine.export.source import External, Place

TORCH = External("torch", None, "torch")
NN = External("torch", "nn", "nn")
NUMPY = External("numpy", None, "np")

NAMES: dict[str, Place | External] = {
    "torch": TORCH,
    "nn": NN,
    "np": NUMPY,
    "copy": External("copy", None, "copy"),
    "itertools": External("itertools", None, "itertools"),
    "OrderedDict": External("collections", "OrderedDict", "OrderedDict"),
    "stream": Place("engine.streams", "stream"),
    "Dropout": Place("engine.dropout", "Dropout"),
    "Affine": Place("engine.model", "Affine"),
    "changed_part": Place("engine.data.hand", "changed_part"),
    "Scaler": Place("engine.data.prepare", "Scaler"),
    "drawn_split": Place("engine.data.prepare", "drawn_split"),
    "balanced_weights": Place("engine.data.prepare", "balanced_weights"),
    "Table": Place("engine.data.table", "Table"),
    "column_transformer": Place("engine.data.own.encoder", "column_transformer"),
    "derive": Place("engine.data.features", "derive"),
    "Watch": Place("engine.stopping", "Watch"),
}


def names_for(*rows: object) -> dict[str, Place | External]:
    """The table, and the classes of the catalogs' rows that a section's code makes."""
    return with_rows(NAMES, *rows)


def with_rows(names: Mapping[str, Place | External], *rows: object) -> dict[str, Place | External]:
    """A table of names, and the classes of rows."""
    return {**names, **{type(row).__name__: Place(type(row).__module__, type(row).__name__) for row in rows}}
