"""Prepared data shared between runs: public data is kept, a visitor's only for as long as a run has it."""

import gc
import threading
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable
from weakref import WeakValueDictionary

from engine.data.own.decode import MEGABYTE
from engine.data.table import DataUnavailable
from engine.kept import Weighable, kept
from engine.settings import settings

Made = TypeVar("Made", bound=Weighable)


@runtime_checkable
class Ownable(Protocol):
    """A row of a catalog of data, of which some are a visitor's own."""

    @property
    def is_private(self) -> bool:
        """Whether no other visitor may see it."""

    def must_be_mine(self) -> None:
        """Raise engine.refusal.Refusal where it is private and the present reader does not have it."""


class Shared(Generic[Made]):
    """``make(data, seed)``, remembered. Private data is made only for who has it, and not kept once nobody holds it."""

    def __init__(self, make: Callable[[Any, int], Made], most: Callable[[], float]) -> None:
        self._make = make
        self._kept = kept(most)(make)
        self._private: WeakValueDictionary[tuple[Any, int], Made] = WeakValueDictionary()
        self._lock = threading.Lock()
        update_wrapper(self, make)

    def __call__(self, data: Ownable, seed: int) -> Made:
        if not data.is_private:
            return self._kept(data, seed)
        data.must_be_mine()
        with self._lock:
            found = self._private.get((data, seed))
            if found is None:
                found = self._make(data, seed)
                self._must_find_room(found)
                self._private[data, seed] = found
            return found

    def private_bytes(self) -> int:
        """Memory that private data takes at present."""
        return sum(made.nbytes for made in list(self._private.values()))

    def cache_clear(self) -> None:
        """Forget what is kept."""
        self._kept.cache_clear()  # type: ignore[attr-defined]
        self._private.clear()

    def _must_find_room(self, made: Made) -> None:
        most = settings().own_total_mb * MEGABYTE
        if self.private_bytes() + made.nbytes <= most:
            return
        gc.collect()  # runs that were let go may still lie in a cycle
        if self.private_bytes() + made.nbytes > most:
            raise DataUnavailable(
                f"The runs on visitors' own files fill the {most / MEGABYTE:g} MB that this server has for them. Try again in "
                "some minutes, or use less: fewer rows or columns, fewer or smaller pictures."
            )


def shared(most: Callable[[], float]) -> Callable[[Callable[[Any, int], Made]], Shared[Made]]:
    """Remember results on public data, the newest ones that ``most()`` bytes hold."""
    return lambda make: Shared(make, most)
