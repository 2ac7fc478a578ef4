"""``SequenceCase``: everything the doctor knows of a run on sequences: the record of it, and what was measured at its end."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.doctor.case import share_of
from engine.doctor.evidence import Evidence
from engine.doctor.record import Record
from engine.doctor.sequences.facts import TaskFacts, facts_of
from engine.sequences.data import Part
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.honest import Ahead, Padded, without_padding, without_what_comes
from engine.sequences.recurrent import RecurrentNetwork
from engine.sequences.run import SequenceRun
from engine.sequences.scene import SequenceScene
from engine.sequences.through import Through, through
from engine.snapshot import Snapshot
from engine.words import number

PROBED = 16
"""Examples that are read step by step."""
ASKED = 32
"""Examples that are answered without what comes, or without padding."""
SETTLING = 200
"""Updates before which a run is judged by nothing but a divergence."""
MASTERED = 0.95
"""Accuracy (or R²) from which on a task with exact answers counts as learned."""
BEHIND = 0.1
"""Share of the chance loss by which a network may do worse than what needs no network."""


@dataclass(frozen=True)
class SequenceCase(Record):
    """A run on sequences as it stands."""

    experiment: SequenceExperiment
    scene: SequenceScene
    facts: TaskFacts
    rows: int
    """Training examples."""
    through: Through | None
    """Of recurrent networks."""
    ahead: Ahead | None
    """Of networks that may see what comes, on tasks that ask at each step."""
    padded: Padded | None
    """Of networks that read padding, on tasks that have some."""

    @property
    def settles_at(self) -> int:
        """Examples are drawn or cut in any number: what counts is how often the weights were moved."""
        return SETTLING

    @property
    def training_rows(self) -> int:
        return self.rows

    @property
    def constant_loss(self) -> float:
        return self.scene.chance

    @property
    def unexplained(self) -> float:
        """Training loss as a share of the chance loss: 1 where nothing was learned."""
        return share_of(self.score("train.loss"), self.scene.chance)

    @property
    def falls_short(self) -> bool:
        """Whether a task with exact answers is not mastered, or another is done worse than without a network."""
        if self.facts.is_exact:
            return not self.held_score >= MASTERED
        return not self.score("validation.loss") <= self.facts.plain_loss + BEHIND * self.scene.chance

    @property
    def shortfall_evidence(self) -> tuple[Evidence, ...]:
        unit = self.scene.loss_unit
        chance = Evidence("chance loss: of who knows only how often each answer occurs", self.scene.chance, unit)
        if self.facts.is_exact:
            score = Evidence(f"{self.score_label} on the validation part", self.held_score, form=self.score_form)
            return (score, chance)
        return (self.held_loss, Evidence(f"the same by {self.facts.plain}", self.facts.plain_loss, unit), chance)

    @property
    def shortfall_said(self) -> str:
        if self.facts.is_exact:
            best = self.as_score(1.0)
            return (
                f"The network's {self.score_label} on the validation part is {self.as_score(self.held_score)}; every answer "
                f"follows from what was read, so {best} can be reached."
            )
        return (
            f"The network's validation loss is {number(self.score('validation.loss'))}; {self.facts.plain}, without any "
            f"network, has {number(self.facts.plain_loss)}."
        )


def case_of(run: SequenceRun, film: Iterable[Snapshot]) -> SequenceCase:
    """What there is to examine of a run at rest; ``film`` must have a frame of where it stands."""
    since = run.edits[-1].step if run.edits else 0
    frames = [frame for frame in film if since <= frame.step <= run.steps]
    facts = facts_of(run.experiment.task, run.experiment.seed, run.data)
    return SequenceCase(
        experiment=run.experiment,
        frames=tuple(frames) or (run.snapshot(),),
        ending=run.ending,
        scene=run.scene,
        facts=facts,
        rows=len(run.data.train),
        steps_per_epoch=run.steps_per_epoch,
        last_step=run.last_step,
        edited=bool(run.edits),
        through=_through(run),
        ahead=_ahead(run),
        padded=_padded(run, facts),
    )


def _through(run: SequenceRun) -> Through | None:
    if not isinstance(run.network, RecurrentNetwork):
        return None
    return through(run.network, _first(run, PROBED, run.data.train), run.data, run.experiment.training.chunk)


def _ahead(run: SequenceRun) -> Ahead | None:
    sees_ahead = not getattr(run.experiment.model, "causal", True)
    if not sees_ahead or run.data.answers_at != "each step" or not run.data.answers:
        return None
    return without_what_comes(run.network, _first(run, ASKED, run.data.validation), run.data)


def _padded(run: SequenceRun, facts: TaskFacts) -> Padded | None:
    masks = getattr(run.experiment.model, "masking", True)
    return (
        None
        if masks or not facts.padding
        else without_padding(run.network, _first(run, ASKED, run.data.validation), run.data)
    )


def _first(run: SequenceRun, rows: int, part: Part) -> Part:
    return part.first(rows).to(run.device)
