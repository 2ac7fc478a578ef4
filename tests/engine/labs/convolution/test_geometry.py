"""Sizes, by formula, by counting and by PyTorch; what does not fit is refused with the numbers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.labs.convolution.geometry import Line, line
from engine.refusal import Refusal

LINES = st.builds(
    Line,
    st.integers(1, 30),
    st.integers(1, 7),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 5),
    st.integers(0, 5),
)


@given(LINES)
def test_the_formula_counts_the_places_of_the_window(found: Line) -> None:
    starts = [start for start in range(0, found.padded, found.stride) if start + found.span <= found.padded]
    assert max(found.places, 0) == len(starts)
    if starts:
        assert found.padded - (starts[-1] + found.span) == found.left_over


@given(LINES)
@settings(deadline=None)
def test_the_size_is_that_of_pytorchs_convolution(found: Line) -> None:
    even = Line(found.length, found.size, found.stride, found.dilation, found.before, found.before)
    x = torch.empty(1, 1, even.length, device="meta")
    layer = torch.nn.Conv1d(1, 1, even.size, even.stride, even.before, even.dilation, device="meta")
    if even.places < 1:
        with pytest.raises(RuntimeError):
            layer(x)
    else:
        assert layer(x).shape[-1] == even.places


def test_the_formula_is_written_with_its_numbers() -> None:
    assert line(28, 5, 2, 1, "same").formula.endswith(r"\right\rfloor + 1 = 14")
    assert r"28 + 2 \cdot 2 - 1 \cdot (5 - 1) - 1}{2}" in line(28, 5, 2, 1, "same").formula
    assert "(0 + 1)" in line(28, 2, padding="same").formula


def test_padding_same_keeps_the_size_at_stride_one() -> None:
    for size in range(1, 8):
        for dilation in range(1, 4):
            assert line(30, size, 1, dilation, "same").places == 30


def test_a_window_without_a_place_is_refused_with_the_numbers_and_a_way_out() -> None:
    with pytest.raises(Refusal, match=r"= 9 cells.*the picture has 8.*= 0 places.*Choose a smaller kernel"):
        line(8, 5, dilation=2)


def test_too_little_to_mirror_is_refused_with_the_numbers() -> None:
    with pytest.raises(Refusal, match=r"needs 9 cells.*the picture has 7"):
        line(8, 7, dilation=3, padding="reflect")
    assert line(8, 7, dilation=2, padding="reflect").places == 8
