"""Checkpoints are sparse, even, and share nothing with what they were taken from."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from engine.batches import Position
from engine.checkpoints import Checkpoints, TrainingState, copied


@dataclass(frozen=True)
class Light:
    """A checkpoint that is only its size."""

    step: int
    nbytes: int = 100


def kept(checkpoints: Checkpoints) -> list[int]:
    return [one.step for one in checkpoints.kept]


@pytest.mark.parametrize("length", [5, 24, 25, 100, 777])
def test_checkpoints_stay_bounded_and_even_and_keep_both_ends(length: int) -> None:
    checkpoints = Checkpoints(limit=24)
    for step in range(0, 50 * length, 50):
        checkpoints.add(Light(step))
    steps = kept(checkpoints)
    assert len(steps) == min(length, 24)
    assert (steps[0], steps[-1]) == (0, 50 * (length - 1))
    assert np.diff(steps).max() <= 4 * np.diff(steps).min()


def test_checkpoints_stay_within_their_bytes_but_never_fewer_than_two() -> None:
    checkpoints = Checkpoints(limit=24, max_bytes=1000)
    for step in range(50):
        checkpoints.add(Light(step))
    assert len(checkpoints.kept) == 10
    for step in range(50, 60):
        checkpoints.add(Light(step, nbytes=10_000))
    assert kept(checkpoints) == [0, 59]


def test_a_newer_checkpoint_replaces_those_at_or_after_its_step() -> None:
    checkpoints = Checkpoints()
    for step in (0, 10, 20, 30):
        checkpoints.add(Light(step))
    checkpoints.add(Light(20, nbytes=7))
    assert kept(checkpoints) == [0, 10, 20]
    assert checkpoints.kept[-1].nbytes == 7


def test_the_one_before_a_step_is_the_newest_at_or_before_it() -> None:
    checkpoints = Checkpoints()
    for step in (5, 10, 20):
        checkpoints.add(Light(step))
    assert [checkpoints.before(step).step for step in (5, 9, 10, 19, 20, 999)] == [5, 5, 10, 10, 20, 20]
    with pytest.raises(LookupError, match="no checkpoint at or before step 4"):
        checkpoints.before(4)


def test_a_copy_shares_no_storage_at_any_depth() -> None:
    weight = nn.Parameter(torch.ones(3))
    node = {"a": [weight, {"b": torch.zeros(2)}], "c": (torch.ones(1), 4)}
    own = copied(node)
    with torch.no_grad():
        weight.add_(5)
    node["a"][1]["b"].add_(5)
    node["c"][0].add_(5)
    assert own["a"][0].tolist() == [1, 1, 1]
    assert own["a"][1]["b"].tolist() == [0, 0]
    assert own["c"][0].tolist() == [1]


def test_the_bytes_of_a_state_are_those_of_all_its_tensors() -> None:
    state = TrainingState(
        step=3,
        model={"w": torch.zeros(5, 2), "b": torch.zeros(5, dtype=torch.float64)},
        optimizer={"state": {0: {"momentum_buffer": torch.zeros(7)}}, "param_groups": [{"lr": 0.1}]},
        position=Position(0, 4),
        dropout=(torch.zeros(11, dtype=torch.uint8),),
        experiment=None,
        edits=(),
        off=(),
        horizon=10,
        watch=(1.0, {"best": torch.zeros(3)}),
        ending=None,
    )
    assert state.nbytes == 40 + 40 + 28 + 11 + 12
