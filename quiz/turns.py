"""The order of questions: topics alternate, and a follow-up waits for its question."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Item(NamedTuple):
    """What choosing has to know of a question, or of a family of them."""

    id: str
    topic: str
    level: str
    kind: str = ""
    after: str | None = None
    """The question that this one follows up on."""


def in_turn(items: Sequence[Item], *, alternate: bool, last: Item | None = None, most: int | None = None) -> list[Item]:
    """``items``, the most pressing first, in the order of asking; the first ``most`` of them.

    A follow-up comes after its question where both are there. With ``alternate`` no topic comes twice in a row where
    another can be asked: the most pressing of another topic is next, or that of a topic which would otherwise be left
    over at the end. ``last`` was asked just before: it is not first where another is there.
    """
    place = {item.id: place for place, item in enumerate(items)}
    queues: dict[str, list[Item]] = {}
    for item in items:
        queues.setdefault(item.topic if alternate else "", []).append(item)
    waiting = set(place) - {last.id if last else ""}
    found: list[Item] = []
    while len(found) < (len(items) if most is None else min(most, len(items))):
        before = found[-1] if found else last
        shunned = last.id if last and not found else ""
        heads = _heads(queues, waiting, shunned)
        topic = _topic(heads, queues, place, before.topic if before and alternate else "")
        found.append(heads[topic])
        queues[topic].remove(heads[topic])
        waiting.discard(heads[topic].id)
    return found


def _heads(queues: Mapping[str, Sequence[Item]], waiting: Collection[str], shunned: str) -> dict[str, Item]:
    """The first of each topic that may be asked; of those that wait for each other, or are alone, the first."""
    heads: dict[str, Item] = {}
    for topic, queue in queues.items():
        free = (item for item in queue if item.after not in waiting and item.id != shunned)
        if (head := next(free, None)) is not None:
            heads[topic] = head
    return heads or {topic: queue[0] for topic, queue in queues.items() if queue}


def _topic(
    heads: Mapping[str, Item], queues: Mapping[str, Sequence[Item]], place: Mapping[str, int], before: str
) -> str:
    """Whose turn it is: not that of the topic before where there is another, and soon that of the largest."""
    others = [topic for topic in heads if topic != before] or list(heads)
    largest = max(others, key=lambda topic: len(queues[topic]))
    if 2 * len(queues[largest]) > sum(map(len, queues.values())):
        return largest
    return min(others, key=lambda topic: place[heads[topic].id])
