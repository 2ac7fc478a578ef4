"""A catalog's row in a script: as a small dataclass with the run's own values, or as the line that its method runs."""

import ast
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from engine.choice import Choice
from engine.export.source import WIDTH, Place, Source, constant, find, function, replaced, source_of, unindented


def bases_of(row: type[Choice]) -> list[tuple[Source, ast.ClassDef]]:
    """The sources of a row's class and of what it inherits, the most general first."""
    classes = [cls for cls in row.__mro__ if issubclass(cls, Choice) and cls is not Choice]
    return [(source_of(cls.__module__), _class(source_of(cls.__module__), cls.__name__)) for cls in reversed(classes)]


def _class(source: Source, name: str) -> ast.ClassDef:
    node = source.definitions[name]
    assert isinstance(node, ast.ClassDef)
    return node


def methods_of(row: type[Choice]) -> dict[str, tuple[Source, ast.FunctionDef]]:
    """Every method by name, the row's own in place of those it overrides."""
    found: dict[str, tuple[Source, ast.FunctionDef]] = {}
    for source, node in bases_of(row):
        found |= {item.name: (source, item) for item in node.body if isinstance(item, ast.FunctionDef)}
    return found


def reached(row: type[Choice], roots: set[str]) -> set[str]:
    """Names of fields, methods and class variables that a row needs for ``roots``."""
    methods = methods_of(row)
    found: set[str] = set()
    waiting = set(roots)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name in methods:
            waiting |= attributes(methods[name][1], "self") - found
    return found


def attributes(tree: ast.AST, owner: str) -> set[str]:
    """Every ``x`` in ``owner.x`` and ``self.owner.x``."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in found if owner in (getattr(node.value, "id", ""), getattr(node.value, "attr", ""))}


def row_class(row: Choice, roots: set[str]) -> tuple[str, list[tuple[str, str]]]:
    """(a dataclass that does for ``roots`` what the row does, its parts' (module, text) to look for names in).

    Choices within it have no default: whoever makes the row names them, see ``called``. Raises ValueError where a method
    calls ``super()``: the class stands alone.
    """
    kind = type(row)
    needed = reached(kind, roots)
    bodies = [(source, function(source, node)) for name, (source, node) in methods_of(kind).items() if name in needed]
    if any("super()" in text for _, text in bodies):
        raise ValueError(f"{kind.__name__}: a row that calls super() can't be written as one class")
    constants = list(_class_variables(kind, needed))
    fields = [name for name in kind.model_fields if name in needed and name != "kind"]
    inner = {name: type(getattr(row, name)) for name in fields if isinstance(getattr(row, name), Choice)}
    shown = [f"    {name}: {below.__name__}" for name, below in inner.items()]
    shown += [
        f"    {name}: {_plain(kind.model_fields[name].annotation)} = {literal(getattr(row, name))}"
        for name in fields
        if name not in inner
    ]
    head = ["@dataclass", f"class {kind.__name__}:", *_said(row)]
    state = "\n".join([*(f"    {text}" for _, text in constants), *shown])
    blocks = [*([state] if state else []), *(textwrap.indent(text, "    ") for _, text in bodies)]
    parts = [(below.__module__, below.__name__) for below in inner.values()]
    parts += [(source.module, text) for source, text in [*constants, *bodies]]
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks), parts


def _said(row: Choice) -> list[str]:
    """What the page says of it, as a docstring."""
    lines = textwrap.wrap(f"{row.lesson} ({row.source})", WIDTH - 8)
    return [f'    """{row.label}.', "", *(f"    {line}" for line in lines), '    """']


def _class_variables(kind: type[Choice], needed: set[str]) -> Iterator[tuple[Source, str]]:
    """``name = value`` of each class variable that is needed, the most special value."""
    found: dict[str, tuple[Source, str]] = {}
    for source, node in bases_of(kind):
        for item in node.body:
            if not (isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None):
                continue
            if item.target.id in needed and source.segment(item.annotation).startswith("ClassVar"):
                found[item.target.id] = (source, f"{item.target.id} = {source.segment(item.value)}")
    yield from found.values()


def _plain(annotation: Any) -> str:
    """A field's annotation without its bounds: ``int``, ``float | None``, ``str``, ``tuple``."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return " | ".join(dict.fromkeys(_plain(arm) for arm in get_args(annotation)))
    if get_origin(annotation) is Literal:
        return " | ".join(dict.fromkeys(type(value).__name__ for value in get_args(annotation)))
    bare = get_origin(annotation) or annotation
    return "None" if bare is NoneType else str(bare.__name__)


# --- methods written out ----------------------------------------------------------------------------------------------


def written_out(row: Choice, method: str, given: Mapping[str, str]) -> tuple[str, str]:
    """(module, the lines that ``row.method(...)`` runs, with its own values and the caller's names put in).

    Of a method that returns something, the expression alone.
    """
    source, node = methods_of(type(row))[method]
    body = node.body[1:] if ast.get_docstring(node) else node.body
    known = dict(given)
    while isinstance(body[0], ast.Assign) and isinstance(body[0].targets[0], ast.Name):
        known[body[0].targets[0].id] = _filled(source, body[0].value, row, known)
        body = body[1:]
    if isinstance(body[0], ast.Return) and body[0].value is not None:
        return source.module, _filled(source, body[0].value, row, known)
    return source.module, "\n".join(_filled(source, statement, row, known) for statement in body)


def _filled(source: Source, node: ast.AST, row: Choice, known: Mapping[str, str]) -> str:
    edits: dict[tuple[int, int], str] = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == "self":
            edits[source.span(inner)] = literal(getattr(row, inner.attr))
        elif isinstance(inner, ast.Name) and inner.id in known:
            edits[source.span(inner)] = known[inner.id]
        elif isinstance(inner, ast.Name) and isinstance(find(Place(source.module, inner.id)), Place):
            value = _plain_constant(source, inner.id)
            if value:
                edits[source.span(inner)] = value
    first, last = source.span(node)
    return unindented(replaced(source.raw, first, last, edits), getattr(node, "col_offset", 0))


def _plain_constant(source: Source, name: str) -> str:
    """The text of a constant such as ``FUSED = True``; empty for what has to be defined in the script too."""
    place = find(Place(source.module, name))
    if (
        not isinstance(place, Place)
        or place.name in source_of(place.module).first_of
        or not re.fullmatch(r"[A-Z_]+", name)
    ):
        return ""
    return constant(place).rpartition(" = ")[2]


def called(row: Choice, first: Mapping[type[Choice], Choice], needed: Collection[str] | None = None) -> str:
    """``Row(...)`` with the choices within it, and the settings in which it differs from the ``first`` of its kind.

    Of the choices within it those in ``needed``, or all.
    """
    shown = []
    for name in type(row).model_fields:
        value, other = getattr(row, name), getattr(first[type(row)], name)
        if isinstance(value, Choice):
            shown += [f"{name}={called(value, first)}"] if needed is None or name in needed else []
        elif value != other:
            shown.append(f"{name}={literal(value)}")
    return f"{type(row).__name__}({', '.join(shown)})"


def literal(value: Any) -> str:
    """A setting as Python text, as a formatter would write it."""
    return repr(value).replace("'", '"').replace("e+", "e")
