"""Links: an experiment, its edits and the view as a readable query string, and back.

Only what differs from the defaults is written, as dotted keys; ``v`` is the version of those defaults. A key that
is unknown or out of range is reported, its default is used, and the rest of the link still counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError

from engine import classroom
from engine.choice import Frozen, Problem, one_of, problems
from engine.classroom import Classroom
from engine.data.plane import View, misfit
from engine.experiment import HAND, Experiment, consequence
from engine.run import Edit
from engine.touch import is_touch
from engine.touch import read as read_touch
from engine.tours.catalog import TOURS

M = TypeVar("M", bound=BaseModel)

VERSION = "1"
MAX_KEYS = 400
MAX_VALUE = 2000
MAX_HAND = 16_000
"""Characters of ``data.hand``, which lists points."""
MAX_DEPTH = 8
"""Parts of a dotted key: no setting lies deeper."""
MAX_EDITS_TEXT = 40_000
MAX_STEP = 10_000_000


class Look(Frozen):
    """How a run is looked at; it changes no number of the run."""

    step: int = Field(0, ge=0, le=MAX_STEP, title="Step", description="The step the link shows; 0 for the beginning.")
    plane: View | None = None


@dataclass(frozen=True)
class Link:
    """What a permalink says."""

    experiment: Experiment = Experiment()
    edits: tuple[Edit, ...] = ()
    look: Look = Look()
    classroom: Classroom = Classroom()
    tour: str = ""
    """Id of the guided tour it opens."""


def encode(link: Link) -> dict[str, str]:
    """Query parameters of ``link``, in the order of the form; empty for the default."""
    found = _written(link.experiment, Experiment(), "")
    if link.edits:
        found["edits"] = "|".join(_edit_text(edit) for edit in link.edits)
    found |= _written(link.look, Look(), "view.")
    found |= {f"class.{key}": text for key, text in classroom.encode(link.classroom).items()}
    if link.tour:
        found = _of_tour(link, found)
    return {"v": VERSION, **found} if found else {}


def decode(query: Mapping[str, str], max_keys: int = MAX_KEYS) -> tuple[Link, list[Problem]]:
    """The link a query string stands for, and what in it could not be used. Never raises."""
    found: list[Problem] = []
    if query.get("v", VERSION) != VERSION:
        found.append(Problem("v", query["v"], f"this is version {VERSION} of links; settings may have other defaults"))
    keys = {key: value for key, value in query.items() if key not in ("v", "edits")}
    if len(keys) > max_keys:
        return Link(), [Problem("link", f"{len(keys)} settings", f"at most {max_keys}")]
    for key in [key for key, value in keys.items() if len(value) > _longest(key)]:
        found.append(Problem(key, keys.pop(key), f"at most {_longest(key)} characters"))
    for key in [key for key in keys if key.count(".") >= MAX_DEPTH]:
        found.append(Problem(key, keys.pop(key), "there is no such setting"))
    looks, keys = _apart(keys, "view.")
    locks, keys = _apart(keys, "class.")
    tour = TOURS.get(keys.pop("tour", ""))
    if tour is None and query.get("tour"):
        found.append(Problem("tour", query["tour"], one_of(query["tour"], list(TOURS))))
    experiment, wrong = (tour.opening, []) if tour and not keys else _read(Experiment, keys)
    look, wrong_look = _read(Look, looks)
    room, wrong_locks = classroom.decode(locks)
    found += wrong + _under("view.", wrong_look) + _under("class.", wrong_locks)
    if look.plane is not None and (refused := misfit(look.plane, experiment.data.columns_count)):
        found.append(Problem("view.plane", look.plane.kind, refused))
        look = look.model_copy(update={"plane": None})
    edits, wrong_edits = _read_edits(query.get("edits", ""), experiment)
    return Link(experiment, edits, look, room, tour.id if tour else ""), found + wrong_edits


def _of_tour(link: Link, found: dict[str, str]) -> dict[str, str]:
    """A tour alone means its opening; so the default experiment has to be said in some key."""
    written = _written(link.experiment, Experiment(), "")
    if link.experiment == TOURS[link.tour].opening:
        found = {key: text for key, text in found.items() if key not in written}
    elif not written:
        found = {"seed": value_text(link.experiment.seed), **found}
    return {"tour": link.tour, **found}


def _longest(key: str) -> int:
    return MAX_HAND if key == "data.hand" else MAX_VALUE


# --- writing ------------------------------------------------------------------------------------------------------


def _written(value: BaseModel, default: Any, prefix: str) -> dict[str, str]:
    """Dotted keys in which ``value`` differs from ``default``; a new kind is compared with its own defaults."""
    found: dict[str, str] = {}
    if type(value) is not type(default):
        if "kind" in type(value).model_fields:
            found[f"{prefix}kind"] = str(getattr(value, "kind"))  # noqa: B009
        default = _blank(type(value))
    for name in type(value).model_fields:
        now, before = getattr(value, name), getattr(default, name, None)
        if name == "kind" or now == before:
            continue
        found |= _written_value(now, before, f"{prefix}{name}")
    return found


def _written_value(now: Any, before: Any, path: str) -> dict[str, str]:
    if isinstance(now, BaseModel):
        return _written(now, before, f"{path}.")
    if isinstance(now, tuple) and now and isinstance(now[0], BaseModel):
        found: dict[str, str] = {}
        for index, item in enumerate(now):
            found |= _written(item, None, f"{path}.{index}.")
        return found
    return {path: value_text(now)}


def _blank(model: type[BaseModel]) -> Any:
    """The defaults of ``model`` where it has them all, else nothing equals them and every field is written."""
    try:
        return model()
    except ValidationError:
        return None


def value_text(value: Any) -> str:
    """A setting's value as a link has it: ``true``, ``8,8``, ``none``, ``0.03``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value_text(item) for item in value)
    return "none" if value is None else repr(value) if isinstance(value, float) else str(value)


def _edit_text(edit: Edit) -> str:
    return f"{edit.step}:" + ";".join(f"{path}={value_text(value)}" for path, value in edit.patch)


# --- reading ------------------------------------------------------------------------------------------------------


def _apart(keys: Mapping[str, str], prefix: str) -> tuple[dict[str, str], dict[str, str]]:
    """(keys that begin with ``prefix``, without it; all others)."""
    chosen = {key.removeprefix(prefix): text for key, text in keys.items() if key.startswith(prefix)}
    return chosen, {key: text for key, text in keys.items() if not key.startswith(prefix)}


def _under(prefix: str, found: list[Problem]) -> list[Problem]:
    return [Problem(f"{prefix}{item.field}", item.value, item.allowed) for item in found]


def _read(model: type[M], keys: Mapping[str, str]) -> tuple[M, list[Problem]]:
    """Validate dotted keys, dropping one offending key after another until the rest is valid."""
    left = dict(keys)
    found: list[Problem] = []
    while True:
        try:
            return model.model_validate(_tree(model, left)), found
        except ValidationError as error:
            for problem in problems(error, model):
                culprits = _culprits(problem.field, left)
                found.append(Problem(problem.field, left.get(problem.field, problem.value), problem.allowed))
                for key in culprits:
                    left.pop(key, None)


def _culprits(field: str, keys: Mapping[str, str]) -> list[str]:
    """The keys to drop for a problem at ``field``: itself, what stands below it, or the nearest one above."""
    below = [key for key in keys if key == field or key.startswith(f"{field}.")]
    if below:
        return below
    parts = field.split(".")
    for length in range(len(parts) - 1, 0, -1):
        above = ".".join(parts[:length])
        near = [key for key in keys if key == above or key.startswith(f"{above}.")]
        if near:
            return near
    return list(keys)


def _tree(model: type[BaseModel], keys: Mapping[str, str]) -> dict[str, Any]:
    """Dotted keys as nested dicts; the defaults of the model are filled in by pydantic, a partial choice by its kind."""
    tree: dict[str, Any] = {}
    for key, text in keys.items():
        node = tree
        *above, name = key.split(".")
        for part in above:
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                below = node[part] = {}
            node = below
        node[name] = text
    return _shaped(model, tree)


def _shaped(model: type[BaseModel], tree: dict[str, Any]) -> dict[str, Any]:
    """Give text the shape its field wants: commas to tuples, numbered items to tuples, the default kind where none."""
    shaped = dict(tree)
    for name, value in tree.items():
        field = model.model_fields.get(name)
        if field is None:
            continue
        if isinstance(value, str) and _holds_tuple(field.annotation):
            shaped[name] = tuple(part for part in value.split(",") if part)
        elif value == "none" and type(None) in get_args(field.annotation):
            shaped[name] = None
        elif isinstance(value, dict):
            shaped[name] = _shaped_below(field, value)
    return shaped


def _shaped_below(field: Any, value: dict[str, Any]) -> Any:
    if _holds_tuple(field.annotation):
        if not all(key.isdigit() for key in value):
            return value
        item = get_args(field.annotation)[0]
        numbered = sorted(value.items(), key=lambda pair: (len(pair[0]), pair[0]))
        return tuple(_shaped(item, each) if isinstance(each, dict) else each for _, each in numbered)
    default = field.get_default()
    if "kind" not in value and isinstance(default, BaseModel) and "kind" in type(default).model_fields:
        value = {"kind": getattr(default, "kind"), **value}  # noqa: B009
    chosen = _member(field.annotation, value.get("kind"))
    return _shaped(chosen, value) if chosen else value


def _member(annotation: Any, kind: Any) -> type[BaseModel] | None:
    """The model that stands at ``annotation`` for ``kind``: a row of a union, or the one model there is."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for arm in get_args(annotation):
        found = _member(arm, kind) if not isinstance(arm, str) else None
        if found and ("kind" not in found.model_fields or get_args(found.model_fields["kind"].annotation)[0] == kind):
            return found
    return None


def _holds_tuple(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def _read_edits(text: str, experiment: Experiment) -> tuple[tuple[Edit, ...], list[Problem]]:
    """Edits of a link, each checked against the experiment as it stands by then."""
    edits: list[Edit] = []
    found: list[Problem] = []
    parts = text.split("|") if text else []
    if len(text) > MAX_EDITS_TEXT or len(parts) > MAX_KEYS:
        allowed = f"at most {MAX_KEYS} changes and {MAX_EDITS_TEXT:,} characters"
        return (), [Problem("edits", f"{len(parts)} changes, {len(text):,} characters", allowed)]
    for part in sorted(parts, key=_step_of):
        try:
            edit, experiment = _read_edit(part, experiment)
            edits.append(edit)
        except ValidationError as error:
            found += [Problem("edits", part, f"{p.field}: {p.allowed}") for p in problems(error, Experiment)]
        except ValueError as error:
            found.append(Problem("edits", part, f"write step:setting=value;setting=value ({error})"))
    return tuple(edits), found


def _step_of(part: str) -> int:
    """The step an edit names; -1 where that is none."""
    step = part.partition(":")[0].strip()
    return int(step) if step.isascii() and step.isdigit() and len(step) <= len(str(MAX_STEP)) else -1


def _read_edit(part: str, experiment: Experiment) -> tuple[Edit, Experiment]:
    _, _, settings = part.partition(":")
    texts = dict(item.split("=", 1) for item in settings.split(";"))
    patched = experiment.patched({path: _listed(path, text) for path, text in texts.items()})
    if consequence(experiment, patched) == "restart":
        raise ValueError("these settings need a new run")
    number = _step_of(part)
    if not 0 <= number <= MAX_STEP:
        raise ValueError(f"the step must be from 0 to {MAX_STEP:,}")
    patch = tuple((path, _value_at(patched, path, text)) for path, text in texts.items())
    return Edit(number, patch), patched


def _listed(path: str, text: str) -> str | tuple[str, ...]:
    return tuple(item for item in text.split(",") if item) if path == "data.hand" else text


def _value_at(node: Any, path: str, text: str) -> Any:
    """The checked value of a setting, or of a part of the network or a change by hand, which no experiment holds."""
    if path == HAND:
        return text
    if is_touch(path):
        return read_touch(path, text).given
    for name in path.split("."):
        node = getattr(node, name)
    return node
