"""Forty experiments drawn over all catalogs, cut down so that a script takes a second at most."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from engine.activations import Activation
from engine.choice import Choice, Knob, catalog, knobs, literals
from engine.clipping import Clip
from engine.data.canvas import Canvas
from engine.data.catalog import Data
from engine.data.own.own_table import OwnTable
from engine.data.own.proposal import Proposal
from engine.experiment import Experiment
from engine.export.record import Record, record
from engine.initializers import Initializer
from engine.losses import Loss
from engine.norms import Norm
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.run import Edit
from engine.sampling import Sampling
from engine.schedules import Schedule
from engine.stopping import Stopping
from engine.supervised import SupervisedRun
from tests.engine.data.own.files import flowers, used

COUNT = 40
LARGEST = {"samples": 300, "epochs": 12, "steps": 30, "every": 25}
CATALOGS = {
    "data": Data,
    "model.activation": Activation,
    "model.initializer": Initializer,
    "model.norm": Norm,
    "training.loss": Loss,
    "training.optimizer": Optimizer,
    "training.schedule": Schedule,
    "training.penalty": Penalty,
    "training.clip": Clip,
    "training.stopping": Stopping,
    "training.sampling": Sampling,
}
EDITED = (
    "training.optimizer",
    "training.schedule",
    "training.penalty",
    "training.clip",
    "training.stopping",
    "training.sampling",
)


@dataclass(frozen=True)
class Draw:
    """An experiment, what is changed in mid-run, and where it is left."""

    experiment: Experiment
    edits: tuple[Edit, ...]
    steps: int
    """Updates that are asked for: the run may end before."""

    @cache  # noqa: B019
    def run(self) -> SupervisedRun:
        """The run, trained to where it is left."""
        made = SupervisedRun(self.experiment, self.edits)
        made.advance(self.steps)
        return made

    def record(self) -> Record:
        """What is taken home of it."""
        return record(self.run(), self.experiment)


def value(knob: Knob, dice: random.Random) -> Any:
    """A value the knob allows; half of the time its default."""
    if knob.options and knob.type is str:
        return dice.choice(knob.options)
    if knob.type is bool:
        return dice.random() < 0.5
    if knob.low is None or knob.high is None or knob.type is tuple or (knob.name != "samples" and dice.random() < 0.5):
        return knob.default
    high = min(knob.high, LARGEST.get(knob.name, knob.high))
    if knob.type is int:
        return dice.randint(int(knob.low), max(int(knob.low), int(high)))
    return float(f"{dice.uniform(knob.low, min(high, 1.0) if knob.low < 1 else high):.3g}")


def row(kind: type[Choice], dice: random.Random) -> dict[str, Any]:
    """A row of a catalog with drawn knobs."""
    tree = {"kind": catalog_kind(kind), **{knob.name: value(knob, dice) for knob in knobs(kind)}}
    if "features" in kind.model_fields:
        names = list(literals(kind.model_fields["features"].annotation))
        tree["features"] = ("x1", "x2") if dice.random() < 0.5 else tuple(dice.sample(names, dice.randint(1, 5)))
    if "lr" in tree:
        tree["lr"] = float(f"{10 ** dice.uniform(-3, -1.3):.3g}")
    if "strength" in tree:
        tree["strength"] = float(f"{10 ** dice.uniform(-4, -2):.3g}")
    return tree


def catalog_kind(kind: type[Choice]) -> str:
    return str(kind.model_fields["kind"].default)


def experiment(number: int, dice: random.Random) -> Experiment:
    """Draw ``number``: of each catalog the row whose turn it is, where it goes with the others."""
    turns = {path: list(catalog(union).values()) for path, union in CATALOGS.items()}
    tree: dict[str, Any] = {"model": {}, "training": {}, "seed": dice.randrange(2**31)}
    for path, rows in turns.items():
        *above, name = path.split(".")
        (tree[above[0]] if above else tree)[name] = row(rows[number % len(rows)], dice)
    if issubclass(turns["data"][number % len(turns["data"])], OwnTable):
        shared = {name: tree["data"][name] for name in ("validation_share", "test_share", "scaling")}
        tree["data"] = used(flowers(gaps=True), Proposal(4, "classification", (0, 1, 2, 3))).model_dump() | shared
    if issubclass(turns["data"][number % len(turns["data"])], Canvas):
        tree["data"]["hand"] = tuple(f"{dice.uniform(-6, 6):.3g}_{dice.uniform(-6, 6):.3g}_{i % 2}" for i in range(30))
    depth = number % 4
    hidden = tuple(dice.choice((3, 5, 5, 8)) for _ in range(depth))
    tree["model"] |= {"hidden": hidden, "residual": dice.random() < 0.4, "bias": dice.random() < 0.8}
    tree["model"]["dropout"] = dice.choice((0.0, 0.0, 0.2, 0.5))
    if depth > 1 and dice.random() < 0.4:
        other = row(dice.choice(turns["model.activation"]), dice)
        tree["model"]["layers"] = ({"layer": 2, "activation": other, "dropout": dice.choice((None, 0.3))},)
    tree["training"] |= {
        "epochs": dice.randint(4, 12),
        "batch_size": dice.choice(("all", 16, 32, 50, 64)),
        "class_weights": dice.choice(("none", "balanced")),
        "target_loss": dice.choice((0.0, 0.0, 0.3)),
    }
    return fitting(tree, dice)


def fitting(tree: dict[str, Any], dice: random.Random) -> Experiment:
    """The experiment of a tree, with other rows in place of those that do not go together."""
    spare = {
        "training.loss": {"kind": "matched"},
        "training.schedule": {"kind": "constant"},
        "training.penalty": {"kind": "none"},
        "training.batch_size": 16,
        "training.stopping": {"kind": "none"},
        "training.class_weights": "none",
        "training.sampling": {"kind": "none"},
        "data.test_share": 0.2,
    }
    while True:
        try:
            return Experiment.model_validate(tree)
        except ValidationError as error:
            (found,) = error.errors()
            field = str((found.get("ctx") or {})["field"])
            above, name = field.split(".")
            tree[above][name] = spare[field]


def edits(start: Experiment, dice: random.Random) -> tuple[Edit, ...]:
    """Up to five changes that go with the experiment as it stands by then."""
    found, now, step = [], start, 0
    for _ in range(dice.randint(2, 5)):
        step += dice.randint(0, 6)
        path = dice.choice(
            (*EDITED, "training.batch_size", "training.epochs", "model.dropout", "training.class_weights")
        )
        patch = changed(path, now, dice)
        try:
            now = now.patched(dict(patch))
        except ValidationError:
            continue
        found.append(Edit(step, patch))
    return tuple(found)


def changed(path: str, now: Experiment, dice: random.Random) -> tuple[tuple[str, Any], ...]:
    """A change of one setting, or of a choice with its knobs."""
    simple: dict[str, Any] = {
        "training.batch_size": dice.choice(("all", 7, 20, 33)),
        "training.epochs": dice.randint(3, 15),
        "model.dropout": dice.choice((0.0, 0.3, 0.6)),
        "training.class_weights": dice.choice(("none", "balanced")),
    }
    if path in simple:
        return ((path, simple[path]),)
    kinds = list(catalog(CATALOGS[path]).values())
    present = type(getattr(now.training, path.split(".")[1]))
    tree = row(present if dice.random() < 0.5 else dice.choice(kinds), dice)
    return tuple((f"{path}.{name}", value) for name, value in tree.items())


@cache
def draws() -> tuple[Draw, ...]:
    """The forty: every third as it ended, every third left in the middle, every third with changes."""
    dice = random.Random(3)
    found = []
    for number in range(COUNT):
        start = experiment(number, dice)
        steps = 100_000 if number % 3 else dice.randint(1, 60)
        found.append(Draw(start, edits(start, dice) if number % 2 else (), steps))
    return tuple(found)
