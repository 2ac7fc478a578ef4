"""A run as one PyTorch script that imports nothing of ours and ends with the run's own training loss."""

import ast
import platform
import re
import textwrap
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import urlencode

import numpy as np
import torch

from engine.data.table import Table
from engine.export.bundle import Section, bundled
from engine.export.data_section import data_sections
from engine.export.network_section import network_section
from engine.export.record import Record
from engine.export.source import External
from engine.export.training_section import Loop
from engine.permalink import Link, Look, encode

WIDTH = 118
BLOCKS = (ast.FunctionDef, ast.ClassDef)
STANDARD = (
    "base64",
    "collections",
    "copy",
    "dataclasses",
    "datetime",
    "functools",
    "hashlib",
    "importlib",
    "itertools",
    "math",
    "pathlib",
    "typing",
    "zlib",
)


def sections_of(record: Record, table: Table, *, plotted: bool = False) -> tuple[list[Section], list[External]]:
    """(the parts of a script in the order of a textbook, what they import). ``plotted`` keeps the losses for a curve."""
    loop = Loop(record, table, plotted=plotted)
    sections = [*data_sections(record, table), network_section(record), *loop.sections()]
    return sections, bundled(sections, loop.row_of_catalogs())


def script(record: Record, address: str = "") -> str:
    """The script's text. ``address`` is where the app answers: the link in its head begins with it.

    Raises DataUnavailable where the data can't be had.
    """
    return written(header(record, address), *sections_of(record, record.begun.data.draw(record.begun.seed)))


def written(head: str, sections: Iterable[Section], imports: Iterable[External]) -> str:
    """A script of its parts."""
    parts = [f'"""{head}"""', import_block(imports)]
    for number, section in enumerate(sections, start=1):
        parts.append(f"{heading(number, section)}\n{body(section)}")
    return tidy("\n\n".join(parts))


def header(record: Record, address: str) -> str:
    """What the script reproduces, with what it was made, and where the run is."""
    return header_of(record.steps, record.train_loss, record.device, link_of(record, address))


def header_of(steps: int, train_loss: float, device: str, link: str) -> str:
    """The same of a run that stands at ``steps``, on ``device``; without ``link`` where there is none."""
    made = f"PyTorch {torch.__version__.partition('+')[0]}, NumPy {np.__version__}, Python {platform.python_version()}"
    said = (
        f"It ends with the run's training loss at step {steps:,}: {train_loss:.9g}. The same numbers come "
        f"with the same versions on the same kind of machine: {made}, on the CPU with one thread."
    )
    if device != "cpu":
        said += f" The run was computed on {device}, so the last digits may differ here."
    lines = ["A run of Gradient Playground as a script of its own.", "", *textwrap.wrap(said, WIDTH), ""]
    return "\n".join([*lines, *([link, ""] if link else [])])


def link_of(record: Record, address: str) -> str:
    """The link that shows the run, at the script's step."""
    query = encode(Link(record.begun, record.edits, Look(step=record.steps)))
    return f"{address}?{urlencode(query, safe=',:;=|')}"


def heading(number: int, section: Section) -> str:
    """A section's title and sentence as comments."""
    said = textwrap.wrap(section.text, WIDTH)
    return "\n".join([f"# {number}. {section.title}", "#", *(f"# {line}" for line in said)]) + "\n"


def body(section: Section) -> str:
    """A section's definitions and code."""
    return "\n".join([*section.definitions, section.code])


def import_block(imports: Iterable[External]) -> str:
    """Import statements, the standard library first."""
    groups: tuple[list[str], list[str]] = ([], [])
    plain = sorted(
        {f"import {i.module}" + (f" as {i.alias}" if i.alias != i.module else "") for i in imports if not i.name}
    )
    taken: dict[str, set[str]] = {}
    for item in imports:
        if item.name:
            shown = item.name if item.alias == item.name else f"{item.name} as {item.alias}"
            taken.setdefault(item.module, set()).add(shown)
    taken_lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(taken.items())]
    for line in [*plain, *taken_lines]:
        groups[line.split()[1].split(".")[0] not in STANDARD].append(line)
    return "\n\n".join("\n".join(group) for group in groups if group)


def tidy(text: str) -> str:
    """Empty lines as a formatter sets them: two around functions and classes, at most one between other statements."""
    lines = text.split("\n")
    nodes = ast.parse(text).body
    done = "\n".join(lines[: nodes[0].end_lineno])
    for node, after in pairwise(nodes):
        between = lines[node.end_lineno : _first(after) - 1]
        done += _gap(between, isinstance(node, BLOCKS), isinstance(after, BLOCKS))
        done += "\n".join(lines[_first(after) - 1 : after.end_lineno])
    return re.sub(r"[ \t]+\n", "\n", done) + "\n"


def _first(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


def _gap(lines: list[str], after_block: bool, before_block: bool) -> str:
    """What stands between two statements: comments, and as many empty lines as there should be."""
    said = "\n".join(lines).strip("\n")
    if not said:
        return "\n\n\n" if after_block or before_block else "\n\n" if lines else "\n"
    below = "\n" if lines[-1] else "\n\n\n" if before_block else "\n\n"
    return ("\n\n\n" if after_block else "\n\n") + said + below
