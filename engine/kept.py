"""Results that are kept for the next who asks, as many as fit into so many bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, runtime_checkable
from weakref import WeakSet

P = ParamSpec("P")


@runtime_checkable
class Weighable(Protocol):
    """What knows its bytes."""

    @property
    def nbytes(self) -> int:
        """Bytes it holds."""


Made = TypeVar("Made", bound=Weighable)


class Kept(Generic[Made]):
    """The newest results, together at most ``most()`` bytes; the one asked for longest ago goes first."""

    def __init__(self, most: Callable[[], float]) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Made, int]] = OrderedDict()
        EVERYWHERE.add(self)

    @property
    def nbytes(self) -> int:
        """Bytes of all that is kept."""
        return sum(size for _, size in tuple(self._held.values()))

    @property
    def most(self) -> float:
        """Bytes it may hold."""
        return float(self._most())

    def get(self, key: Hashable) -> Made | None:
        """What was kept for ``key``."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def put(self, key: Hashable, made: Made) -> None:
        """Keep it, unless it alone is too large."""
        with self._lock:
            self._held[key] = (made, made.nbytes)
            self._held.move_to_end(key)
            while self.nbytes > self.most:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._held.clear()


EVERYWHERE: WeakSet[Kept[Any]] = WeakSet()
"""All there are in this process."""


def kept(most: Callable[[], float]) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """Keep what a function of hashable arguments returns; its ``cache_clear`` forgets all."""

    def decorate(function: Callable[P, Made]) -> Callable[P, Made]:
        held: Kept[Made] = Kept(most)

        @wraps(function)
        def looked_up(*args: P.args, **options: P.kwargs) -> Made:
            key = (args, tuple(sorted(options.items())))
            found = held.get(key)
            if found is None:
                found = function(*args, **options)
                held.put(key, found)
            return found

        looked_up.cache_clear = held.clear  # type: ignore[attr-defined]
        return looked_up

    return decorate
