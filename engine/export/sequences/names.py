"""Where the names in the code of a script on sequences are defined."""

from engine.export.names import NAMES, NN, NUMPY, TORCH, with_rows
from engine.export.source import External, Place

SEQUENCE_NAMES: dict[str, Place | External] = {
    "torch": TORCH,
    "nn": NN,
    "np": NUMPY,
    "itertools": NAMES["itertools"],
    "stream": NAMES["stream"],
    "Given": Place("engine.sequences.tasks.task", "Given"),
    "unpacked": Place("engine.export.sequences.carried", "unpacked"),
    "numbered": Place("engine.export.sequences.carried", "numbered"),
    "Asked": Place("engine.sequences.asked", "Asked"),
    "RecurrentNetwork": Place("engine.sequences.recurrent", "RecurrentNetwork"),
    "TransformerNetwork": Place("engine.sequences.transformer", "TransformerNetwork"),
    "Seen": Place("engine.sequences.observed", "Seen"),
    "answered": Place("engine.sequences.camera", "answered"),
    "asked_of": Place("engine.sequences.camera", "asked_of"),
    "in_chunks": Place("engine.sequences.camera", "in_chunks"),
    "loss_of": Place("engine.sequences.camera", "loss_of"),
    "MEASURED_ROWS": Place("engine.sequences.camera", "MEASURED_ROWS"),
}


def names_of(*rows: object) -> dict[str, Place | External]:
    """The table, and the classes of the rows that a section's code makes."""
    return with_rows(SEQUENCE_NAMES, *rows)
