"""The order of questions: topics alternate, and a follow-up waits for its question."""

from collections.abc import Mapping, Sequence
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
    line = _Line(items, alternate, last.id if last else "")
    found: list[Item] = []
    before = last
    while len(found) < (len(items) if most is None else min(most, len(items))):
        before = line.next(before.topic if before and alternate else "", line.last if not found else "")
        found.append(before)
    return found


class _Line:
    """Those who wait, by topic. Who is first of a topic is found anew only where that may have changed."""

    def __init__(self, items: Sequence[Item], alternate: bool, last: str) -> None:
        self.last = last
        self.place = {item.id: place for place, item in enumerate(items)}
        self.queues: dict[str, list[Item]] = {}
        self.freed: dict[str, set[str]] = {}
        """The topics in which somebody waits for a question."""
        self.alternate = alternate
        for item in items:
            self.queues.setdefault(self._queue(item), []).append(item)
            if item.after is not None:
                self.freed.setdefault(item.after, set()).add(self._queue(item))
        self.waiting = set(self.place) - {last}
        self.heads: dict[str, Item] = {}
        self.stale = set(self.queues)

    def next(self, before: str, shunned: str) -> Item:
        """Take the next one out: not of the topic ``before`` and not ``shunned`` where there is another."""
        self._refresh(shunned)
        heads = self.heads or {topic: queue[0] for topic, queue in self.queues.items() if queue}
        item = heads[self._topic(heads, before)]
        self.queues[self._queue(item)].remove(item)
        self.waiting.discard(item.id)
        self.stale = set(self.queues) if shunned else {self._queue(item)} | self.freed.get(item.id, set())
        return item

    def _refresh(self, shunned: str) -> None:
        """Find the first of each topic that need not wait for its question."""
        for topic in self.stale:
            self.heads.pop(topic, None)
            free = (item for item in self.queues[topic] if item.after not in self.waiting and item.id != shunned)
            if (head := next(free, None)) is not None:
                self.heads[topic] = head

    def _topic(self, heads: Mapping[str, Item], before: str) -> str:
        """Whose turn it is: soon that of the largest topic, which would else be left over, and before that the first."""
        others = [topic for topic in heads if topic != before] or list(heads)
        left = {topic: len(self.queues[topic]) for topic in others}
        largest = max(left, key=left.__getitem__)
        if 2 * left[largest] > sum(map(len, self.queues.values())):
            return largest
        return min(others, key=lambda topic: self.place[heads[topic].id])

    def _queue(self, item: Item) -> str:
        return item.topic if self.alternate else ""
