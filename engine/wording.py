"""Changed settings as a person reads them: ``Learning rate 0.01 → 0.1``."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from engine.choice import Choice
from engine.experiment import HAND, Experiment, differences
from engine.run import Edit
from engine.touch import is_touch, read

LONGEST = 60
ARROW = " → "


def changes(old: Experiment, new: Experiment) -> list[str]:
    """What ``new`` has otherwise than ``old``, one line per setting, in the order of the form."""
    found = differences(old, new)
    return [line for path, value in found.items() if (line := _change(old, new, path, value))]


def edit_said(edit: Edit, experiment: Experiment) -> str:
    """What an edit of a run of ``experiment`` did."""
    return ", ".join(_done(path, value, experiment) for path, value in edit.patch)


def edits_said(edits: tuple[Edit, ...], others: tuple[Edit, ...], experiment: Experiment) -> list[str]:
    """The touches and points of ``edits`` that are not among ``others``: no setting of an experiment tells of them."""
    mine = [edit for edit in edits if edit not in others and all(is_touch(path) for path, _ in edit.patch)]
    return [f"at step {edit.step:,}: {edit_said(edit, experiment)}" for edit in mine]


def _change(old: Experiment, new: Experiment, path: str, value: Any) -> str:
    above, _, name = path.rpartition(".")
    was, now = _node(old, above), _node(new, above)
    if name == "kind" and isinstance(was, Choice) and isinstance(now, Choice):
        return f"{title(new, above)} {was.label}{ARROW}{now.label}"
    if type(was) is type(now):
        return f"{title(new, path)} {shown(getattr(was, name))}{ARROW}{shown(value)}"
    is_usual = name in type(now).model_fields and type(now).model_fields[name].get_default() == value
    return "" if is_usual else f"{title(new, path)}{ARROW}{shown(value)}"


def _done(path: str, value: Any, experiment: Experiment) -> str:
    if path == HAND:
        return "a point by hand"
    if is_touch(path):
        return touch_said(path, value)
    above, _, name = path.rpartition(".")
    now = _node(experiment, above)
    label = now.label if name == "kind" and isinstance(now, Choice) and now.kind == value else shown(value)
    return f"{title(experiment, above if name == 'kind' else path)}{ARROW}{label}"


def touch_said(path: str, value: Any) -> str:
    """``weight of layer 2, unit 3, from 1 → 0.5``; ``unit 3 of layer 2 off``."""
    touch = read(path, value)
    places = {
        "weight": f"weight of layer {touch.layer}, unit {touch.unit}, from {touch.source}",
        "bias": f"bias of layer {touch.layer}, unit {touch.unit}",
        "unit": f"unit {touch.unit} of layer {touch.layer}",
        "edge": f"edge of layer {touch.layer}, unit {touch.unit}, from {touch.source}",
    }
    said = ("on" if touch.value else "off") if isinstance(touch.given, bool) else f"→ {touch.value:.4g}"
    return f"{places[touch.kind]} {said}"


def title(experiment: Experiment, path: str) -> str:
    """The title of the setting at a dotted path, as its widget has it."""
    above, _, name = path.rpartition(".")
    fields = type(_node(experiment, above)).model_fields
    given = fields[name].title if name in fields else None
    return given or name.replace("_", " ").capitalize()


def _node(experiment: Experiment, path: str) -> BaseModel:
    node: Any = experiment
    for part in path.split(".") if path else ():
        below = getattr(node, part, None)
        node = below if isinstance(below, BaseModel) else node
    found: BaseModel = node
    return found


def shown(value: Any) -> str:
    """A value in a few letters."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return str(value.get("kind", "changed"))
    if isinstance(value, tuple | list):
        items = [shown(item) if not isinstance(item, BaseModel) else "changed" for item in value]
        text = ", ".join(items) or "none"
    else:
        text = "as the rest" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
