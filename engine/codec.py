"""A frozen model as dotted keys of text, and back: the query string of a link.

Only what differs from the defaults is written. A key that is unknown or out of range is reported, its default is used, and
the rest still counts.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from engine.choice import Problem, problems

M = TypeVar("M", bound=BaseModel)

VERSION = "1"
"""Of the defaults that links are compared with: they carry it as ``v``."""
MAX_KEYS = 400
MAX_VALUE = 2000
MAX_DEPTH = 8
"""Parts of a dotted key: no setting lies deeper."""


# --- writing ------------------------------------------------------------------------------------------------------


def written(value: BaseModel, default: Any, prefix: str) -> dict[str, str]:
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
        return written(now, before, f"{path}.")
    if isinstance(now, tuple) and now and isinstance(now[0], BaseModel):
        found: dict[str, str] = {}
        for index, item in enumerate(now):
            found |= written(item, None, f"{path}.{index}.")
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


def encode_model(value: BaseModel) -> dict[str, str]:
    """Query parameters of a model that has defaults for all its fields; empty for these."""
    found = written(value, type(value)(), "")
    return {"v": VERSION, **found} if found else {}


# --- reading ------------------------------------------------------------------------------------------------------


def decode_model(model: type[M], query: Mapping[str, str]) -> tuple[M, list[Problem]]:
    """The model a query string stands for, and what in it could not be used. Never raises."""
    keys, found = sound(query)
    value, wrong = read_keys(model, keys)
    return value, found + wrong


def sound(
    query: Mapping[str, str],
    max_keys: int = MAX_KEYS,
    longest: Callable[[str], int] = lambda key: MAX_VALUE,
    apart: Sequence[str] = (),
) -> tuple[dict[str, str], list[Problem]]:
    """The keys of a query that may be settings, less the version and those ``apart``, and what is wrong with the others.

    ``longest`` says how many characters a key's value may have.
    """
    found: list[Problem] = []
    if query.get("v", VERSION) != VERSION:
        found.append(Problem("v", query["v"], f"this is version {VERSION} of links; settings may have other defaults"))
    keys = {key: value for key, value in query.items() if key not in ("v", *apart)}
    if len(keys) > max_keys:
        return {}, [Problem("link", f"{len(keys)} settings", f"at most {max_keys}")]
    for key in [key for key, value in keys.items() if len(value) > longest(key)]:
        found.append(Problem(key, keys.pop(key), f"at most {longest(key)} characters"))
    for key in [key for key in keys if key.count(".") >= MAX_DEPTH]:
        found.append(Problem(key, keys.pop(key), "there is no such setting"))
    return keys, found


def read_keys(model: type[M], keys: Mapping[str, str]) -> tuple[M, list[Problem]]:
    """Validate dotted keys, dropping one offending key after another until the rest is valid."""
    left = dict(keys)
    found: list[Problem] = []
    while True:
        try:
            return model.model_validate(_tree(model, left)), found
        except ValidationError as error:
            before = dict(left)  # two problems may have one culprit
            for problem in problems(error, model):
                culprits = _culprits(problem.field, before) or _alone(model, before) or list(before)
                found.append(Problem(problem.field, left.get(problem.field, problem.value), problem.allowed))
                for key in culprits:
                    left.pop(key, None)


def _culprits(field: str, keys: Mapping[str, str]) -> list[str]:
    """The keys to drop for a problem at ``field``: itself, what stands below it, or the nearest one above.

    A model within another names its field as it stands in itself.
    """
    below = [key for key in keys if key == field or key.startswith(f"{field}.")]
    below = below or [key for key in keys if f".{field}." in f".{key}."]
    if below:
        return below
    parts = field.split(".")
    for length in range(len(parts) - 1, 0, -1):
        above = ".".join(parts[:length])
        near = [key for key in keys if key == above or key.startswith(f"{above}.")]
        if near:
            return near
    return []


def _alone(model: type[BaseModel], keys: Mapping[str, str]) -> list[str]:
    """A key without which the rest is valid: it doesn't go with a default."""
    for key in keys:
        try:
            model.model_validate(_tree(model, {other: text for other, text in keys.items() if other != key}))
        except ValidationError:
            continue
        return [key]
    return []


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


def _shaped(model: type[BaseModel], tree: dict[str, Any], default: BaseModel | None = None) -> dict[str, Any]:
    """Give text the shape its field wants: commas to tuples, numbered items to tuples, the default kind where none.

    What the tree does not name is as in ``default``, where there is one: a link holds differences from it.
    """
    shaped = {} if default is None else {name: getattr(default, name) for name in model.model_fields}
    shaped |= tree
    for name, value in tree.items():
        field = model.model_fields.get(name)
        if field is None:
            continue
        if isinstance(value, str) and _holds_tuple(field.annotation):
            shaped[name] = tuple(part for part in value.split(",") if part)
        elif value == "none" and type(None) in get_args(field.annotation):
            shaped[name] = None
        elif isinstance(value, dict):
            shaped[name] = _shaped_below(
                field, value, field.get_default() if default is None else getattr(default, name)
            )
    return shaped


def _shaped_below(field: Any, value: dict[str, Any], default: Any) -> Any:
    if _holds_tuple(field.annotation):
        if not all(key.isdigit() for key in value):
            return value
        item = get_args(field.annotation)[0]
        numbered = sorted(value.items(), key=lambda pair: (len(pair[0]), pair[0]))
        return tuple(_shaped_item(item, each) if isinstance(each, dict) else each for _, each in numbered)
    if "kind" not in value and isinstance(default, BaseModel) and "kind" in type(default).model_fields:
        value = {"kind": getattr(default, "kind"), **value}  # noqa: B009
    chosen = _member(field.annotation, value.get("kind"))
    if chosen is None:
        return value
    return _shaped(chosen, value, default if type(default) is chosen else None)


def _shaped_item(annotation: Any, value: dict[str, Any]) -> dict[str, Any]:
    """One item of a tuple, as the model, or the row of the union, that its ``kind`` names."""
    chosen = _member(annotation, value.get("kind"))
    return value if chosen is None else _shaped(chosen, value)


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
