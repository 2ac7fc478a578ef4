"""Seconds by length: each kind at each length, with how many steps wait for one another."""

import pytest
import torch

from engine.labs.recurrent.results.timing import Timings
from engine.labs.recurrent.said_of_time import verdict, waits
from engine.labs.recurrent.state import Speed
from engine.labs.recurrent.timing import ATTENTION, layers, lengths_of, once, timings
from engine.sequences.layers import RecurrentLayer
from engine.sequences.transformer import Attention

ASKED = Speed(units=16, batch=2, longest=64)


@pytest.fixture(scope="module")
def found() -> Timings:
    last = list(timings(ASKED))[-1]
    assert last.share == 1.0 and last.result is not None
    return last.result


def test_every_kind_is_timed_at_every_length(found: Timings) -> None:
    assert lengths_of(ASKED) == (16, 32, 64) and lengths_of(Speed(longest=1000))[-1] == 512
    assert [line.label for line in found.lines] == list(layers(16))
    for line in found.lines:
        assert line.lengths == (16, 32, 64) and (line.low > 0).all()
        assert (line.low <= line.seconds).all() and (line.seconds <= line.high).all()
        assert line.waits == ((1, 1, 1) if line.label == ATTENTION else (16, 32, 64))


def test_four_times_the_steps_that_wait_for_one_another_take_longer(found: Timings) -> None:
    assert all(line.low[-1] > line.low[0] for line in found.lines if line.label != ATTENTION)


def test_parameters_are_those_of_torchs_modules(found: Timings) -> None:
    sizes = [line.parameters for line in found.lines]
    assert sizes[1:3] == [3 * sizes[0], 4 * sizes[0]] and sizes[-1] == 4 * (16 * 16 + 16)


def test_the_backward_pass_costs_and_leaves_no_gradient() -> None:
    for module, read in layers(32).values():
        assert isinstance(module, RecurrentLayer | Attention)
        x = torch.zeros(2, 64, 32)
        once(module, read, x, backward=True)
        assert all(p.grad is None for p in module.parameters())
        forward = min(once(module, read, x, backward=False) for _ in range(5))
        both = min(once(module, read, x, backward=True) for _ in range(5))
        assert both > forward


def test_what_is_said_is_what_was_timed(found: Timings) -> None:
    said = verdict(found)
    for line in found.lines:
        assert f"**{line.label}** {line.seconds[-1] * 1000 / 2:.3g} ms" in said
    assert "64 steps" in waits(found)
