"""``VisionCase``: everything the doctor knows of a run on pictures: the record of it, and what was measured at its end."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch

from engine.doctor.case import SHORT, share_of
from engine.doctor.evidence import Evidence, Form
from engine.doctor.record import Record
from engine.snapshot import Measured, Snapshot
from engine.vision.blocks import Activate
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images
from engine.vision.model import Cnn
from engine.vision.network import VisionNetwork
from engine.vision.run import VisionRun
from engine.vision.scene import VisionScene
from engine.vision.sources.catalog import built
from engine.vision.sources.source import Source
from engine.words import number, percent

NEIGHBOURS = 5
MOST_TRAINED, MOST_ASKED = 1000, 300
"""Pictures that neighbours are looked for among, and pictures that are asked for."""
NOTHING_LEARNED = 0.95
"""Share of the loss of a constant answer that is left where hardly anything was learned."""
GAIN = 0.25
"""Where no neighbours can answer: the loss must lie below a constant answer's by this share of its size."""


@dataclass(frozen=True)
class VisionCase(Record):
    """A run on pictures as it stands."""

    experiment: VisionExperiment
    scene: VisionScene
    neighbours: float
    """Accuracy of the nearest training pictures on the validation part; NaN where the head names no class."""
    rows: int
    """Training pictures."""
    spreads: tuple[float, ...]
    """Of each layer: how far its kernels or units differ at most, as a share of its largest weight."""

    @property
    def training_rows(self) -> int:
        return self.rows

    @property
    def constant_loss(self) -> float:
        return self.scene.chance

    @property
    def unexplained(self) -> float:
        """Training loss as a share of the loss of the best constant answer."""
        return share_of(self.score("train.loss"), self.constant_loss)

    @property
    def score_kind(self) -> str:
        return self.experiment.head.score_names[0]

    @property
    def score_label(self) -> str:
        return "accuracy" if self.score_kind == "accuracy" else self.score_kind.replace("_", " ")

    @property
    def score_form(self) -> Form:
        return "share" if self.score_kind == "accuracy" else "number"

    def as_score(self, value: float) -> str:
        return percent(value) if self.score_kind == "accuracy" else number(value)

    @property
    def names_classes(self) -> bool:
        """Whether there are neighbours to measure it against."""
        return not math.isnan(self.neighbours)

    @property
    def falls_short(self) -> bool:
        """Whether it does worse than its nearest training pictures would, or hardly better than a constant answer."""
        if self.names_classes:
            return not self.held_score >= self.neighbours - SHORT or not self.unexplained <= NOTHING_LEARNED
        return not self.score("validation.loss") <= self.constant_loss - GAIN * abs(self.constant_loss)

    @property
    def shortfall_evidence(self) -> tuple[Evidence, ...]:
        unit = self.scene.loss_unit
        constant = Evidence("validation loss of the best constant answer", self.constant_loss, unit)
        if not self.names_classes:
            return (self.held_loss, constant)
        mine = Evidence("accuracy on the validation part", self.held_score, form="share")
        theirs = Evidence(f"the same by the {NEIGHBOURS} nearest training pictures", self.neighbours, form="share")
        return (mine, theirs)

    @property
    def shortfall_said(self) -> str:
        if self.names_classes:
            return (
                f"The network's accuracy on the validation part is {percent(self.held_score)}; the {NEIGHBOURS} nearest "
                "training "
                f"pictures, pixel by pixel and without any network, give {percent(self.neighbours)}."
            )
        return (
            f"The validation loss is {number(self.score('validation.loss'))}; one answer for all pictures has "
            f"{number(self.constant_loss)}."
        )

    @cached_property
    def detailed(self) -> tuple[tuple[int, Measured], ...]:
        """(step, details) of the frames that have them."""
        return tuple((frame.step, frame.detail) for frame in self.frames if isinstance(frame.detail, Measured))

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation blocks whose dead units are counted, in their order."""
        model = self.experiment.model
        blocks = model.blocks if isinstance(model, Cnn) else ()
        return tuple(
            f"{n} {block.named}" for n, block in enumerate(blocks, start=1) if isinstance(block, Activate) and n > 1
        )


def case_of(run: VisionRun, film: Iterable[Snapshot]) -> VisionCase:
    """What there is to examine of a run at rest; ``film`` must have a frame of where it stands."""
    since = run.edits[-1].step if run.edits else 0
    frames = [frame for frame in film if since <= frame.step <= run.steps]
    return VisionCase(
        experiment=run.experiment,
        frames=tuple(frames) or (run.snapshot(),),
        ending=run.ending,
        scene=run.scene,
        neighbours=_neighbours(run),
        rows=len(run.data.train),
        spreads=spreads_of(run.network),
        steps_per_epoch=run.steps_per_epoch,
        last_step=run.last_step,
        edited=bool(run.edits),
    )


def _neighbours(run: VisionRun) -> float:
    if run.experiment.head.gives != "classes":
        return math.nan
    data = run.experiment.data
    return neighbour_accuracy(run.data) if data.is_private else _of_source(data, run.experiment.seed)


@lru_cache(maxsize=32)
def _of_source(data: Source, seed: int) -> float:
    return neighbour_accuracy(built(data, seed))


def neighbour_accuracy(data: Images) -> float:
    """Accuracy of a vote among the nearest training pictures by Euclidean distance of pixels; ties go to the lowest class."""
    known, asked = data.train.first(MOST_TRAINED), data.validation.first(MOST_ASKED)
    gaps = torch.cdist(asked.x.flatten(1), known.x.flatten(1))
    nearest = gaps.topk(min(NEIGHBOURS, len(known)), dim=1, largest=False).indices
    votes = torch.nn.functional.one_hot(known.label[nearest], len(data.classes)).sum(1)
    return float((votes.argmax(1) == asked.label).float().mean())


@torch.no_grad()
def spreads_of(network: VisionNetwork) -> tuple[float, ...]:
    """Of each layer with more than one kernel or unit: the largest difference between these, over its largest weight."""
    found = []
    for weight in network.matrices.values():
        rows = weight.flatten(1)
        largest = float(rows.abs().max())
        wide = float((rows.amax(0) - rows.amin(0)).max())
        found.append(math.inf if len(rows) < 2 else wide / largest if largest else 0.0)
    return tuple(found)
