"""Points placed, relabelled and removed by hand, on top of what a formula drew.

Each is a short text, so that a link can carry many: ``1.25_-3.4_1`` places a point (its columns, then its class or
value), ``17~1`` gives drawn row 17 the class or value 1, ``17~`` removes it. ``p3~1`` and ``p3~`` do the same to the
placed point number 3 (from 0); they change the list of placed points and are never kept themselves.
"""

import hashlib
import math
import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

MOST = 400
"""Hand-made changes that one experiment may carry: as many as a link holds."""
LONGEST = 80
FARTHEST = 1e6
_NUMBER = r"-?\d+(\.\d+)?(e[+-]?\d+)?"
_PLACED = re.compile(rf"{_NUMBER}(_{_NUMBER})+")
_CHANGED = re.compile(rf"(?P<placed>p?)(?P<row>\d{{1,6}})~(?P<target>({_NUMBER})?)")


@dataclass(frozen=True)
class Hand:
    """What was done by hand, read."""

    placed: tuple[tuple[float, ...], ...]
    """Columns and target of each placed point, in the order of placing."""
    changed: dict[int, float | None]
    """Drawn rows with another class or value; None for removed ones."""


def placing(columns: tuple[float, ...], target: float) -> str:
    """The text that places a point, to four significant digits."""
    return "_".join(f"{value:.4g}" for value in (*columns, target))


def read(hand: tuple[str, ...]) -> Hand:
    """What ``hand`` says. Raises ValueError for a text that says nothing."""
    placed: list[tuple[float, ...]] = []
    changed: dict[int, float | None] = {}
    for text in hand:
        if len(text) <= LONGEST and _PLACED.fullmatch(text):
            placed.append(tuple(float(part) for part in text.split("_")))
        elif len(text) <= LONGEST and (found := _CHANGED.fullmatch(text)) and not found["placed"]:
            changed[int(found["row"])] = float(found["target"]) if found["target"] else None
        else:
            raise ValueError(f"{text[:LONGEST]!r} says nothing; write x_y_class, row~class or row~")
    return Hand(tuple(placed), changed)


def after(hand: tuple[str, ...], text: str) -> tuple[str, ...]:
    """``hand`` after one more change: at most one text for each drawn row and each placed point.

    Raises ValueError for a text that says nothing, or a placed point that is not there.
    """
    found = _CHANGED.fullmatch(text)
    if found is None or len(text) > LONGEST:
        read((text,))
        return (*hand, text)
    if not found["placed"]:
        return (*(kept for kept in hand if not kept.startswith(f"{int(found['row'])}~")), text)
    places = [place for place, kept in enumerate(hand) if _PLACED.fullmatch(kept)]
    if int(found["row"]) >= len(places):
        raise ValueError(f"{text!r}: there are {len(places)} placed points, counted from 0")
    place = places[int(found["row"])]
    moved = f"{hand[place].rpartition('_')[0]}_{found['target']}"
    return (*hand[:place], *((moved,) if found["target"] else ()), *hand[place + 1 :])


def placed_only(hand: tuple[str, ...]) -> tuple[str, ...]:
    """What stays when other rows are drawn: the points placed by hand."""
    return tuple(text for text in hand if _PLACED.fullmatch(text))


def problem(hand: tuple[str, ...], columns: int, class_count: int) -> str:
    """What is wrong with ``hand`` for data of so many columns and classes (0: regression); empty where nothing is."""
    if len(hand) > MOST:
        return f"at most {MOST} points can be placed or changed by hand"
    try:
        said = read(hand)
    except ValueError as error:
        return str(error)
    targets = [*(point[-1] for point in said.placed), *(value for value in said.changed.values() if value is not None)]
    if any(len(point) != columns + 1 for point in said.placed):
        return f"a placed point has {columns} coordinates and its {'class' if class_count else 'value'}"
    if class_count and any(target not in range(class_count) for target in targets):
        return f"classes are counted from 0 to {class_count - 1}"
    if any(not abs(number) <= FARTHEST for point in said.placed for number in point):
        return f"coordinates and values lie between -{FARTHEST:g} and {FARTHEST:g}"
    return ""


def part_of(text: str, validation_share: float, test_share: float) -> int:
    """The part a placed point belongs to (0 training, 1 validation, 2 test): by chance, but always the same one."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    chance = int.from_bytes(digest, "little") / 2**64
    return 2 if chance < test_share else 1 if chance < test_share + validation_share else 0


def points_of(
    placed: list[tuple[float, ...]],
) -> tuple[Float[np.ndarray, "rows columns"], Float[np.ndarray, " rows"]]:
    """(columns, targets) of placed points."""
    table = np.array(placed, dtype=np.float64)
    return table[:, :-1], table[:, -1]


def changed_rows(
    rows: Int[np.ndarray, " rows"], targets: np.ndarray, changed: dict[int, float | None]
) -> tuple[Int[np.ndarray, " kept"], np.ndarray]:
    """(places of the rows that stay, their targets) of one part of drawn ``rows``."""
    targets = targets.copy()
    for place, row in enumerate(rows.tolist()):
        if (target := changed.get(row, math.nan)) is not None and not math.isnan(target):
            targets[place] = target
    stays = np.array([changed.get(row, 0.0) is not None for row in rows.tolist()], dtype=bool)
    return np.flatnonzero(stays), targets[stays]


def changed_part(
    rows: Int[np.ndarray, " rows"],
    x: Float[np.ndarray, "rows columns"],
    y: np.ndarray,
    changed: dict[int, float | None],
    placed: list[tuple[float, ...]],
) -> tuple[Float[np.ndarray, "kept columns"], np.ndarray]:
    """(columns, targets) of one part after what was done by hand: rows changed or removed, then the placed points."""
    stays, y = changed_rows(rows, y, changed)
    x = x[stays]
    if placed:
        new_x, new_y = points_of(placed)
        x, y = np.concatenate([x, new_x]), np.concatenate([y, new_y.astype(y.dtype)])
    return x, y
