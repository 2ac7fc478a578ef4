"""Everything that can be asked: the questions of the bank, and the families that draw one from a seed."""

import random
from collections.abc import Mapping
from functools import cache

from quiz.bank import bank
from quiz.kinds.table import KINDS
from quiz.parametric.table import FAMILIES
from quiz.question import Question
from quiz.turns import Item


@cache
def catalogue() -> Mapping[str, Item]:
    """All of them under their ids, in the order of topics."""
    found = {each.id: Item(each.id, each.topic, each.level, each.kind, each.after) for each in bank().values()}
    drawn = {
        each.id: Item(each.id, each.topic, each.level, "single" if each.chosen else "number")
        for each in FAMILIES.values()
    }
    return found | drawn


def ask(id: str, seed: int) -> Question:
    """The question with this id; its numbers, where they are drawn, come from ``seed``. Raises KeyError."""
    return FAMILIES[id].question(seed) if id in FAMILIES else bank()[id]


def mixed(count: int, id: str, seed: int) -> tuple[int, ...]:
    """The order in which ``count`` options or steps stand on screen: never the order of the file for a whole bank."""
    order = list(range(count))
    random.Random(f"{id} {seed}").shuffle(order)
    return tuple(order)


def kinds() -> dict[str, str]:
    """What each kind is called, by its name."""
    return {kind: found.label for kind, found in KINDS.items()}
