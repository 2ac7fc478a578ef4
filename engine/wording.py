"""Settings and their changes in the words of the controls: ``Learning rate: 0.01 → 0.1``."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.choice import Choice, Frozen, knobs
from engine.data.source import DataSource
from engine.experiment import HAND
from engine.run import Edit
from engine.touch import is_touch, read

HANDS = "data.hand"
LONGEST = 60
FEW = 4
"""Equal widths up to so many are listed one by one."""
TITLES = {
    "data": "Data set",
    "activation": "Activation",
    "initializer": "Weight initialization",
    "norm": "Normalization",
    "loss": "Loss",
    "optimizer": "Optimizer",
    "schedule": "Schedule",
    "penalty": "Weight penalty",
    "clip": "Gradient clipping",
    "stopping": "Stopping",
    "sampling": "Sampling",
}
"""Names of settings that are a choice from a catalog."""


@dataclass(frozen=True)
class Change:
    """One setting: its name, what it said, what it says now."""

    title: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.title}: {self.before} → {self.after}"


def changes(old: Frozen, new: Frozen) -> list[Change]:
    """Every setting in which ``new`` differs from ``old``, in the order of the form."""
    return _between(old, new)


def _between(old: Frozen, new: Frozen) -> list[Change]:
    found: list[Change] = []
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after or name == "kind":
            continue
        if isinstance(after, Frozen) and type(before) is type(after):
            found += _between(before, after)
        elif _are_rows(before) and _are_rows(after):
            found += _rows_between(_title(new, name), before, after)
        elif name == "hand":
            found.append(Change("Points by hand", points_said(before), points_said(after)))
        else:
            found.append(Change(_title(new, name), said(before), said(after)))
    return found


def _are_rows(value: Any) -> bool:
    """Whether it is a tuple of choices, or empty."""
    return isinstance(value, tuple) and all(isinstance(item, Choice) for item in value)


def _rows_between(title: str, before: tuple[Choice, ...], after: tuple[Choice, ...]) -> list[Change]:
    """What changed of choices in a row: their knobs where the kinds are the same ones, else which went and which came."""
    if list(map(type, before)) == list(map(type, after)):
        return [change for old, new in zip(before, after, strict=True) if old != new for change in _between(old, new)]
    went, came = Counter(before) - Counter(after), Counter(after) - Counter(before)
    if not went and not came:
        return [Change(title, "as they stood", "in another order")]
    return [Change(title, _counted(went), _counted(came))]


def _counted(rows: Counter[Choice]) -> str:
    """``2 x norm, dropout``."""
    told = Counter({row.label: 0 for row in rows})
    for row, times in rows.items():
        told[row.label] += times
    listed = [f"{times} × {label.lower()}" if times > 1 else label.lower() for label, times in told.items()]
    return ", ".join(listed) or "none"


def _title(holder: BaseModel, name: str) -> str:
    field = type(holder).model_fields.get(name)
    return TITLES.get(name) or (field.title if field else None) or name.replace("_", " ").capitalize()


def said(value: Any) -> str:
    """A value as a person reads it: a choice by its label and first knob, widths as a list, switches as on and off."""
    if isinstance(value, DataSource):
        return value.label
    if isinstance(value, Choice):
        first = next(iter(knobs(type(value))), None)
        return f"{value.label} ({first.title.lower()} {said(getattr(value, first.name))})" if first else value.label
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    text = _listed(value) if isinstance(value, tuple) else "none" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _listed(values: tuple[Any, ...]) -> str:
    if len(values) > FEW and len(set(values)) == 1:
        return f"{len(values)} × {said(values[0])}"
    if any(isinstance(value, Frozen) for value in values):
        return "layer by layer"
    return ", ".join(said(value) for value in values) or "none"


# --- edits of a run -------------------------------------------------------------------------------------------------


def edit_said(edit: Edit, experiment: Frozen) -> str:
    """What an edit of a run of ``experiment`` did."""
    return ", ".join(_done(path, value, experiment) for path, value in edit.patch)


def edits_said(edits: tuple[Edit, ...], others: tuple[Edit, ...], experiment: Frozen) -> list[str]:
    """The touches of ``edits`` that are not among ``others``: no setting of an experiment tells of them."""
    mine = [edit for edit in edits if edit not in others and all(is_touch(path) for path, _ in edit.patch)]
    return [f"at step {edit.step:,}: {edit_said(edit, experiment)}" for edit in mine]


def _done(path: str, value: Any, experiment: Frozen) -> str:
    if path == HAND:
        return point_said(str(value))
    if path == HANDS:
        return f"points by hand: {points_said(value)}"
    if is_touch(path):
        return touch_said(path, value)
    above, _, name = path.rpartition(".")
    holder = _node(experiment, above)
    if name == "kind":
        label = holder.label if isinstance(holder, Choice) and holder.kind == value else str(value)
        return f"{TITLES.get(above.rpartition('.')[2], above)} → {label}"
    return f"{_title(holder, name)} → {said(value)}"


def point_said(text: str) -> str:
    """One change of the data by hand (``engine.data.hand``): ``a point placed``."""
    _, marked, target = text.partition("~")
    return f"a point {'placed' if not marked else 'changed' if target else 'removed'}"


def points_said(hand: tuple[str, ...]) -> str:
    """All changes of the data by hand, counted: ``2 placed, 1 removed``."""
    done = [point_said(text).split()[-1] for text in hand]
    counted = [f"{done.count(name)} {name}" for name in ("placed", "changed", "removed") if name in done]
    return ", ".join(counted) or "none"


def touch_said(path: str, value: Any) -> str:
    """``weight of layer 2, unit 3, from 1 → 0.5``; ``unit 3 of layer 2 off``."""
    touch = read(path, value)
    places = {
        "weight": f"weight of layer {touch.layer}, unit {touch.unit}, from {touch.source}",
        "bias": f"bias of layer {touch.layer}, unit {touch.unit}",
        "unit": f"unit {touch.unit} of layer {touch.layer}",
        "edge": f"edge of layer {touch.layer}, unit {touch.unit}, from {touch.source}",
    }
    result = ("on" if touch.value else "off") if isinstance(touch.given, bool) else f"→ {touch.value:.4g}"
    return f"{places[touch.kind]} {result}"


def _node(experiment: Frozen, path: str) -> BaseModel:
    """What stands at a dotted path, or the nearest thing above it."""
    node: Any = experiment
    for part in path.split(".") if path else ():
        below = getattr(node, part, None)
        node = below if isinstance(below, BaseModel) else node
    found: BaseModel = node
    return found
