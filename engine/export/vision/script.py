"""A run on pictures as a PyTorch script that imports nothing of ours and ends with its training loss; a notebook; weights."""

from engine.export.bundle import Section, bundled
from engine.export.notebook import notebook_of
from engine.export.script import header_of, written
from engine.export.source import External
from engine.export.vision import network_section, pictures_section
from engine.export.vision.record import VisionRecord
from engine.export.vision.training_section import VisionLoop
from engine.export.weights import saved


def vision_sections(record: VisionRecord, *, plotted: bool = False) -> tuple[list[Section], list[External]]:
    """(the parts of a script in the order of a textbook, what they import). ``plotted`` keeps the losses for a curve."""
    loop = VisionLoop(record, plotted=plotted)
    sections = [pictures_section.streams(record), pictures_section.pictures(record)]
    sections += [network_section.network_section(record), *loop.sections()]
    rows = [*pictures_section.rows_of(record), *network_section.rows_of(record), *loop.row_of_catalogs()]
    return sections, bundled(sections, rows)


def vision_script(record: VisionRecord, link: str = "") -> str:
    """The script's text; ``link`` opens the page it is from."""
    return written(vision_header(record, link), *vision_sections(record))


def vision_header(record: VisionRecord, link: str) -> str:
    """What the script reproduces, with what it was made, and where the run began."""
    return header_of(record.steps, record.train_loss, record.device, link)


def vision_notebook(record: VisionRecord, link: str = "") -> str:
    """The same as a notebook, with a curve of the loss."""
    return notebook_of(vision_header(record, link), *vision_sections(record, plotted=True))


def vision_weights(record: VisionRecord, link: str = "") -> bytes:
    """The weights as a safetensors file, by the names of the script's network."""
    return saved(record.state, record.steps, link, {})
