"""Experiments on pictures drawn over all catalogs, cut down so that a script takes a second at most."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from engine.activations import Activation
from engine.choice import catalog
from engine.clipping import Clip
from engine.data.own.store import store
from engine.export.vision.record import VisionRecord, vision_record
from engine.initializers import Initializer
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.pictures.folder import read
from engine.run import Edit
from engine.schedules import Schedule
from engine.vision.augment.catalog import AnyAugmentation
from engine.vision.blocks import AnyBlock
from engine.vision.experiment import VisionExperiment
from engine.vision.heads.catalog import Head
from engine.vision.norms import MapNorm
from engine.vision.run import VisionRun
from engine.vision.sources.own import pictures_of
from tests.engine.export.draws import row
from tests.engine.pictures.files import colours, saved
from tests.engine.pictures.test_bad_zips import packed

COUNT = 24
TRAINING = {"optimizer": Optimizer, "schedule": Schedule, "penalty": Penalty, "clip": Clip}
SCENES = {"kind": "scenes", "samples": 100, "size": 16, "shapes": "three"}
ROADS = {"kind": "roads", "samples": 100}
SOURCES: dict[str, tuple[dict[str, Any], ...]] = {
    "classify": ({"kind": "digits"}, SCENES, {"kind": "own"}),
    "detect": ({**SCENES, "objects": 3},),
    "steering": (ROADS,),
}
"""Which pictures a head is drawn with; those of the others are scenes."""
PER_PIXEL = ("detect", "segment")


@dataclass(frozen=True)
class VisionDraw:
    """An experiment, what is changed in mid-run, and where it is left."""

    experiment: VisionExperiment
    edits: tuple[Edit, ...]
    steps: int

    @cache  # noqa: B019
    def run(self) -> VisionRun:
        """The run, trained to where it is left."""
        made = VisionRun(self.experiment, self.edits)
        made.advance(self.steps)
        return made

    def record(self) -> VisionRecord:
        """What is taken home of it."""
        return vision_record(self.run(), self.experiment)


@cache
def own_pictures() -> dict[str, Any]:
    """Pictures that nobody in particular keeps, as the data of an experiment."""
    files = {f"{name}/{n}.png": saved(colours(seed=n + 9 * len(name))) for name in ("a", "bb", "ccc") for n in range(9)}
    folder = read(packed(files), "own.zip", 16)
    store().put("", folder)
    return pictures_of(folder).model_dump()


def vision_experiment(number: int, dice: random.Random, waiting: list[Any]) -> VisionExperiment:
    """Draw ``number``: of each catalog the row whose turn it is, where it goes with the others.

    ``waiting`` are the rows of augmentation whose turn has not come yet.
    """
    heads = list(catalog(Head).values())
    head = heads[number % len(heads)]
    kind = str(head.model_fields["kind"].default)
    offered = SOURCES.get(kind, (SCENES,))
    data = offered[number // len(heads) % len(offered)]
    for _ in range(200):
        tree: dict[str, Any] = {
            "data": own_pictures() if data["kind"] == "own" else data,
            "head": row(head, dice),
            "model": _model(number, kind in PER_PIXEL, dice),
            "augmentation": _augmentation(number, head, dice, waiting),
            "training": {name: _row(union, number, dice) for name, union in TRAINING.items()},
            "seed": dice.randrange(2**31),
        }
        tree["training"] |= {"epochs": dice.randint(2, 4), "batch_size": dice.choice((16, 33, 60))}
        try:
            made = VisionExperiment.model_validate(tree)
            waiting[:] = [kind for kind in waiting if kind not in map(type, made.augmentation)]
            return made
        except ValidationError:
            continue
    raise AssertionError(f"nothing goes together in draw {number}")


def _row(union: Any, number: int, dice: random.Random) -> dict[str, Any]:
    rows = list(catalog(union).values())
    return row(rows[number % len(rows)] if dice.random() < 0.8 else dice.choice(rows), dice)


def _model(number: int, per_pixel: bool, dice: random.Random) -> dict[str, Any]:
    initializer = _row(Initializer, number, dice)
    if per_pixel and number % 12 < 6:
        norm = row(list(catalog(MapNorm).values())[number % 3], dice)
        more = {"depth": dice.randint(1, 2), "width": 4, "skips": dice.random() < 0.5}
        return {
            "kind": "unet",
            "norm": norm | ({"groups": 2} if "groups" in norm else {}),
            **more,
            "initializer": initializer,
        }
    kinds = list(catalog(AnyBlock).values())
    chosen = [kinds[0], kinds[number % len(kinds)], *dice.choices(kinds, k=dice.randint(0, 3))]
    return {"kind": "cnn", "blocks": tuple(_block(kind, dice) for kind in chosen), "initializer": initializer}


def _block(kind: Any, dice: random.Random) -> dict[str, Any]:
    tree = row(kind, dice)
    small = {
        "channels": dice.choice((4, 6)),
        "kernel": dice.choice((1, 3, 5)),
        "groups": dice.choice((1, 1, 2)),
        "units": 12,
    }
    small |= {"stride": dice.choice((1, 2)), "size": 2, "dilation": dice.choice((1, 2))}
    tree |= {name: value for name, value in small.items() if name in tree}
    if "activation" in kind.model_fields:
        tree["activation"] = row(dice.choice(list(catalog(Activation).values())), dice)
    if "norm" in kind.model_fields:
        norm = row(dice.choice(list(catalog(MapNorm).values())), dice)
        tree["norm"] = norm | ({"groups": 2} if "groups" in norm else {})
    return tree


def _augmentation(number: int, head: Any, dice: random.Random, waiting: list[Any]) -> tuple[dict[str, Any], ...]:
    """Rows that say what becomes of what the head asks for; none in every fifth draw."""
    kinds: list[Any] = list(catalog(AnyAugmentation).values())
    fitting = [kind for kind in kinds if not kind().misfit(head.needs)]
    if number % 5 == 4 or not fitting:
        return ()
    chosen = [*[kind for kind in waiting if kind in fitting][:2], dice.choice(fitting)]
    trees = [row(kind, dice) | {"probability": dice.choice((0.5, 1.0))} for kind in chosen]
    return tuple(
        tree | ({"empty": "black"} if "empty" in tree and kind().empty == "black" else {})
        for tree, kind in zip(trees, chosen, strict=True)
    )


def edits(start: VisionExperiment, dice: random.Random) -> tuple[Edit, ...]:
    """Up to four changes that go with the experiment as it stands by then."""
    found, now, step = [], start, 0
    for _ in range(4):
        step += dice.randint(0, 4)
        patch = _changed(now, dice)
        try:
            now = now.patched(dict(patch))
        except ValidationError:
            continue
        found.append(Edit(step, patch))
    return tuple(found)


def _changed(now: VisionExperiment, dice: random.Random) -> tuple[tuple[str, Any], ...]:
    simple: dict[str, Any] = {"training.batch_size": dice.choice((7, 20, 33)), "training.epochs": dice.randint(2, 6)}
    simple |= {f"model.blocks.{place}.p": dice.choice((0.0, 0.3)) for place in _droppers(now)}
    simple |= {f"augmentation.{place}.probability": 0.7 for place in range(len(now.augmentation))}
    if dice.random() < 0.6:
        path = dice.choice(list(simple))
        return ((path, simple[path]),)
    slot = dice.choice(list(TRAINING))
    tree = row(dice.choice(list(catalog(TRAINING[slot]).values())), dice)
    return tuple((f"training.{slot}.{name}", value) for name, value in tree.items())


def _droppers(now: VisionExperiment) -> list[int]:
    blocks = getattr(now.model, "blocks", ())
    return [place for place, block in enumerate(blocks) if block.kind == "dropout"]


@cache
def vision_draws() -> tuple[VisionDraw, ...]:
    """All of them: every other one with changes in mid-run."""
    dice = random.Random(5)
    waiting, found = list(catalog(AnyAugmentation).values()), []
    for number in range(COUNT):
        start = vision_experiment(number, dice, waiting)
        found.append(VisionDraw(start, edits(start, dice) if number % 2 else (), dice.randint(3, 16)))
    return tuple(found)
