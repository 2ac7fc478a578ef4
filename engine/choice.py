"""What every catalog row is: a frozen, validated choice that carries its own label, formula, lesson and bounds."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo


class Frozen(BaseModel):
    """A value object: hashable, immutable, checked when made; unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Choice(Frozen):
    """One row of a catalog.

    A row is a class with a literal ``kind``, bounded fields (its knobs) and four texts. The texts are
    shown to the learner, so each formula is the one the code runs.
    """

    kind: str
    label: ClassVar[str]
    formula: ClassVar[str]
    """LaTeX, without dollar signs."""
    lesson: ClassVar[str]
    """One plain sentence: what it does, or what to look for."""
    source: ClassVar[str]
    """Where the formula is from: author and year."""


@dataclass(frozen=True)
class Knob:
    """One adjustable field of a choice, as a widget or a help text needs it."""

    name: str
    title: str
    help: str
    default: Any
    low: float | None
    high: float | None
    scale: Literal["linear", "log"]
    step: float | None
    unit: str
    options: tuple[Any, ...]
    """The allowed values of a field that takes a few literals; empty otherwise."""
    type: type
    """int, float, bool, str or tuple."""
    optional: bool = False
    """Whether None is allowed: as something else says."""


@cache
def catalog(union: Any) -> dict[str, type[Choice]]:
    """Map each ``kind`` of a discriminated union to its class, in the order the union lists them; of one row, its own."""
    members = get_args(get_args(union)[0]) if get_origin(union) is Annotated else get_args(union) or (union,)
    return {get_args(member.model_fields["kind"].annotation)[0]: member for member in members}


@cache
def knobs(model: type[BaseModel]) -> tuple[Knob, ...]:
    """The scalar and literal fields of ``model`` (all but ``kind`` and nested models), with their bounds."""
    fields = ((name, field, _type(field)) for name, field in model.model_fields.items() if name != "kind")
    return tuple(_knob(name, field, plain) for name, field, plain in fields if plain is not None)


def _type(field: FieldInfo) -> Any:
    """The plain type a widget edits, or None for a nested model."""
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        plain = [bare for arm in get_args(annotation) if (bare := _bare(arm)) in (int, float, bool, str)]
        return plain[0] if plain else None
    if get_origin(annotation) is tuple:
        return tuple
    return next((plain for plain in (int, float, bool, str) if annotation is plain), None)


def _bare(arm: Any) -> Any:
    return get_args(arm)[0] if get_origin(arm) is Annotated else arm


def _constraints(field: FieldInfo) -> Iterator[Any]:
    """What bounds a field's values, also where only one arm of its union is bounded."""
    yield from field.metadata
    for arm in get_args(field.annotation):
        if get_origin(arm) is Annotated:
            for item in get_args(arm)[1:]:
                yield from item.metadata if isinstance(item, FieldInfo) else (item,)


def literals(annotation: Any) -> Iterator[Any]:
    """The literal values anywhere in an annotation."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    for arm in get_args(annotation):
        if get_origin(arm) is Literal or get_origin(arm) in (Union, UnionType):
            yield from literals(arm)


def _bound(field: FieldInfo, inclusive: str, exclusive: str, inward: float) -> float | None:
    """The bound a field of a form can offer: an exclusive one is moved ``inward`` a little."""
    for item in _constraints(field):
        if getattr(item, inclusive, None) is not None:
            return float(getattr(item, inclusive))
        if getattr(item, exclusive, None) is not None:
            return float(getattr(item, exclusive)) + inward
    return None


def _knob(name: str, field: FieldInfo, kind: type) -> Knob:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Knob(
        name=name,
        title=field.title or name.replace("_", " ").capitalize(),
        help=field.description or "",
        default=field.default,
        low=_bound(field, "ge", "gt", 1e-6),
        high=_bound(field, "le", "lt", -1e-6),
        scale="log" if extra.get("scale") == "log" else "linear",
        step=float(str(extra["step"])) if "step" in extra else None,
        unit=str(extra.get("unit", "")),
        options=() if kind is tuple else tuple(literals(field.annotation)),
        type=kind,
        optional=is_optional(field.annotation),
    )


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value: where it stands, what was given, what is allowed."""

    field: str
    """Dotted path, as in a permalink: ``training.optimizer.learning_rate``."""
    value: Any
    allowed: str

    def __str__(self) -> str:
        shown = repr(self.value)
        return f"{self.field}: got {shown if len(shown) <= 60 else shown[:57] + '...'}; {self.allowed}"


def problems(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Translate the error from validating ``model`` into plain sentences, one per offending field."""
    return [_problem(dict(item), model) for item in error.errors(include_url=False)]


def _problem(item: dict[str, Any], model: type[BaseModel]) -> Problem:
    context = item.get("ctx") or {}
    where = dotted(item["loc"], model)
    kinds = context.get("expected_tags")
    if "field" in context:
        return Problem(str(context["field"]), context.get("value"), item["msg"])
    if kinds is not None:
        allowed = [kind.strip(" '") for kind in str(kinds).split(",")]
        given = str(context.get("tag"))
        return Problem(f"{where}.kind".lstrip("."), given, one_of(given, allowed))
    if item["type"] == "extra_forbidden":
        return Problem(where, item["input"], "there is no such setting")
    said = item["msg"].removeprefix("Value error, ")
    return Problem(where, item["input"], said[:1].lower() + said[1:])


def dotted(location: Sequence[int | str], model: type[BaseModel]) -> str:
    """A reader's dotted path: without the union tags that pydantic puts after a field that is a choice."""
    shown: list[str] = []
    here: type[BaseModel] | None = model
    rows: dict[str, type[Choice]] = {}
    for part in map(str, location):
        if part in rows and (not shown or here is None):
            here, rows = rows[part], {}
            continue
        shown.append(part)
        field = here.model_fields.get(part) if here is not None else None
        if not part.isdigit():
            here, rows = below(field.annotation) if field is not None else (None, {})
    return ".".join(shown)


def set_at(tree: dict[str, Any], path: str, value: Any) -> None:
    """Write ``value`` at a dotted path of a dumped model; another ``kind`` clears the knobs of the one before.

    Raises ValueError for a path that leads nowhere.
    """
    *above, name = path.split(".")
    node: Any = tree
    for part in above:
        node = _within(node, part)
    if not isinstance(node, dict):
        raise ValueError(f"{path}: there is no such setting")
    if name == "kind" and node.get("kind") != value:
        node.clear()
    node[name] = value


def _within(node: Any, part: str) -> Any:
    """What stands at one part of a dotted path of a dumped model; None where nothing does."""
    if isinstance(node, tuple | list):
        return node[int(part)] if part.isdecimal() and int(part) < len(node) else None
    return node.get(part) if isinstance(node, dict) else None


def below(annotation: Any) -> tuple[type[BaseModel] | None, dict[str, type[Choice]]]:
    """What stands below a field: a model, the rows of a catalog, or nothing. A tuple's items count as below it."""
    if get_origin(annotation) is tuple:
        return below(get_args(annotation)[0])
    arms = [arm for arm in get_args(annotation) if arm is not NoneType] or [annotation]
    if get_origin(annotation) is Annotated or any(get_origin(arm) is Annotated for arm in arms):
        return below(next((get_args(arm)[0] for arm in arms if get_origin(arm) is Annotated), arms[0]))
    models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel)]
    if len(models) > 1:
        rows = [arm for arm in models if issubclass(arm, Choice)]
        return None, {get_args(arm.model_fields["kind"].annotation)[0]: arm for arm in rows}
    return (models[0] if models else None), {}


def one_of(given: str, allowed: list[str]) -> str:
    """``did you mean 'relu'? choose one of: linear, relu, ...``"""
    close = difflib.get_close_matches(given, allowed, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}choose one of: {', '.join(allowed)}"


def is_optional(annotation: Any) -> bool:
    """Whether ``None`` is among the values an annotation allows."""
    return NoneType in get_args(annotation)
