"""Recorded runs with a warning sign each, trained anew and examined by the doctor."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.activations import ReLU, Sigmoid, Tanh
from engine.data.toy import Circle
from engine.doctor.case import Case
from engine.doctor.catalog import examine, row
from engine.doctor.examination import filmed
from engine.doctor.finding import Finding, patch
from engine.experiment import Experiment, Training
from engine.initializers import HeNormal, Normal, XavierUniform
from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.gradient_flow.results import Record, Sign
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import SGD, Adam, Momentum
from engine.run import Patch

DATA = Circle(samples=300)


@dataclass(frozen=True)
class Recorded:
    """A run worth looking at: what to look for, and one change to set beside it."""

    id: str
    title: str
    look: str
    """Where to look, true of any run of this kind."""
    experiment: Experiment
    updates: int
    fix: Patch
    """A change to set beside it."""
    fix_said: str

    @property
    def fixed(self) -> Experiment:
        """The same run with the fix: same data, same seed."""
        return self.experiment.patched(dict(self.fix))

    @property
    def is_normed(self) -> bool:
        """Whether batch norm stands in it or in its fix."""
        return any(isinstance(each.model.norm, BatchNorm) for each in (self.experiment, self.fixed))


def _run(model: Model, training: Training) -> Experiment:
    return Experiment(data=DATA, model=model, training=training)


RECORDED: dict[str, Recorded] = {
    item.id: item
    for item in (
        Recorded(
            "starved",
            "Late layers move, early ones don't",
            "Compare the rows of the second picture: each row is a layer, its colour how far one update moves its weights "
            "(update-to-weight ratio, log₁₀). The rows near the output change, those near the input stand still.",
            _run(Model(hidden=(16,) * 10, activation=Sigmoid()), Training(optimizer=Momentum(lr=0.05), epochs=100)),
            200,
            patch(
                model__activation__kind="relu",
                model__initializer__kind="he_normal",
                training__optimizer__kind="adam",
                training__optimizer__lr=0.01,
            ),
            "ReLU with He, Adam",
        ),
        Recorded(
            "tiny",
            "All gradients tiny, their ratio healthy",
            "The first layer's gradient is some hundredths of the last hidden one's, which is healthy over 60 layers. Read the "
            "colours' scale: both are next to nothing, too little to change a weight, so the second picture stays blank.",
            _run(
                Model(hidden=(16,) * 60, activation=ReLU(), initializer=XavierUniform(), bias=False),
                Training(optimizer=SGD(lr=0.05), epochs=100),
            ),
            150,
            patch(
                model__norm__kind="batch_norm",
                model__residual=True,
                training__optimizer__kind="adam",
                training__optimizer__lr=0.01,
            ),
            "batch norm, residual connections, Adam",
        ),
        Recorded(
            "slow",
            "A slow start",
            "The loss falls from the first update on, and yet hardly gets anywhere: no layer stands still, but the second "
            "picture shows that every update is a small share of the weights.",
            _run(Model(hidden=(16,) * 4), Training(optimizer=SGD(lr=0.01), epochs=100)),
            400,
            patch(training__optimizer__kind="adam", training__optimizer__lr=0.01),
            "Adam at a rate of 0.01",
        ),
        Recorded(
            "exploding",
            "Exploding gradients",
            "The colours go the other way: the nearer to the input, the larger the gradient.",
            _run(
                Model(hidden=(16,) * 60, activation=ReLU(), initializer=HeNormal(), norm=BatchNorm()),
                Training(optimizer=Adam(lr=0.01), epochs=100),
            ),
            150,
            patch(model__residual=True),
            "residual connections",
        ),
        Recorded(
            "growing",
            "Growing parameters",
            "The last picture shows the norm of each layer's weights: it climbs, update after update.",
            _run(
                Model(hidden=(16,) * 4, activation=Tanh(), initializer=Normal(scale=1.0)),
                Training(optimizer=Adam(lr=0.3), epochs=100),
            ),
            300,
            patch(training__optimizer__lr=0.01, model__initializer__kind="xavier_uniform"),
            "a rate of 0.01 and Xavier",
        ),
        Recorded(
            "nan",
            "A number stops being one",
            "The run ends where a loss, a gradient or a weight is infinite or not a number (NaN). The doctor names the update "
            "and the first layer in which it is seen.",
            _run(
                Model(hidden=(16,) * 10, activation=ReLU(), initializer=Normal(scale=0.5)),
                Training(optimizer=Momentum(lr=0.05), epochs=100),
            ),
            40,
            patch(training__clip__kind="norm"),
            "clipping by norm",
        ),
    )
}


KEPT_BYTES = 2e6
"""Enough for every recorded run and every one with its fix."""
DONE: Kept[Record] = Kept(lambda: KEPT_BYTES)
"""Those that were trained to the end since the server began, for every visitor."""


def runs(chosen: Recorded, with_fix: bool) -> tuple[Experiment, ...]:
    """The recorded run, and the same run with its fix where that is asked."""
    return (chosen.experiment, chosen.fixed) if with_fix else (chosen.experiment,)


def begun(chosen: Recorded, with_fix: bool, done: Kept[Record] = DONE) -> tuple[Record, ...]:
    """One record for each of ``runs``: what is known without training, still empty where nothing is."""
    return tuple(done.get(_key(chosen, each)) or empty(each) for each in runs(chosen, with_fix))


def recorded(chosen: Recorded, with_fix: bool, done: Kept[Record] = DONE) -> Iterator[Progress[tuple[Record, ...]]]:
    """Train each of ``runs`` with the doctor's film, one after the other, and examine it at its end."""
    found = list(begun(chosen, with_fix, done))
    for place, experiment in enumerate(runs(chosen, with_fix)):
        if found[place].is_done:
            continue
        for case, share in filmed(experiment, chosen.updates):
            found[place] = record(case, is_done=share >= 1.0)
            said = f"Update {case.step:,} of {chosen.updates:,}{', with the fix' if place else ''}"
            yield Progress((place + share) / len(found), tuple(found), said)
        done.put(_key(chosen, experiment), found[place])
    yield Progress(1.0, tuple(found))


def _key(chosen: Recorded, experiment: Experiment) -> tuple[str, int]:
    return experiment.model_dump_json(), chosen.updates


def empty(experiment: Experiment) -> Record:
    """The record of a run that has not begun."""
    steps, rows = np.zeros(0, np.int64), np.zeros((len(experiment.model.hidden) + 1, 0))
    return Record(steps, rows, rows, rows, steps, np.zeros(0), (), "", False)


def record(case: Case, *, is_done: bool) -> Record:
    """What the film holds; findings once the run is done."""
    details = case.detailed
    layers = len(case.layers)
    return Record(
        step=np.array([frame.step for frame in case.frames], np.int64),
        gradient=np.array([frame.gradient_norm for frame in case.frames], float).T,
        ratio=np.array([frame.update_ratio for frame in case.frames], float).T,
        weight_norm=np.array([detail.weight_norm for _, detail in details], float).reshape(-1, layers).T,
        weight_step=np.array([step for step, _ in details], np.int64),
        loss=case.curve("train.loss"),
        signs=tuple(_sign(finding) for finding in examine(case).findings) if is_done else (),
        ending=case.ending.message if case.ending is not None and case.diverged else "",
        is_done=is_done,
    )


def _sign(finding: Finding) -> Sign:
    rule = row(finding.code)
    evidence = tuple((item.name, item.said) for item in finding.evidence)
    return Sign(finding.label, finding.sentence, evidence, rule.lesson, rule.source)
