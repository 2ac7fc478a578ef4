"""Where the frames of a film lie: in blocks that come from the system and go back to it, apart from all else.

Frames are small and stay; what a frame is measured with is large and goes at once. Side by side in the allocator's memory,
each frame would keep a page from the system whose rest is free: over minutes, with many visitors, tens of megabytes.
"""

import mmap
from dataclasses import replace

import numpy as np

from engine.snapshot import Holder, Snapshot, arrays_of, with_arrays

BLOCK = 1 << 18
"""Bytes asked of the system at a time; of these only the pages that were written to are taken."""
ALIGNED = 16


class Shelf:
    """Takes in frames, one behind the other. A block is given back when no frame in it is left."""

    def __init__(self) -> None:
        self._block = np.empty(0, np.uint8)
        self._used = 0
        self.taken = 0
        """Bytes of all frames taken in so far, those that are gone included."""

    def keep(self, frame: Snapshot) -> Snapshot:
        """The same frame, its arrays read-only on the shelf."""
        self.taken += frame.nbytes
        kept = self._moved(frame)
        return replace(kept, detail=self._moved(kept.detail)) if kept.detail else kept

    def _moved(self, holder: Holder) -> Holder:
        return with_arrays(holder, {name: self._put(array) for name, array in arrays_of(holder).items()})

    def _put(self, array: np.ndarray) -> np.ndarray:
        """A copy on the shelf."""
        size = -(-array.nbytes // ALIGNED) * ALIGNED
        if self._used + size > len(self._block):
            self._block, self._used = _block(max(size, BLOCK)), 0
        place = self._block[self._used : self._used + array.nbytes].view(array.dtype).reshape(array.shape)
        self._used += size
        place[...] = array
        place.setflags(write=False)
        return place


def _block(size: int) -> np.ndarray:
    return np.frombuffer(mmap.mmap(-1, size, access=mmap.ACCESS_COPY), np.uint8)
