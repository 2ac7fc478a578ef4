"""What a class link says: which controls its teacher has locked or put away. A convenience, no safeguard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from engine.choice import Choice, Frozen, Problem, below, one_of
from engine.experiment import Experiment

Access = Literal["open", "locked", "hidden"]
MAX_TITLE = 60
OF_REGULARIZATION = (
    "model.dropout",
    "model.norm",
    "training.penalty",
    "training.clip",
    "training.stopping",
    "training.class_weights",
    "training.sampling",
)


@dataclass(frozen=True)
class Group:
    """Controls that are locked or put away together."""

    name: str
    title: str
    settings: tuple[str, ...] = ()
    """What of the experiment they set."""


def _of(part: str) -> tuple[str, ...]:
    """The settings directly under ``part`` that do not stand with Regularization."""
    model: type[BaseModel] = Experiment.model_fields[part].annotation  # type: ignore[assignment]
    paths = (f"{part}.{name}" for name in model.model_fields)
    return tuple(path for path in paths if path not in OF_REGULARIZATION)


GROUPS = (
    Group("data", "Data", ("data",)),
    Group("network", "Network", _of("model")),
    Group("training", "Training", _of("training")),
    Group("regularization", "Regularization", OF_REGULARIZATION),
    Group("seed", "Seed", ("seed",)),
    Group("presets", "Presets"),
    Group("reset", "Reset button"),
    Group("speed", "Speed menu"),
    Group("share", "Share button"),
    Group("branch", "Branch button"),
)
"""As they stand on the page, then what is no setting of the experiment."""
BY_NAME = {group.name: group for group in GROUPS}
BUTTONS = {
    "reset": "reset",
    "new_seed": "seed",
    "speed": "speed",
    "share": "share",
    "branch": "branch",
    "touch": "network",
    "place": "data",
}
"""What can be done in the player and can be off, and the group that says so."""


@cache
def settings() -> Mapping[str, str]:
    """Every dotted setting of an experiment, of all rows of all catalogs, with its title."""
    found: dict[str, str] = {}
    for path, title in _settings(Experiment, ""):
        found.setdefault(path, title)
    return found


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield f"{prefix}{name}", field.title or name.replace("_", " ").capitalize()
        inner, rows = below(field.annotation) if name != "layers" else (None, {})
        for each in (inner, *rows.values()):
            if each is not None:
                yield from _settings(each, f"{prefix}{name}.")


def label(name: str) -> str:
    """What a person reads for a name: ``Network``, ``Learning rate``."""
    return BY_NAME[name].title if name in BY_NAME else settings().get(name.removesuffix(".kind"), name)


def _known(name: str) -> str:
    if name in BY_NAME or name in settings():
        return name
    raise PydanticCustomError("unknown", "{hint}", {"hint": _hint(name)})


def _hint(name: str) -> str:
    """What is allowed, the nearest name first."""
    groups = ", ".join(BY_NAME)
    close = one_of(name, [*BY_NAME, *sorted(settings())]).partition("? ")
    return f"{close[0]}? " * bool(close[2]) + f"write groups ({groups}) or settings such as training.optimizer.lr"


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


Names = Annotated[tuple[Annotated[str, AfterValidator(_known)], ...], AfterValidator(_once)]


class Classroom(Frozen):
    """Which controls are locked or hidden, by the name of their group or of their setting."""

    title: str = Field("", max_length=MAX_TITLE, pattern=r"^[^\x00-\x1f\x7f]*$")
    """Plain text."""
    lock: Names = ()
    hide: Names = ()

    def access(self, group: str, setting: str = "") -> Access:
        """Whether a control of ``group`` that sets ``setting`` is open, locked or hidden; hidden counts more."""
        if _covers(self.hide, group, setting):
            return "hidden"
        return "locked" if _covers(self.lock, group, setting) else "open"

    @property
    def is_open(self) -> bool:
        """Whether nothing is locked or hidden."""
        return not (self.lock or self.hide)

    @property
    def off(self) -> dict[str, Access]:
        """The player's buttons that are not open."""
        found = {button: self.access(group, group) for button, group in BUTTONS.items()}
        return {button: access for button, access in found.items() if access != "open"}

    def held(self, now: Experiment, new: Experiment) -> Experiment:
        """``new`` with the settings that are not open as they are ``now``; ``now`` where those do not go together.

        A knob holds as long as its row is chosen; a locked choice holds with all its knobs.
        """
        before, tree = now.model_dump(), new.model_dump()
        for name in (*self.lock, *self.hide):
            for path in BY_NAME[name].settings if name in BY_NAME else (name,):
                _hold(before, tree, path.removesuffix(".kind").split("."))
        try:
            return Experiment.model_validate(tree)
        except ValidationError:
            return now


def _covers(names: tuple[str, ...], group: str, setting: str) -> bool:
    """Whether one of ``names`` is the group, the setting, or a setting that holds it. A name of both is a group's."""
    above = {setting[:end] for end in [i for i, c in enumerate(setting) if c == "."] + [len(setting)]}
    return any(name == group if name in BY_NAME else name in above for name in names)


def _hold(before: dict[str, Any], tree: dict[str, Any], path: list[str]) -> None:
    """Copy what stands at ``path``, unless another row was chosen on the way there."""
    *above, name = path
    for part in above:
        before, tree = before[part], tree[part]
        if not isinstance(tree, dict) or not isinstance(before, dict) or before.get("kind") != tree.get("kind"):
            return
    if name in before:
        tree[name] = before[name]


def single(experiment: Experiment) -> dict[str, str]:
    """The settings that ``experiment`` shows controls for, with titles such as ``Optimizer: Learning rate``."""
    found: dict[str, str] = {"data.kind": "Data set"}
    for part in (experiment.data, experiment.model, experiment.training):
        top = "data" if part is experiment.data else "model" if part is experiment.model else "training"
        for name in type(part).model_fields:
            if name == "kind":
                continue
            path, value = f"{top}.{name}", getattr(part, name)
            found[path] = label(path)
            if isinstance(value, Choice):
                knobs = (knob for knob in type(value).model_fields if knob != "kind")
                found |= {f"{path}.{knob}": f"{label(path)}: {label(f'{path}.{knob}')}" for knob in knobs}
    return found


# --- in a link ------------------------------------------------------------------------------------------------------


def encode(classroom: Classroom) -> dict[str, str]:
    """As keys of a link, without their ``class.``; only what is said."""
    said = {"title": classroom.title, "lock": ",".join(classroom.lock), "hide": ",".join(classroom.hide)}
    return {name: text for name, text in said.items() if text}


def decode(keys: Mapping[str, str]) -> tuple[Classroom, list[Problem]]:
    """What keys of a link say; each name that is unknown is reported, and the others count. Never raises."""
    found: list[Problem] = []
    said: dict[str, Any] = {}
    for key, text in keys.items():
        if key not in Classroom.model_fields:
            found.append(Problem(key, text, "there is no such setting"))
            continue
        try:
            read = Classroom.model_validate({key: text if key == "title" else _items(text, key, found)})
            said[key] = getattr(read, key)
        except ValidationError:
            found.append(Problem(key, text, f"at most {MAX_TITLE} characters on one line"))
    return Classroom(**said), found


def _items(text: str, key: str, found: list[Problem]) -> tuple[str, ...]:
    names = [name for name in text.split(",") if name]
    unknown = [name for name in names if name not in BY_NAME and name not in settings()]
    found += [Problem(key, name, _hint(name)) for name in dict.fromkeys(unknown)]
    return tuple(name for name in names if name not in unknown)
