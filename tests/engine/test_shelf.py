"""Frames on a shelf are the same frames, nobody else's, and leave no more behind than they take."""

import mmap
from dataclasses import fields

import numpy as np
import pytest

from engine.entry import Entry
from engine.experiment import Experiment
from engine.shelf import BLOCK, Shelf
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from tests.engine.frames import frame


def arrays(one: Snapshot) -> dict[str, np.ndarray]:
    holders = [one, one.detail] if one.detail else [one]
    named = {item.name: getattr(holder, item.name) for holder in holders for item in fields(holder)}
    return {name: value for name, value in named.items() if isinstance(value, np.ndarray)}


def block_of(array: np.ndarray) -> mmap.mmap:
    base = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base.obj if isinstance(base, memoryview) else base


def mapped(entry: Entry) -> int:
    """Bytes of all blocks in which a frame lies that is held for the run."""
    frames = [*entry.film, *(filmed.snapshot for filmed in entry.recent)]
    blocks = {id(block): len(block) for one in frames for each in arrays(one).values() for block in [block_of(each)]}
    return sum(blocks.values())


class Filming(SupervisedRun):
    """A run whose frames are made by hand."""

    made = 0

    def snapshot(self, detail: bool = True) -> Snapshot:
        self.made += 1
        return frame(self.made, detailed=detail, side=64)


def filmed(frames: int, limit: int) -> Entry:
    run = Filming(Experiment())
    entry = Entry("a", lambda: run, 0, False, None)
    for count in range(frames):
        entry.film_now(run, detail=count % 5 == 0)
        entry.film.max_frames = limit
        assert mapped(entry) <= 2 * held(entry) + 3 * BLOCK
    return entry


def held(entry: Entry) -> int:
    frames = [*entry.film, *(filmed.snapshot for filmed in entry.recent)]
    return sum(one.nbytes for one in {id(one): one for one in frames}.values())


@pytest.mark.parametrize("detailed", [False, True])
def test_a_kept_frame_is_the_same_and_changes_no_more(detailed: bool) -> None:
    given = frame(7, detailed=detailed)
    before = {name: array.copy() for name, array in arrays(given).items()}
    kept = Shelf().keep(given)
    for array in arrays(given).values():
        array.setflags(write=True)
        array[...] = 1
    assert (kept.step, kept.epoch, kept.nbytes) == (given.step, given.epoch, given.nbytes)
    assert arrays(kept).keys() == before.keys()
    for name, array in arrays(kept).items():
        np.testing.assert_array_equal(array, before[name])
        assert (array.dtype, array.shape) == (before[name].dtype, before[name].shape)
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_frame_larger_than_a_block_has_one_of_its_own() -> None:
    shelf = Shelf()
    large, small = shelf.keep(frame(0, side=1024)), shelf.keep(frame(1, side=4))
    assert large.boundary.nbytes == 1024 * 1024 > BLOCK
    np.testing.assert_array_equal(large.boundary, frame(0, side=1024).boundary)
    np.testing.assert_array_equal(small.boundary, frame(1, side=4).boundary)


def test_a_long_film_holds_at_most_twice_its_frames_and_some_blocks() -> None:
    entry = filmed(1500, limit=40)
    steps = [one.step for one in entry.film]
    assert (len(steps), steps[0], steps[-1]) == (40, 1, 1500)
    for one in entry.film:
        np.testing.assert_array_equal(one.boundary, frame(one.step, side=64).boundary)
    assert entry.recent[-1].snapshot is entry.film.last
    assert [filmed.version for filmed in entry.recent] == list(range(1437, 1501))


def test_a_film_made_thinner_gives_back_the_blocks_of_what_has_gone() -> None:
    entry = filmed(200, limit=200)
    before = mapped(entry)
    entry.thin(20)
    assert (len(entry.film), len(entry.recent)) == (20, 20)
    assert before > 4 * BLOCK
    assert mapped(entry) <= held(entry) + BLOCK
