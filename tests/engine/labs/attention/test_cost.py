"""Counts beside PyTorch's own counter, bytes beside a tensor's, exponents beside known curves."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from engine.labs.attention.cost import (
    REPEATS,
    cost,
    exponent,
    held,
    lengths,
    looking,
    projected,
    projecting,
    timed,
    written_out,
)
from engine.labs.attention.results.measured import Timed
from engine.labs.attention.said import measured as said
from engine.labs.attention.views import Length


@pytest.mark.parametrize(("tokens", "width", "heads"), [(5, 16, 1), (32, 64, 4), (100, 32, 8)])
def test_multiply_adds_are_half_of_the_operations_that_pytorch_counts(tokens: int, width: int, heads: int) -> None:
    q = torch.zeros(heads, tokens, width // heads)
    with FlopCounterMode(display=False) as counter:
        written_out(q, q, q)
    assert counter.get_total_flops() == 2 * looking(tokens, width)
    with FlopCounterMode(display=False) as counter:
        projected(torch.zeros(tokens, width), [torch.zeros(width, width)] * 4)
    assert counter.get_total_flops() == 2 * projecting(tokens, width)
    weights = torch.softmax(q @ q.transpose(-1, -2), dim=-1)
    assert held(tokens, heads) == weights.numel() * weights.element_size()


def test_what_is_timed_computes_the_same() -> None:
    draws = torch.Generator().manual_seed(0)
    q, k, v = (torch.randn(2, 9, 4, generator=draws) for _ in range(3))
    torch.testing.assert_close(written_out(q, k, v), F.scaled_dot_product_attention(q, k, v))


def test_both_parts_cost_the_same_at_twice_the_width() -> None:
    found = cost(Length(width=64))
    assert looking(found.even, 64) == projecting(found.even, 64)
    assert found.even == 128
    np.testing.assert_array_equal(found.looking, 2 * found.tokens**2 * 64)
    assert looking(8192, 64) / projecting(8192, 64) == 64
    assert "at 8,192 tokens looking costs 64 times" in said.operations(found, 64)
    assert "1,024 tokens: 17 MB" in said.memory(found, 4)


def test_the_clock_is_read_for_every_length_and_what_is_not_known_yet_is_blank() -> None:
    steps = list(timed(Length(width=16, heads=2, most=64), 0))
    assert len(steps) == 2 * 3 * REPEATS and steps[-1].share == pytest.approx(1.0)
    first, last = steps[0].result, steps[-1].result
    assert first is not None and last is not None
    assert np.isnan(first.fused).all() and np.isfinite(last.fused).all()
    assert (last.written_out > 0).all() and list(last.tokens) == lengths(64) == [32, 64]


def test_the_exponent_is_the_slope_of_logarithms() -> None:
    n = np.array([64, 128, 256, 512])
    assert exponent(n, 3e-9 * n.astype(float) ** 2) == pytest.approx(2.0)
    assert exponent(n, np.array([1e-3, 1e-5, 2e-5, 4e-5])) == pytest.approx(1.0), "of the last three"
    assert math.isnan(exponent(n, np.array([1.0, np.nan, np.nan, np.nan])))


def test_the_sentence_names_the_measured_exponents() -> None:
    n = np.array([256, 512, 1024])
    square, line = 1e-8 * n.astype(float) ** 2, 1e-6 * n.astype(float)
    text = said.clock(Timed(n, square, square / 4, line))
    assert "2.00 as the formula stands" in text and "1.00 for the four matrices" in text and "1/4 of the time" in text
    assert said.clock(Timed(n, *np.full((3, 3), np.nan))) == ""
