"""What can be taken home of each kind of live run: a row for each, by the class of its experiments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from charts.report import Setting
from engine.choice import Problem
from engine.export.sequences.experiment_file import read_sequence, sequence_json
from engine.export.sequences.record import sequence_record
from engine.export.sequences.script import sequence_notebook, sequence_script, sequence_weights
from engine.export.vision.experiment_file import read_vision, vision_json
from engine.export.vision.pictures_section import FILE, given_file, is_beside
from engine.export.vision.record import vision_record
from engine.export.vision.script import vision_notebook, vision_script, vision_weights
from engine.recipe import Recipe
from engine.run import Edit
from engine.sequences.cost import matrix_costs
from engine.sequences.experiment import SequenceExperiment
from engine.vision.experiment import VisionExperiment
from ui.settings_table import settings_of_pictures, settings_of_sequences

Cost = tuple[str, str, int]
"""(what it is, its shape, how many numbers it learns)."""


@dataclass(frozen=True)
class Files:
    """How the files of one kind of run are made. A record is the run as it stands, apart from it."""

    record: Callable[[Any, Any], Any]
    """Of a run at rest and the experiment that it began with: with ``begun``, ``edits``, ``steps``, ``epochs``, ``ending``."""
    script: Callable[[Any, str], str]
    """Of a record and the run's address; so are the next two."""
    notebook: Callable[[Any, str], str]
    weights: Callable[[Any, str], bytes]
    written: Callable[[Any, Sequence[Edit], int], str]
    """The file of an experiment, its changes, and the step it stands at."""
    read: Callable[[str], tuple[Any, list[Problem]]]
    """Of such a file: ``experiment``, ``edits`` and ``step``, and what could not be used. Raises Unreadable."""
    subject: Callable[[Any], str]
    """What files are named after: the kind of task, or of pictures."""
    title: Callable[[Any], str]
    """Of a report of this experiment."""
    settings: Callable[[Any], tuple[Setting, ...]]
    costs: Callable[[Any], tuple[Cost, ...]]
    """What each part of a run's network learns."""
    networks: dict[str, str]
    """What each kind of network is called in a sentence."""
    has_beside: Callable[[Any], bool] = lambda _: False
    """Whether the script of a record reads its data from a file beside it."""
    beside: Callable[[Any], bytes] = lambda _: b""
    """That file."""
    beside_name: str = ""


KINDS: dict[type[Recipe], Files] = {
    SequenceExperiment: Files(
        record=sequence_record,
        script=sequence_script,
        notebook=sequence_notebook,
        weights=sequence_weights,
        written=sequence_json,
        read=read_sequence,
        subject=lambda experiment: experiment.task.kind,
        title=lambda experiment: f"{experiment.task.label}: {experiment.model.label}",
        settings=settings_of_sequences,
        costs=lambda run: tuple((row.name, row.shape, row.parameters) for row in matrix_costs(run.network)),
        networks={"recurrent": "a recurrent network", "transformer": "a transformer"},
    ),
    VisionExperiment: Files(
        record=vision_record,
        script=vision_script,
        notebook=vision_notebook,
        weights=vision_weights,
        written=vision_json,
        read=read_vision,
        subject=lambda experiment: experiment.data.kind,
        title=lambda experiment: f"{experiment.data.label}: {experiment.head.label}",
        settings=settings_of_pictures,
        costs=lambda run: tuple((row.name, row.shape, row.parameters) for row in matrix_costs(run.network)),
        networks={"cnn": "blocks in a row", "unet": "a U-Net"},
        has_beside=is_beside,
        beside=given_file,
        beside_name=FILE,
    ),
}
