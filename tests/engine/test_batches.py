"""Mini-batches: each example once an epoch, and the same ones again from the same place."""

import pytest
import torch

from engine.batches import Batches, Position


def made(rows: int, size: int, seed: int = 0, *, skip_single: bool = False) -> Batches:
    x = torch.arange(rows, dtype=torch.float32)
    return Batches(x.unsqueeze(1) * 10, x.long(), size, seed, skip_single=skip_single)


@pytest.mark.parametrize("size", [1, 3, 5, 10, 999])
def test_an_epoch_shows_each_example_once_in_batches_of_the_size(size: int) -> None:
    batches = made(10, size)
    for epoch in range(3):
        seen: list[int] = []
        for place in range(batches.steps_per_epoch):
            assert batches.position == Position(epoch, len(seen))
            assert batches.epochs == pytest.approx(epoch + len(seen) / 10)
            x, y = batches.draw()
            assert torch.equal(x[:, 0], y * 10.0)
            last = place == batches.steps_per_epoch - 1
            assert len(y) == (10 - len(seen) if last else min(size, 10))
            seen += y.tolist()
        assert sorted(seen) == list(range(10))
        assert batches.position == Position(epoch + 1, 0)


def test_each_epoch_and_each_seed_has_an_order_of_its_own() -> None:
    batches = made(30, 30)
    first, second = batches.draw()[1], batches.draw()[1]
    other = made(30, 30, seed=1).draw()[1]
    assert not torch.equal(first, second)
    assert not torch.equal(first, other)
    assert not torch.equal(first, torch.arange(30))


def test_the_order_does_not_depend_on_the_batch_size_or_on_the_global_generator() -> None:
    before = torch.random.get_rng_state()
    whole = made(30, 30).draw()[1]
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.rand(5)
    halves = made(30, 15)
    assert torch.equal(torch.cat([halves.draw()[1], halves.draw()[1]]), whole)


def test_going_back_to_a_position_draws_the_same_batches_again() -> None:
    batches = made(10, 4)
    for _ in range(4):
        batches.draw()
    position = batches.position
    assert position == Position(1, 4)
    onward = [batches.draw()[1].tolist() for _ in range(7)]
    batches.go_to(position)
    assert [batches.draw()[1].tolist() for _ in range(7)] == onward
    fresh = made(10, 4)
    fresh.go_to(position)
    assert [fresh.draw()[1].tolist() for _ in range(7)] == onward


@pytest.mark.parametrize(("rows", "size"), [(9, 4), (10, 3), (11, 5), (8, 4), (5, 4), (7, 100), (7, 2), (5, 1)])
def test_skipping_a_single_leaves_out_only_a_last_batch_of_one(rows: int, size: int) -> None:
    batches = made(rows, size, skip_single=True)
    sizes = []
    while batches.position.epoch == 0:
        sizes.append(len(batches.draw()[1]))
    assert size == 1 or 1 not in sizes
    assert len(sizes) == batches.steps_per_epoch
    assert sum(sizes) == rows - (size == 1 or rows % min(size, rows) == 1)
