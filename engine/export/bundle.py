"""What a script needs of the engine's source, and nothing more: names are followed from the code that uses them."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.choice import Choice
from engine.export.rows import attributes, row_class
from engine.export.source import External, Place, constant, find, function, source_of, whole_class


@dataclass
class Section:
    """A part of a script: a heading, a sentence for the learner, and code."""

    title: str
    text: str
    code: str
    names: dict[str, Place | External] = field(default_factory=dict)
    """Where the names that the code uses are defined."""
    first: tuple[str, ...] = ()
    """Names that are defined here though the code does not use them: where a reader looks for them."""
    definitions: list[str] = field(default_factory=list)
    """Functions, classes and constants that stand before the code; filled by ``bundled``."""


@dataclass(frozen=True)
class RowOf:
    """A catalog's row that the code knows by the name of a variable."""

    variable: str
    row: Choice
    others: tuple[str, ...] = ()
    """Further variables that it is known by."""


def bundled(sections: list[Section], rows: Iterable[RowOf]) -> list[External]:
    """Put before each section's code what it is the first to need. Returns the imports of all."""
    bundle = _Bundle(sections, {type(item.row).__name__: item for item in rows})
    # Each round may find further methods that are called: until nothing changes.
    before = None
    while bundle.state != before:
        before = bundle.state
        bundle.collect()
    return sorted(set(bundle.imports), key=lambda found: (found.module, found.name or "", found.alias))


class _Bundle:
    def __init__(self, sections: list[Section], rows: dict[str, RowOf]) -> None:
        self.sections, self.rows = sections, rows
        self.texts: dict[str, str] = {}
        self.places: dict[str, Place] = {}
        self.imports: list[External] = []

    @property
    def state(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.texts.items())

    @property
    def _code(self) -> list[str]:
        return [*(section.code for section in self.sections), *self.texts.values()]

    def collect(self) -> None:
        """Follow the names of every section once more, with what is known to be used by now."""
        trees = [ast.parse(text) for text in self._code]
        nodes = [node for tree in trees for node in ast.walk(tree)]
        self.used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        self.used |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
        keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys]
        self.used |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}  # fields that are named by text
        variables = {name for item in self.rows.values() for name in (item.variable, *item.others)}
        self.roots = {name: set().union(*(attributes(tree, name) for tree in trees)) for name in variables}
        self.texts, self.places, self.imports = {}, {}, []
        for section in self.sections:
            known = set(self.texts)
            for name in (*section.first, *_names(section.code)):
                self._follow(section.names.get(name))
            section.definitions = [text for name, text in self.texts.items() if name not in known]

    def _follow(self, found: Place | External | None) -> None:
        if isinstance(found, External):
            self.imports.append(found)
        elif found is not None and self.places.get(found.name) != found:
            if found.name in self.places:
                raise ValueError(f"two things are called {found.name}: {self.places[found.name]} and {found}")
            self.places[found.name] = found
            self._define(found)

    def _define(self, place: Place) -> None:
        item = self.rows.get(place.name)
        if item is not None and type(item.row).__module__ == place.module:
            text, parts = row_class(
                item.row, set().union(*(self.roots[name] for name in (item.variable, *item.others)))
            )
            self.imports.append(External("dataclasses", "dataclass", "dataclass"))
        else:
            text = _definition(place, self.used)
            parts = [(place.module, text)]
        for module, part in parts:
            for name in _names(part):
                if name != place.name:
                    self._follow(find(Place(module, name)))
        self.texts[place.name] = text


def _definition(place: Place, used: set[str]) -> str:
    node = source_of(place.module).definitions[place.name]
    if isinstance(node, ast.FunctionDef):
        return function(source_of(place.module), node)
    return whole_class(place, used) if isinstance(node, ast.ClassDef) else constant(place)


def names_in(module: str, text: str) -> dict[str, Place | External]:
    """Where the global names are defined that ``text``, taken from ``module``, reads."""
    found = {name: find(Place(module, name)) for name in _names(text)}
    return {name: place for name, place in found.items() if place is not None}


def _names(text: str) -> list[str]:
    """Names that a text reads, in the order in which they come."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    ordered = sorted(found, key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in ordered))
