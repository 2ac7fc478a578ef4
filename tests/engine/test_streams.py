"""Named streams: the same three always give the same draws; any other one gives others."""

import itertools
from typing import get_args

import torch

from engine.streams import Purpose, stream


def first(seed: int, purpose: Purpose, layer: int = 0) -> tuple[float, ...]:
    return tuple(torch.rand(4, generator=stream(seed, purpose, layer)).tolist())


def test_the_same_seed_purpose_and_layer_give_the_same_draws_whatever_the_global_generator_does() -> None:
    before = torch.random.get_rng_state()
    one = first(7, "weights", 2)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(99)
    assert first(7, "weights", 2) == one
    torch.random.set_rng_state(before)


def test_every_seed_purpose_and_layer_has_a_stream_of_its_own() -> None:
    every = list(itertools.product(range(12), get_args(Purpose), range(12)))
    assert len({first(*key) for key in every}) == len(every)


def test_streams_of_neighbouring_seeds_are_unrelated() -> None:
    one, two = (torch.rand(5000, generator=stream(seed, "data")) for seed in (0, 1))
    assert abs(float(torch.corrcoef(torch.stack([one, two]))[0, 1])) < 0.06


def test_a_stream_is_fresh_each_time_it_is_asked_for() -> None:
    assert stream(1, "noise") is not stream(1, "noise")
    generator = stream(1, "noise")
    torch.rand(100, generator=generator)
    assert tuple(torch.rand(4, generator=stream(1, "noise")).tolist()) == first(1, "noise")


def test_seeds_as_large_as_permalinks_allow_are_taken() -> None:
    assert len({first(seed, "split") for seed in (0, 2**31 - 1, 2**63, -1)}) == 4
