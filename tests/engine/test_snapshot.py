"""Snapshots own their memory, and nobody can write to it."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
import torch

from engine.experiment import Experiment
from engine.snapshot import Detail, Snapshot, freeze
from engine.supervised import SupervisedRun
from tests.engine.frames import frame

EXPERIMENT = Experiment().patched({"data.samples": 60, "model.hidden": (3, 3), "training.epochs": 40})


def arrays(snapshot: Snapshot) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for holder in (snapshot, snapshot.detail):
        if holder is not None:
            found |= {f.name: v for f in fields(holder) if isinstance(v := getattr(holder, f.name), np.ndarray)}
    return found


def test_freeze_copies_and_closes_an_array() -> None:
    source = np.arange(6.0)
    own = freeze(source)
    source[0] = 99
    assert own[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        own[1] = 5.0
    source[1] = 5.0


def test_freeze_shares_no_memory_with_a_tensor() -> None:
    weight = torch.zeros(3)
    own = freeze(weight.numpy())
    weight.add_(1)
    assert own.tolist() == [0, 0, 0]


def test_every_array_of_a_runs_snapshot_is_read_only() -> None:
    found = arrays(SupervisedRun(EXPERIMENT).snapshot())
    assert {f.name for f in fields(Detail)} <= set(found)
    for name, array in found.items():
        assert not array.flags.writeable, name
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_first_frame_is_unchanged_after_a_hundred_more_steps() -> None:
    run = SupervisedRun(EXPERIMENT)
    run.advance(1)
    first = run.snapshot()
    kept = {name: array.copy() for name, array in arrays(first).items()}
    run.advance(100)
    assert not np.array_equal(run.snapshot().scores, first.scores)
    for name, array in arrays(first).items():
        np.testing.assert_array_equal(array, kept[name], err_msg=name)


def test_a_snapshot_and_its_detail_cannot_be_assigned_to() -> None:
    one = frame(3, detailed=True)
    with pytest.raises(FrozenInstanceError):
        one.step = 4
    assert one.detail is not None
    with pytest.raises(FrozenInstanceError):
        one.detail.fine = np.zeros((0, 0), np.uint8)


def test_the_bytes_of_a_frame_are_those_of_its_arrays() -> None:
    for one in (frame(3), frame(3, detailed=True), frame(3, line=True)):
        assert one.nbytes == sum(len(array.tobytes()) for array in arrays(one).values())
    assert frame(3).nbytes == 4 * (9 + 3 * 3) + 25
