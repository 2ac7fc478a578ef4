"""The sections of a script that draw its pictures again, or read them from a file beside it."""

import io
from dataclasses import fields

import numpy as np

from engine.export.bundle import RowOf, Section
from engine.export.given import harmless
from engine.export.names import with_rows
from engine.export.rows import called, literal
from engine.export.vision.modules import laid_out
from engine.export.vision.names import VISION_NAMES
from engine.export.vision.record import VisionRecord
from engine.vision.images import Part, Truth
from engine.vision.sources.digits import Digits
from engine.vision.sources.roads import Roads
from engine.vision.sources.scenes import ShapeScenes

FILE = "gradient-playground-pictures.npz"
PARTS = ("train", "validation")
"""Those that a script needs."""
DRAWN = (Digits, ShapeScenes, Roads)
"""Sources whose code a script carries; the pictures of others stand in a file beside it."""
SAID_OF_GIVEN = (
    f"No formula draws these pictures: they stand, with what is known of them, in {FILE}, which is offered beside this script. "
    "Put it into the same folder."
)
OWN = " They are your own: give the file only to those whom you would give the pictures."


def streams(record: VisionRecord) -> Section:
    """Seed and threads."""
    code = f"torch.set_num_threads(1)\nSEED = {record.begun.seed}"
    text = (
        "One thread, so that sums are added in the same order as in the run. Every random draw comes from a stream of its "
        "own, named by its purpose: data, noise, split, weights, batches, augmentation, dropout."
    )
    return Section("Random numbers", text, code, VISION_NAMES, first=("stream",))


def pictures(record: VisionRecord) -> Section:
    """The pictures in their parts."""
    source = record.begun.data
    if not is_beside(record):
        code = f"source = {called(source, {type(source): source})}\ndata = source.build(SEED)"
        return Section("Pictures", f"{source.label}: {source.lesson}", code, with_rows(VISION_NAMES, source))
    classes = [harmless(name) for name in record.data.classes]
    lines = [
        f'with np.load("{FILE}") as file:',
        "    given = dict(file)",
        "",
        "",
        "def part_of(name):",
        '    """The pictures of a part."""',
    ]
    known = [f'{name}=torch.from_numpy(given[f"{{name}}.{name}"])' for name in _known(record)]
    parts = [
        *(f'torch.from_numpy(given[f"{{name}}.{name}"])' for name in ("pixels", "label")),
        f"Truth({', '.join(known)})",
    ]
    lines += laid_out(f"Part({', '.join(parts)})", 4, "return ")
    lines += ["", ""]
    lines += ["data = Images(", '    train=part_of("train"),', '    validation=part_of("validation"),']
    lines += ['    test=part_of("validation"),', f"    classes={literal(tuple(classes))},"]
    lines += [f"    mean={literal(record.data.mean)},", f"    std={literal(record.data.std)},", ")"]
    text = f"{source.label}: {source.lesson} {SAID_OF_GIVEN}{OWN if source.is_private else ''}"
    return Section("Pictures", text, "\n".join(lines), VISION_NAMES)


def rows_of(record: VisionRecord) -> list[RowOf]:
    """The source as the code knows it."""
    return [] if is_beside(record) else [RowOf("source", record.begun.data)]


def is_beside(record: VisionRecord) -> bool:
    """Whether a script reads its pictures from a file instead of drawing them."""
    return not isinstance(record.begun.data, DRAWN)


def given_file(record: VisionRecord) -> bytes:
    """The file that such a script reads: arrays, compressed, which NumPy loads without running anything."""
    arrays: dict[str, np.ndarray] = {}
    for name in PARTS:
        part: Part = getattr(record.data, name)
        arrays |= {f"{name}.pixels": part.pixels.numpy(), f"{name}.label": part.label.numpy()}
        arrays |= {f"{name}.{field}": getattr(part.truth, field).numpy() for field in _known(record)}
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def _known(record: VisionRecord) -> list[str]:
    """What the source knows of its pictures besides their class."""
    truth = record.data.train.truth
    return [field.name for field in fields(Truth) if getattr(truth, field.name) is not None]
