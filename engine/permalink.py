"""Links: an experiment, its edits and the view as a readable query string, and back.

Only what differs from the defaults is written, as dotted keys; ``v`` is the version of those defaults. A key that
is unknown or out of range is reported, its default is used, and the rest of the link still counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from engine import classroom
from engine.choice import Frozen, Problem, one_of, problems
from engine.classroom import Classroom
from engine.codec import MAX_KEYS, MAX_VALUE, VERSION, read_keys, sound, value_text, written
from engine.data.plane import View, misfit
from engine.experiment import HAND, Experiment, consequence
from engine.recipe import Recipe
from engine.run import Edit
from engine.touch import is_touch
from engine.touch import read as read_touch
from engine.tours.catalog import TOURS

E = TypeVar("E", bound=Recipe)

MAX_HAND = 16_000
"""Characters of ``data.hand``, which lists points."""
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
    found = written(link.experiment, Experiment(), "")
    if link.edits:
        found["edits"] = edits_text(link.edits)
    found |= written(link.look, Look(), "view.")
    found |= {f"class.{key}": text for key, text in classroom.encode(link.classroom).items()}
    if link.tour:
        found = _of_tour(link, found)
    return {"v": VERSION, **found} if found else {}


def decode(query: Mapping[str, str], max_keys: int = MAX_KEYS) -> tuple[Link, list[Problem]]:
    """The link a query string stands for, and what in it could not be used. Never raises."""
    keys, found = sound(query, max_keys, _longest, apart=("edits",))
    if any(problem.field == "link" for problem in found):
        return Link(), found
    looks, keys = _apart(keys, "view.")
    locks, keys = _apart(keys, "class.")
    tour = TOURS.get(keys.pop("tour", ""))
    if tour is None and query.get("tour"):
        found.append(Problem("tour", query["tour"], one_of(query["tour"], list(TOURS))))
    experiment, wrong = (tour.opening, []) if tour and not keys else read_keys(Experiment, keys)
    look, wrong_look = read_keys(Look, looks)
    room, wrong_locks = classroom.decode(locks)
    found += wrong + _under("view.", wrong_look) + _under("class.", wrong_locks)
    if look.plane is not None and (refused := misfit(look.plane, experiment.data.columns_count)):
        found.append(Problem("view.plane", look.plane.kind, refused))
        look = look.model_copy(update={"plane": None})
    edits, wrong_edits = read_edits(query.get("edits", ""), experiment, consequence)
    return Link(experiment, edits, look, room, tour.id if tour else ""), found + wrong_edits


def _of_tour(link: Link, found: dict[str, str]) -> dict[str, str]:
    """A tour alone means its opening; so the default experiment has to be said in some key."""
    own = written(link.experiment, Experiment(), "")
    if link.experiment == TOURS[link.tour].opening:
        found = {key: text for key, text in found.items() if key not in own}
    elif not own:
        found = {"seed": value_text(link.experiment.seed), **found}
    return {"tour": link.tour, **found}


def _longest(key: str) -> int:
    return MAX_HAND if key == "data.hand" else MAX_VALUE


# --- edits ---------------------------------------------------------------------------------------------------------


def edits_text(edits: Sequence[Edit]) -> str:
    """Changes in mid-run as a link has them; ``read_edits`` reads them back."""
    return "|".join(_edit_text(edit) for edit in edits)


def _edit_text(edit: Edit) -> str:
    return f"{edit.step}:" + ";".join(f"{path}={value_text(value)}" for path, value in edit.patch)


def read_edits(text: str, experiment: E, effect: Callable[[E, E], str]) -> tuple[tuple[Edit, ...], list[Problem]]:
    """Edits of a link, each checked against the experiment as it stands by then.

    ``effect`` says what a change asks of a run: "restart" where it needs a new one.
    """
    edits: list[Edit] = []
    found: list[Problem] = []
    parts = text.split("|") if text else []
    if len(text) > MAX_EDITS_TEXT or len(parts) > MAX_KEYS:
        allowed = f"at most {MAX_KEYS} changes and {MAX_EDITS_TEXT:,} characters"
        return (), [Problem("edits", f"{len(parts)} changes, {len(text):,} characters", allowed)]
    for part in sorted(parts, key=_step_of):
        try:
            edit, experiment = _read_edit(part, experiment, effect)
            edits.append(edit)
        except ValidationError as error:
            found += [Problem("edits", part, f"{p.field}: {p.allowed}") for p in problems(error, type(experiment))]
        except ValueError as error:
            found.append(Problem("edits", part, f"write step:setting=value;setting=value ({error})"))
    return tuple(edits), found


def _step_of(part: str) -> int:
    """The step an edit names; -1 where that is none."""
    step = part.partition(":")[0].strip()
    return int(step) if step.isascii() and step.isdigit() and len(step) <= len(str(MAX_STEP)) else -1


def _read_edit(part: str, experiment: E, effect: Callable[[E, E], str]) -> tuple[Edit, E]:
    _, _, settings = part.partition(":")
    texts = dict(item.split("=", 1) for item in settings.split(";"))
    patched = experiment.patched({path: _listed(path, text) for path, text in texts.items()})
    if effect(experiment, patched) == "restart":
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
        node = node[int(name)] if isinstance(node, tuple) else getattr(node, name)
    return node


# --- parts of a link ------------------------------------------------------------------------------------------------


def _apart(keys: Mapping[str, str], prefix: str) -> tuple[dict[str, str], dict[str, str]]:
    """(keys that begin with ``prefix``, without it; all others)."""
    chosen = {key.removeprefix(prefix): text for key, text in keys.items() if key.startswith(prefix)}
    return chosen, {key: text for key, text in keys.items() if not key.startswith(prefix)}


def _under(prefix: str, found: list[Problem]) -> list[Problem]:
    return [Problem(f"{prefix}{item.field}", item.value, item.allowed) for item in found]
