"""A run on sequences as a PyTorch script that imports nothing of ours and ends with its training loss; a notebook; weights."""

from engine.export.bundle import Section, bundled
from engine.export.notebook import notebook_of
from engine.export.script import header_of, written
from engine.export.sequences.data_section import examples, row_of, streams
from engine.export.sequences.network_section import network_section, rows_of
from engine.export.sequences.record import SequenceRecord
from engine.export.sequences.training_section import SequenceLoop
from engine.export.source import External
from engine.export.weights import saved


def sequence_sections(record: SequenceRecord, *, plotted: bool = False) -> tuple[list[Section], list[External]]:
    """(the parts of a script in the order of a textbook, what they import). ``plotted`` keeps the losses for a curve.

    Raises engine.refusal.Refusal where the task's text is not there for the present reader.
    """
    task = record.begun.task
    loop = SequenceLoop(record, plotted=plotted)
    sections = [streams(record), examples(task), network_section(record), *loop.sections()]
    rows = [row_of(task), *rows_of(record.begun.model), *loop.row_of_catalogs()]
    return sections, bundled(sections, rows)


def sequence_script(record: SequenceRecord, link: str = "") -> str:
    """The script's text; ``link`` opens the lab it is from."""
    return written(sequence_header(record, link), *sequence_sections(record))


def sequence_header(record: SequenceRecord, link: str) -> str:
    """What the script reproduces, with what it was made, and where the run began."""
    return header_of(record.steps, record.train_loss, record.device, link)


def sequence_notebook(record: SequenceRecord, link: str = "") -> str:
    """The same as a notebook, with a curve of the loss. Raises as ``sequence_sections``."""
    return notebook_of(sequence_header(record, link), *sequence_sections(record, plotted=True))


def sequence_weights(record: SequenceRecord, link: str = "") -> bytes:
    """The weights as a safetensors file, tied ones once: the file says under which other names the network has them."""
    tied = {"tied": " ".join(f"{name}={first}" for name, first in record.tied.items())} if record.tied else {}
    return saved(record.state, record.steps, link, tied)
