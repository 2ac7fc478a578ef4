"""Where visitors' files are kept: in memory only, by owner and digest, within bounds. The longest unused goes first.

Nobody reads another's: whoever asks is the reader of the present thread, and a link alone opens nothing.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Protocol, TypeVar, runtime_checkable

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused
from engine.data.own.sheet import Sheet
from engine.settings import settings


@runtime_checkable
class Own(Protocol):
    """What was read of a visitor's file: a table, a text, vectors."""

    @property
    def digest(self) -> str:
        """What links know of it."""

    @property
    def nbytes(self) -> int:
        """Memory it takes, about."""


Kept = TypeVar("Kept")
_READER: ContextVar[str] = ContextVar("reader", default="")


def reader() -> str:
    """On whose behalf the present thread reads; empty for nobody in particular."""
    return _READER.get()


def read_as(owner: str) -> None:
    """From now on the present thread reads what ``owner`` keeps."""
    _READER.set(owner)


@contextmanager
def reading_as(owner: str) -> Iterator[None]:
    """Read what ``owner`` keeps, for a while."""
    token = _READER.set(owner)
    try:
        yield
    finally:
        _READER.reset(token)


class Store:
    """Files of many owners, thread-safe; ``visitor_bytes`` for each of them, ``total_bytes`` for all."""

    def __init__(self, visitor_bytes: int, total_bytes: int) -> None:
        self.visitor_bytes, self.total_bytes = visitor_bytes, total_bytes
        self._kept: OrderedDict[tuple[str, type, str], Own] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, own: Own) -> None:
        """Keep it; others may have to go. Raises Refused where it alone is more than a visitor may keep."""
        most = min(self.visitor_bytes, self.total_bytes)
        if own.nbytes > most:
            size, allowed = f"{own.nbytes / MEGABYTE:.1f} MB", f"{most / MEGABYTE:g} MB"
            raise Refused(
                f"The file takes {size} of memory; {allowed} are there for each visitor. Leave out a part of it."
            )
        key = (owner, type(own), own.digest)
        with self._lock:
            self._kept[key] = own
            self._kept.move_to_end(key)
            while self._bytes(owner) > self.visitor_bytes:
                del self._kept[next(key for key in self._kept if key[0] == owner)]
            while self._bytes() > self.total_bytes:
                self._kept.popitem(last=False)

    def find(self, owner: str, digest: str, kind: type[Kept]) -> Kept | None:
        """What an owner keeps, which counts as used; None where it is not, or no longer, there."""
        with self._lock:
            found = self._kept.get((owner, kind, digest))
            if found is not None:
                self._kept.move_to_end((owner, kind, digest))
            return found  # type: ignore[return-value]

    def get(self, owner: str, digest: str) -> Sheet | None:
        """The table an owner keeps."""
        return self.find(owner, digest, Sheet)

    def release(self, owner: str, kind: type | None = None) -> None:
        """Let go of all that an owner keeps, or of one kind. Runs that are under way have their own copy of what they need."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == owner and kind in (None, key[1])]:
                del self._kept[key]

    def bytes_of(self, owner: str | None = None) -> int:
        """Memory that the files of one owner, or of all, take."""
        with self._lock:
            return self._bytes(owner)

    def _bytes(self, owner: str | None = None) -> int:
        return sum(own.nbytes for (whose, *_), own in self._kept.items() if owner in (None, whose))


@cache
def store() -> Store:
    """The process's one store."""
    limits = settings()
    return Store(int(limits.own_visitor_mb * MEGABYTE), int(limits.own_total_mb * MEGABYTE))


def mine(digest: str) -> Sheet | None:
    """The sheet with this digest, where the present reader keeps it."""
    return store().get(reader(), digest)
