"""Keeps the C library's allocator from holding on to memory that is free: a host counts what a process holds, not uses."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
ARENAS = 2
"""Each arena keeps its own free memory; by default there are eight for each processor."""
LARGE = 1 << 17
"""A block of so many bytes comes from the system and goes back to it at once; by default the limit grows with use."""
SPARE = 1 << 22
"""So many free bytes an arena keeps: what one frame is measured with. Given back at once, they cost a third of a frame."""


def settle() -> bool:
    """Set the allocator up, before any thread has an arena of its own. Whether it could be: on Linux with glibc."""
    library = _glibc()
    if library is None:
        return False
    set_up = [(M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, SPARE)]
    return all(library.mallopt(option, value) == 1 for option, value in set_up)


def give_back() -> bool:
    """Return free memory to the system; takes some milliseconds, without the interpreter's lock."""
    library = _glibc()
    return library is not None and library.malloc_trim(0) == 1


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


class Sweeper:
    """Gives free memory back now and then, after something large has gone."""

    def __init__(self, seconds: float = 10.0) -> None:
        self.seconds = seconds
        self._gone = 0
        self._swept = 0.0

    def sweep(self, gone: int, now: float) -> bool:
        """``gone`` counts what has gone so far, ``now`` is in seconds; whether memory was given back."""
        if gone == self._gone or now < self._swept + self.seconds:
            return False
        self._gone, self._swept = gone, now
        return give_back()
