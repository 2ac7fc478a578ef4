"""Experiments on sequences drawn over all catalogs, cut down so that a script takes a second at most."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from engine.choice import below, catalog
from engine.clipping import Clip
from engine.export.sequences.record import SequenceRecord, sequence_record
from engine.initializers import Initializer
from engine.optimizers import Optimizer
from engine.run import Edit
from engine.schedules import Schedule
from engine.sequences.cells import Cell
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.models import SequenceModel
from engine.sequences.positions import Place
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.catalog import AnyTask
from tests.engine.export.draws import row

COUNT = 12
"""How many the test runs; any more can be asked for."""
SMALLER: dict[str, dict[str, Any]] = {
    "samples": {"samples": 90},
    "length": {"length": 6},
    "delay": {"delay": 5},
    "context": {"context": 10},
    "units": {"units": 6},
    "embedding": {"embedding": 5},
    "time_skip": {"time_skip": 0},
    "width": {"width": 16},
    "heads": {"heads": 2},
    "feed_forward": {"feed_forward": 12},
    "layers": {"layers": 2},
    "size": {"size": 300},
}
TRAINING = {"optimizer": Optimizer, "schedule": Schedule, "clip": Clip}


@dataclass(frozen=True)
class SequenceDraw:
    """An experiment, what is changed in mid-run, and where it is left."""

    experiment: SequenceExperiment
    edits: tuple[Edit, ...]
    steps: int

    @cache  # noqa: B019
    def run(self) -> SequenceRun:
        """The run, trained to where it is left."""
        made = SequenceRun(self.experiment, self.edits)
        made.advance(self.steps)
        return made

    def record(self) -> SequenceRecord:
        """What is taken home of it."""
        return sequence_record(self.run(), self.experiment)


def sized(kind: Any, dice: random.Random) -> dict[str, Any]:
    """A row with drawn knobs, small, and the first row of every choice within it."""
    tree = row(kind, dice)
    for name in tree.keys() & SMALLER.keys():
        tree |= SMALLER[name]
    for name, field in kind.model_fields.items():
        if inner := below(field.annotation)[1]:
            tree[name] = row(dice.choice(list(inner.values())), dice)
    return tree


def sequence_experiment(number: int, dice: random.Random) -> SequenceExperiment:
    """Draw ``number``: of each catalog the row whose turn it is, where it goes with the others."""

    def turn(union: Any, every: int = 1) -> Any:
        rows = list(catalog(union).values())
        return rows[number // every % len(rows)]

    task = sized(turn(AnyTask), dice)
    if task["kind"] == "language":
        task["corpus"] = {"kind": dice.choice(("sentences", "reviews"))}
        task["tokenizer"]["size"] = 300
    if "length" in task:
        task["length"] = dice.choice((6, 8))
    model = sized(turn(SequenceModel), dice)
    if model["kind"] == "recurrent":
        model |= {"cell": row(turn(Cell, 2), dice), "initializer": row(turn(Initializer, 2), dice)}
        model |= {
            "time_skip": dice.choice((0, 0, 2, 3)),
            "embedding": dice.choice((0, 5)),
            "layers": dice.randint(1, 3),
        }
    else:
        model |= {"positions": row(turn(Place, 2), dice), "heads": dice.choice((1, 2, 4)), "layers": dice.randint(1, 2)}
        model |= {"feed_forward": dice.choice((0, 12)), "encoder": dice.random() < 0.6}
    model["dropout"] = dice.choice((0.0, 0.0, 0.2, 0.5))
    training = {name: row(turn(union), dice) for name, union in TRAINING.items()}
    training |= {"chunk": dice.choice((0, 0, 3)), "carried": dice.random() < 0.7}
    training |= {"batch_size": dice.choice((8, 20, 32, 33)), "updates": dice.randint(15, 40)}
    return fitting({"task": task, "model": model, "training": training, "seed": dice.randrange(2**31)})


def fitting(tree: dict[str, Any]) -> SequenceExperiment:
    """The experiment of a tree, less the settings that do not go with the others."""
    while True:
        try:
            return SequenceExperiment.model_validate(tree)
        except ValidationError as error:
            for found in error.errors():
                above, name = str((found.get("ctx") or {})["field"]).split(".")
                tree[above].pop(name, None)


def sequence_edits(start: SequenceExperiment, dice: random.Random) -> tuple[Edit, ...]:
    """Up to five changes that go with the experiment as it stands by then."""
    found, now, step = [], start, 0
    for _ in range(dice.randint(2, 5)):
        step += dice.randint(0, 6)
        patch = changed(dice.choice((*TRAINING, "batch_size", "updates", "chunk", "dropout")), now, dice)
        try:
            now = now.patched(dict(patch))
        except ValidationError:
            continue
        found.append(Edit(step, patch))
    return tuple(found)


def changed(name: str, now: SequenceExperiment, dice: random.Random) -> tuple[tuple[str, Any], ...]:
    """A change of one setting, or of a choice with its knobs."""
    simple: dict[str, Any] = {
        "batch_size": dice.choice((7, 16, 40)),
        "updates": dice.randint(20, 60),
        "chunk": dice.choice((0, 4)),
    }
    if name in simple:
        return ((f"training.{name}", simple[name]),)
    if name == "dropout":
        return (("model.dropout", dice.choice((0.0, 0.3, 0.6))),)
    rows = list(catalog(TRAINING[name]).values())
    present = type(getattr(now.training, name))
    tree = row(present if dice.random() < 0.5 else dice.choice(rows), dice)
    return tuple((f"training.{name}.{key}", found) for key, found in tree.items())


@cache
def sequence_draws(count: int = COUNT, seed: int = 4, skip: int = 0) -> tuple[SequenceDraw, ...]:
    """Every second with changes."""
    dice = random.Random(seed)
    found = []
    for number in range(skip, skip + count):
        start = sequence_experiment(number, dice)
        found.append(SequenceDraw(start, sequence_edits(start, dice) if number % 4 > 1 else (), dice.randint(1, 30)))
    return tuple(found)
