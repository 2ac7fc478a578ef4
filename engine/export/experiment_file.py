"""An experiment with its changes and view as a JSON file, and back: what a link says, with every setting written out.

A file is read by the link's own codec: a part that is unknown or out of range is reported, its default is used, and the
rest still counts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from engine.choice import Frozen, Problem
from engine.codec import value_text
from engine.permalink import Link, decode
from engine.run import Edit

FORMAT = "gradient-playground-experiment"
VERSION = 1
MAX_BYTES = 200_000
MAX_DEPTH = 10
MAX_SETTINGS = 2000
MAX_LINK = 60_000


class Unreadable(ValueError):
    """The text is no experiment; the message says why, and what one looks like."""


def experiment_json(link: Link) -> str:
    """The file's text."""
    return written_file(FORMAT, link.experiment, link.edits, link.look.model_dump(mode="json"))


def written_file(form: str, experiment: Frozen, edits: Iterable[Edit], view: Mapping[str, Any]) -> str:
    """The text of a file of ``form``."""
    tree = {
        "format": form,
        "version": VERSION,
        "experiment": experiment.model_dump(mode="json"),
        "edits": [{"step": edit.step, "changes": dict(edit.patch)} for edit in edits],
        "view": dict(view),
    }
    return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_experiment(text: str) -> tuple[Link, list[Problem]]:
    """What a file (or a pasted link) says, and what in it could not be used.

    Raises Unreadable where it is neither.
    """
    stripped = text.strip().removeprefix("\ufeff")
    if stripped.startswith("{"):
        return _from_tree(parsed(stripped, FORMAT))
    if "?" in stripped and len(stripped.split()) == 1:
        return _from_link(stripped)
    raise Unreadable('this is neither an experiment file, which begins with {, nor a link with a "?" in it')


def _from_link(text: str) -> tuple[Link, list[Problem]]:
    if len(text) > MAX_LINK:
        raise Unreadable(f"the link has {len(text):,} characters; at most {MAX_LINK:,}")
    return decode(dict(parse_qsl(urlsplit(text).query, keep_blank_values=True)))


def parsed(text: str, form: str) -> dict[str, Any]:
    """What a file of ``form`` holds. Raises Unreadable where it is none."""
    size = len(text.encode())
    if size > MAX_BYTES:
        raise Unreadable(f"the file has {size:,} bytes; at most {MAX_BYTES:,}")
    try:
        tree = json.loads(text)
    except RecursionError:
        raise Unreadable(f"the file is nested too deeply; at most {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})") from None
    except ValueError:
        raise Unreadable("a number in the file is too long") from None
    if _depth(tree) > MAX_DEPTH:
        raise Unreadable(f"the file is nested too deeply; at most {MAX_DEPTH} levels")
    if tree.get("format") != form:
        raise Unreadable(f'format: got {_shown(tree.get("format"))}; it must be "{form}"')
    if tree.get("version") != VERSION:
        raise Unreadable(f"version: got {_shown(tree.get('version'))}; this app reads version {VERSION}")
    return dict(tree)


def _from_tree(tree: dict[str, Any]) -> tuple[Link, list[Problem]]:
    query, found = as_query(tree)
    link, problems = decode(query, MAX_SETTINGS)
    return link, [*found, *problems]


def as_query(tree: dict[str, Any]) -> tuple[dict[str, str], list[Problem]]:
    """(what a link says that a file's tree says, what in it has another form)."""
    found = [Problem(name, "", "there is no such part") for name in tree.keys() - _PARTS]
    query: dict[str, str] = {}
    for name, prefix in (("experiment", ""), ("view", "view.")):
        part = tree.get(name, {})
        if not isinstance(part, dict):
            found.append(Problem(name, part, "it must be an object with settings"))
            continue
        query |= dict(_settings(part, prefix))
    edits, wrong = _edits(tree.get("edits", []))
    if edits:
        query["edits"] = edits
    return query, [*found, *wrong]


_PARTS = {"format", "version", "experiment", "edits", "view"}


def _settings(node: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Dotted settings and their values as a link writes them."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for name, value in pairs:
        path = f"{prefix}{name}"
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value)):
            yield from _settings(value, f"{path}.")
        elif value is not None:  # which is what every setting that may be None is without being named
            yield path, value_text(tuple(value) if isinstance(value, list) else value)


def _edits(found: Any) -> tuple[str, list[Problem]]:
    """Changes in mid-run as a link writes them, and those that have another form."""
    if not isinstance(found, list):
        return "", [Problem("edits", found, "it must be a list of changes")]
    texts, wrong = [], []
    for number, edit in enumerate(found, start=1):
        changes = edit.get("changes") if isinstance(edit, dict) else None
        if not isinstance(changes, dict) or not isinstance(edit.get("step"), int):
            wrong.append(Problem(f"edits.{number}", edit, 'it must be {"step": 100, "changes": {"setting": value}}'))
            continue
        texts.append(f"{edit['step']}:" + ";".join(f"{path}={value}" for path, value in _settings(changes, "")))
    return "|".join(texts), wrong


def _depth(node: Any) -> int:
    """Levels of objects and lists; no more are counted than matter."""
    level, depth = [node], 0
    while level and depth <= MAX_DEPTH:
        inner = [item for item in level if isinstance(item, dict | list)]
        level = [value for item in inner for value in (item.values() if isinstance(item, dict) else item)]
        depth += bool(inner)
    return depth


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
