"""Where visitors' sheets are kept: in memory only, by owner and digest, within bounds. The longest unused goes first.

Nobody reads another's: whoever asks is the reader of the present thread, and a link alone opens nothing.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused
from engine.data.own.sheet import Sheet
from engine.settings import settings

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
    """Sheets of many owners, thread-safe; ``visitor_bytes`` for each of them, ``total_bytes`` for all."""

    def __init__(self, visitor_bytes: int, total_bytes: int) -> None:
        self.visitor_bytes, self.total_bytes = visitor_bytes, total_bytes
        self._kept: OrderedDict[tuple[str, str], Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, sheet: Sheet) -> None:
        """Keep a sheet; others may have to go. Raises Refused where it alone is more than a visitor may keep."""
        most = min(self.visitor_bytes, self.total_bytes)
        if sheet.nbytes > most:
            size, allowed = f"{sheet.nbytes / MEGABYTE:.1f} MB", f"{most / MEGABYTE:g} MB"
            raise Refused(
                f"The table takes {size} of memory; {allowed} are there for each visitor. Leave out rows or columns."
            )
        with self._lock:
            self._kept[owner, sheet.digest] = sheet
            self._kept.move_to_end((owner, sheet.digest))
            while self._bytes(owner) > self.visitor_bytes:
                del self._kept[next(key for key in self._kept if key[0] == owner)]
            while self._bytes() > self.total_bytes:
                self._kept.popitem(last=False)

    def get(self, owner: str, digest: str) -> Sheet | None:
        """The sheet an owner keeps, which counts as used; None where it is not, or no longer, there."""
        with self._lock:
            found = self._kept.get((owner, digest))
            if found is not None:
                self._kept.move_to_end((owner, digest))
            return found

    def release(self, owner: str) -> None:
        """Let go of all that an owner keeps. Runs that are under way have their own copy of what they need."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == owner]:
                del self._kept[key]

    def bytes_of(self, owner: str | None = None) -> int:
        """Memory that the sheets of one owner, or of all, take."""
        with self._lock:
            return self._bytes(owner)

    def _bytes(self, owner: str | None = None) -> int:
        return sum(sheet.nbytes for (whose, _), sheet in self._kept.items() if owner in (None, whose))


@cache
def store() -> Store:
    """The process's one store."""
    limits = settings()
    return Store(int(limits.own_visitor_mb * MEGABYTE), int(limits.own_total_mb * MEGABYTE))


def mine(digest: str) -> Sheet | None:
    """The sheet with this digest, where the present reader keeps it."""
    return store().get(reader(), digest)
