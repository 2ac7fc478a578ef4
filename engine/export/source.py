"""Our own source as a learner's script shows it: the lines that ran, without annotations, bounds and protections.

Everything is read from the text of the engine's modules, so a script can't say anything but what ran.
"""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

WIDTH = 120
OURS = "engine."
KEPT_DECORATORS = ("property", "classmethod", "staticmethod", "torch.no_grad()", "dataclass(frozen=True)", "dataclass")
"""Others are protections of ours (waiting for a download, keeping a result), not computation."""
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Place:
    """A name at the top level of one of our modules."""

    module: str
    name: str


@dataclass(frozen=True)
class External:
    """A name that an import statement gives, such as ``import numpy as np``."""

    module: str
    name: str | None
    """None for the module itself."""
    alias: str


class Source:
    """One module's text and what stands at its top level."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.text = inspect.getsource(importlib.import_module(module))
        self.raw = self.text.encode()
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.definitions: dict[str, Definition] = {}
        self.imports: dict[str, External] = {}
        self.remarks: dict[str, str] = {}
        """What the string under a constant says of it."""
        self.first_of: dict[str, str] = {}
        """Constants that one statement defines together: each name's first."""
        body = ast.parse(self.text).body
        for node, after in zip(body, [*body[1:], None], strict=True):
            self._note(node, after)

    def _note(self, node: ast.stmt, after: ast.stmt | None) -> None:
        if isinstance(node, ast.Import):
            self.imports |= {a.asname or a.name: External(a.name, None, a.asname or a.name) for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            self.imports |= {
                a.asname or a.name: External(str(node.module), a.name, a.asname or a.name) for a in node.names
            }
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.definitions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                self.definitions[target.id] = node
                if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                    self.remarks[target.id] = str(after.value.value)
            elif isinstance(target, ast.Tuple):
                names = [item.id for item in target.elts if isinstance(item, ast.Name)]
                self.definitions |= dict.fromkeys(names, node)
                self.first_of |= dict.fromkeys(names, names[0])

    def offset(self, line: int, column: int) -> int:
        """Where (line, column), as syntax trees count them, lies in the bytes of the text."""
        return self.starts[line - 1] + column

    def span(self, node: Any) -> tuple[int, int]:
        """First byte of a node, and the one after its last."""
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node: Any) -> str:
        """The text of a node."""
        first, last = self.span(node)
        return self.raw[first:last].decode()

    def lines(self, first: int, last: int, edits: Mapping[tuple[int, int], str]) -> str:
        """Lines ``first`` to ``last`` (from 1, both included), with spans of bytes replaced."""
        begin, end = self.starts[first - 1], self.starts[last]
        return replaced(self.raw, begin, end, edits)


@cache
def source_of(module: str) -> Source:
    """A module's source, read once."""
    return Source(module)


def find(place: Place) -> Place | External | None:
    """Where a name used in a module is defined: in one of ours, or outside; None where it is no global name."""
    source = source_of(place.module)
    if place.name in source.definitions:
        return Place(place.module, source.first_of.get(place.name, place.name))
    external = source.imports.get(place.name)
    if external is None:
        return None
    if external.module.startswith(OURS) and external.name is not None:
        return find(Place(external.module, external.name))
    return external


def replaced(raw: bytes, begin: int, end: int, edits: Mapping[tuple[int, int], str]) -> str:
    """The text of ``raw[begin:end]`` with spans replaced; of spans within each other the outer one counts."""
    pieces, at = [], begin
    for (first, last), text in sorted(edits.items(), key=lambda edit: (edit[0][0], -edit[0][1])):
        if at <= first and last <= end:
            pieces += [raw[at:first].decode(), text]
            at = last
    return "".join([*pieces, raw[at:end].decode()])


# --- functions ------------------------------------------------------------------------------------------------------


def function(source: Source, node: ast.FunctionDef) -> str:
    """A function or method as it stands, without annotations."""
    edits = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.AnnAssign) and inner.value is not None:
            edits[source.span(inner)] = f"{source.segment(inner.target)} = {_assigned(source, inner)}"
        elif isinstance(inner, ast.FunctionDef) and inner is not node:
            edits[_head_span(source, inner)] = signature(source, inner)
    kept = [source.segment(d) for d in node.decorator_list if source.segment(d) in KEPT_DECORATORS]
    body = source.lines(node.body[0].lineno, node.body[-1].end_lineno or 0, edits)
    head = [*(f"@{name}" for name in kept), signature(source, node)]
    text = "\n".join([*head, without_remarks_for_checkers(unindented(body, node.col_offset))])
    return joined(text, WIDTH - node.col_offset)


def _assigned(source: Source, node: ast.AnnAssign) -> str:
    """The right side of an assignment, with the brackets that may stand around it."""
    begin, end = source.span(node.annotation)[1], source.span(node)[1]
    return source.raw[begin:end].decode().partition("=")[2].lstrip()


def _head_span(source: Source, node: ast.FunctionDef) -> tuple[int, int]:
    """From ``def`` to the colon before a function's body."""
    begin, end = source.span(node)[0], source.span(node.body[0])[0]
    return begin, begin + source.raw[begin:end].rindex(b":") + 1


def signature(source: Source, node: ast.FunctionDef) -> str:
    """``def name(a, b=1, *, c):``, without annotations."""
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    shown = [_argument(source, argument, default) for argument, default in zip(plain, defaults, strict=True)]
    if arguments.vararg:
        shown.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        shown.append("*")
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    shown += [_argument(source, argument, default) for argument, default in pairs]
    if arguments.kwarg:
        shown.append(f"**{arguments.kwarg.arg}")
    return f"def {node.name}({', '.join(shown)}):"


def _argument(source: Source, argument: ast.arg, default: ast.expr | None) -> str:
    return argument.arg if default is None else f"{argument.arg}={source.segment(default)}"


def without_remarks_for_checkers(text: str) -> str:
    """Without comments that only type checkers and linters read."""
    return re.sub(r"[ ]*# (type: ignore|noqa).*", "", text).rstrip("\n")


def unindented(text: str, spaces: int) -> str:
    """Every line moved ``spaces`` to the left."""
    return "\n".join(line[spaces:] if line[:spaces].isspace() else line for line in text.split("\n"))


def joined(text: str, width: int = WIDTH) -> str:
    """Statements that were broken for want of room, and fit on a line now, on one line: as a formatter would."""
    lines = text.split("\n")
    tree = ast.parse(text)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.Return | ast.Expr | ast.AugAssign)]
    for node in sorted(nodes, key=lambda node: -node.lineno):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        parts = [line.strip() for line in lines[first : last + 1]]
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if first == last or is_text or any("#" in part for part in parts) or _ends_with_a_comma(parts):
            continue
        one = lines[first][: node.col_offset] + _on_one_line(parts)
        if len(one) <= width:
            lines[first : last + 1] = [one]
    return "\n".join(lines)


def _ends_with_a_comma(parts: list[str]) -> bool:
    """Whether a bracket is kept open on purpose: a comma before it closes."""
    return any(part.endswith(",") and after[:1] in (")", "]", "}") for part, after in pairwise(parts))


def _on_one_line(parts: list[str]) -> str:
    line = parts[0]
    for part in parts[1:]:
        line += part if line[-1] in "([{" or part[0] in ")]}" else f" {part}"
    return re.sub(r"^(return|\w+ =) \(([^()]*(?:\([^()]*\)[^()]*)*)\)$", r"\1 \2", line)


# --- constants, classes -----------------------------------------------------------------------------------------------


def constant(place: Place) -> str:
    """A constant of a module, with what is said of it as a comment above."""
    source = source_of(place.module)
    node = source.definitions[place.name]
    assert isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
    if place.name in source.first_of:
        return source.segment(node)
    said = source.remarks.get(place.name, "")
    above = "".join(f"# {line}\n" for line in textwrap.wrap(" ".join(said.split()), WIDTH - 2))
    return f"{above}{place.name} = {source.segment(node.value)}"


def whole_class(place: Place, used: set[str]) -> str:
    """A plain class or dataclass: its fields, and of its methods those that are ``used``."""
    source = source_of(place.module)
    node = source.definitions[place.name]
    assert isinstance(node, ast.ClassDef)
    decorators = [source.segment(d) for d in node.decorator_list if source.segment(d) in KEPT_DECORATORS]
    bases = ", ".join(source.segment(base) for base in node.bases)
    head = [*(f"@{name}" for name in decorators), f"class {node.name}({bases}):" if bases else f"class {node.name}:"]
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign) and _is_field(source, item, used)]
    shown = [f"    {_field(source, item, typed=bool(decorators))}" for item in fields]
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef) and _is_kept(item.name, used)]
    blocks = ["\n".join(shown)] if shown else []
    blocks += [textwrap.indent(function(source, item), "    ") for item in methods]
    said = ast.get_docstring(node)
    told = [f'    """{textwrap.indent(said, "    ").strip()}{_closing(said)}'] if said else []
    return "\n".join([*head, "\n\n".join([*told, *blocks])])


def _closing(said: str) -> str:
    return '\n    """' if "\n" in said else '"""'


def _is_field(source: Source, item: ast.AnnAssign, used: set[str]) -> bool:
    """Whether a field is needed: it has no default, or somebody sets or reads it."""
    return "ClassVar" not in source.segment(item) and (item.value is None or source.segment(item.target) in used)


def _is_kept(name: str, used: set[str]) -> bool:
    return name in used or name in ("__init__", "__call__", "__len__", "__torch_function__", "forward")


def _field(source: Source, item: ast.AnnAssign, *, typed: bool) -> str:
    """A dataclass's field with a plain annotation (what shapes say is for our own checker), or a class's variable."""
    if not typed:
        return f"{source.segment(item.target)} = {source.segment(item.value)}"
    kind = re.sub(
        r"\b(?:Float|Int|Shaped|Bool|UInt8|Float32)\[([\w.]+), *\"[^\"]*\"\]", r"\1", source.segment(item.annotation)
    )
    default = f" = {source.segment(item.value)}" if item.value is not None else ""
    return f"{source.segment(item.target)}: {kind}{default}"
