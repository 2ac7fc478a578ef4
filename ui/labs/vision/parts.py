"""What the sections share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.choice import Frozen
from engine.labs.lab import LABS
from engine.labs.vision.state import VisionLab
from engine.vision.experiment import VisionExperiment
from ui import knobs, lab
from ui.labs.vision.form import experiment
from ui.visit import visit

LAB = LABS["vision"]
Values = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One question of the page."""

    label: str
    controls: Callable[[VisionLab], Values]
    """Draws its controls in the sidebar; returns what they say, by the name of the setting."""
    show: Callable[[VisionLab], None]
    needs_pictures: bool = False
    """Whether it shows nothing where the pictures of the experiment are not here: the page says so in its place."""


segments = partial(lab.segments, LAB)


def network(now: VisionLab) -> Values:
    """Pictures, network, head and training."""
    return {"experiment": experiment(LAB, now.experiment)}


def seed(now: VisionLab) -> Values:
    """The seed alone, for sections whose networks are their own."""
    path = lab.path(LAB, "experiment")
    others = [name for name in VisionExperiment.model_fields if name != "seed"]
    said = knobs.fields(lab.FORM, VisionExperiment, path, now.experiment, skip=others)
    return {"experiment": {**now.experiment.model_dump(), **said}}


def settings(current: Frozen, *path: str, skip: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Values:
    """A control for each plain setting of a part of the state, all or ``only`` some; all its values after them."""
    model = type(current)
    left_out = [name for name in model.model_fields if name in skip or (only and name not in only)]
    return {**current.model_dump(), **knobs.fields(lab.FORM, model, lab.path(LAB, *path), current, skip=left_out)}


def put(part: str, **values: object) -> None:
    """From a callback: other values of some settings of a part."""
    now = here()
    inner = getattr(now, part).model_copy(update=values)
    lab.put(LAB, now.model_copy(update={part: inner}), refill=False)


def here() -> VisionLab:
    """The state as it is when a control is moved."""
    found = visit().labs[LAB.id].state
    if not isinstance(found, VisionLab):
        raise TypeError("another lab's state")
    return found
