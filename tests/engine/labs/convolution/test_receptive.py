"""Receptive fields beside brute force, the support of gradients and closed forms."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.labs.convolution import said_of_receptive as said
from engine.labs.convolution.effective import INPUTS, LEAST, effective, passed, side_of
from engine.labs.convolution.receptive import clipped, middle, must_fit, reaches, support
from engine.labs.convolution.results.receptive import Effective
from engine.labs.convolution.settings.receptive import Receptive
from engine.labs.convolution.stacks import (
    PRESETS,
    AveragePooling,
    Convolving,
    LayerChoice,
    MaxPooling,
    Stack,
    layers_of,
)
from engine.refusal import Refusal
from engine.streams import stream


@some.composite
def stacks(draw) -> Stack:  # type: ignore[no-untyped-def]
    def layer() -> LayerChoice:
        kind = draw(some.sampled_from([Convolving, MaxPooling, AveragePooling]))
        knobs = {"size": draw(some.integers(1, 4)), "stride": draw(some.integers(1, 3))}
        if kind is Convolving:
            knobs |= {"dilation": draw(some.integers(1, 3)), "is_padded": draw(some.booleans())}
        return kind(**knobs)

    return tuple(layer() for _ in range(draw(some.integers(1, 4))))


def read(stack: Stack, length: int, cell: int) -> set[int]:
    """The pixels along a side that a cell depends on, followed back cell by cell; those in the padding, too."""
    lengths = [length]
    for layer in stack:
        lengths.append(layer.line(lengths[-1]).places)
    cells = {cell}
    for place in range(len(stack) - 1, -1, -1):
        line = stack[place].line(lengths[place])
        cells = {at * line.stride - line.before + tap * line.dilation for at in cells for tap in range(line.size)}
        if place:
            cells = {at for at in cells if 0 <= at < lengths[place]}
    return cells


def fits(stack: Stack, length: int) -> bool:
    return all(reach.cells > 0 for reach in reaches(stack, length))


@settings(max_examples=80, deadline=None)
@given(stacks(), some.integers(12, 40), some.floats(0, 1))
def test_the_formula_has_the_ends_that_following_every_window_back_has(stack: Stack, length: int, share: float) -> None:
    if not fits(stack, length):
        return
    last = reaches(stack, length)[-1]
    cell = round(share * (last.cells - 1))
    first, end = last.field(cell)
    found = read(stack, length, cell)
    if first >= 0 and end < length:
        assert (min(found), max(found)) == (first, end)
    assert all(first <= pixel <= end for pixel in found), "none where a cell reads nothing but padding"


@settings(max_examples=60, deadline=None)
@given(stacks(), some.integers(12, 24), some.integers(12, 24), some.floats(0, 1), some.floats(0, 1))
def test_the_gradient_reaches_what_following_back_reaches_and_counts_the_ways(
    stack: Stack, height: int, width: int, down: float, across: float
) -> None:
    if not (fits(stack, height) and fits(stack, width)):
        return
    cells = [round(share * (reaches(stack, side)[-1].cells - 1)) for side, share in ((height, down), (width, across))]
    found = support(stack, (height, width), (cells[0], cells[1]))
    rows, columns = (
        {at for at in read(stack, side, cell) if 0 <= at < side}
        for side, cell in zip((height, width), cells, strict=True)
    )
    seen = np.zeros((height, width), bool)
    seen[np.ix_(sorted(rows), sorted(columns))] = True
    np.testing.assert_array_equal(found.seen, seen)
    along = _ways(stack, height, cells[0]), _ways(stack, width, cells[1])
    np.testing.assert_allclose(found.paths, np.outer(*along))


def _ways(stack: Stack, length: int, cell: int) -> np.ndarray:
    """Ways from each pixel along a side to a cell, by adding up those of the cells that read it."""
    lengths = [length]
    for layer in stack:
        lengths.append(layer.line(lengths[-1]).places)
    ways = np.eye(lengths[-1])[cell]
    for place in range(len(stack) - 1, -1, -1):
        line = stack[place].line(lengths[place])
        before = np.zeros(lengths[place])
        for at, number in enumerate(ways):
            for tap in range(line.size):
                pixel = at * line.stride - line.before + tap * line.dilation
                if 0 <= pixel < lengths[place]:
                    before[pixel] += number
        ways = before
    return ways


@pytest.mark.parametrize("name", PRESETS)
def test_in_the_middle_of_a_large_picture_gradient_and_formula_agree(name: str) -> None:
    stack = PRESETS[name]
    cell = middle(reaches(stack, 96)[-1].cells)
    found = support(stack, (96, 96), (cell, cell))
    assert found.measured == found.box
    size = reaches(stack, 96)[-1].size
    assert found.box[1] - found.box[0] + 1 == size
    assert (found.filled < 1) == (name == "Dilated 2, 2, 2")


def test_a_cell_that_reads_nothing_but_padding_depends_on_no_pixel() -> None:
    stack = (
        MaxPooling(size=1, stride=2),
        Convolving(size=1, stride=3, is_padded=False),
        Convolving(size=2, dilation=3),
    )
    found = support(stack, (12, 12), (0, 0))
    assert found.measured is None and found.filled == 0.0
    assert "Only 0.0 % of the pixels" in said.support(found)


def test_known_fields() -> None:
    assert [reach.size for reach in reaches((Convolving(),) * 5, 40)] == [1, 3, 5, 7, 9, 11]
    vgg = (Convolving(), Convolving(), MaxPooling()) * 2
    assert [(reach.size, reach.jump) for reach in reaches(vgg, 40)][1:] == [
        (3, 1),
        (5, 1),
        (6, 2),
        (10, 2),
        (14, 2),
        (16, 4),
    ]
    dilated = tuple(Convolving(dilation=2**power) for power in range(4))
    assert reaches(dilated, 40)[-1].size == 2 ** (4 + 1) - 1, "doubling dilations double the field"
    one, two = (Convolving(size=7),), (Convolving(),) * 3
    assert reaches(one, 40)[-1].size == reaches(two, 40)[-1].size == 7, "three 3x3 see as much as one 7x7"


def test_the_binomial_of_two_layers_is_the_number_of_ways() -> None:
    found = support((Convolving(),) * 2, (9, 9), (4, 4))
    np.testing.assert_array_equal(found.paths[4, 2:7], np.array([1, 2, 3, 2, 1]) * 3)


def test_a_click_finds_the_cell_whose_field_is_around_it() -> None:
    last = reaches(PRESETS["With strides"], 64)[-1]
    for cell in range(last.cells):
        first, end = last.field(cell)
        assert last.nearest((first + end) / 2) == cell
    assert last.nearest(-50.0) == 0 and last.nearest(500.0) == last.cells - 1


def test_a_layer_without_a_place_is_named() -> None:
    with pytest.raises(Refusal, match=r"Layer 3, max pooling 8×8, stride 8: its window has no place, for only 2 cells"):
        must_fit((MaxPooling(), MaxPooling(), MaxPooling(size=8, stride=8)), 8, 8)
    assert [reach.cells for reach in reaches((MaxPooling(size=8, stride=8), MaxPooling()), 8)] == [8, 1, 0]


# --- effective ------------------------------------------------------------------------------------------------------


def last_of(asked: Receptive, seed: int = 0) -> Effective:
    found = [step.result for step in effective(asked, seed)]
    assert len(found) == asked.seeds and found[-1] is not None
    return found[-1]


def test_without_an_activation_the_mean_square_is_the_number_of_paths() -> None:
    found = last_of(Receptive(layers=(Convolving(),) * 3, activation="none", seeds=20, channels=16, side=16))
    top, bottom, left, right = found.box
    inside = np.s_[top : bottom + 1, left : right + 1]
    ratio = (found.gradient[inside] ** 2).sum() / (found.paths[inside] ** 2).sum()
    expected = found.paths[inside] * np.sqrt(ratio)
    assert np.abs(found.gradient[inside] - expected).mean() < 0.05
    assert np.corrcoef(found.gradient[inside].ravel(), expected.ravel())[0, 1] > 0.95
    outside = found.gradient.copy()
    outside[inside] = 0
    assert (outside == 0).all(), "beyond the field nothing moves the cell at all"


def test_the_effective_field_is_smaller_and_falls_behind_with_depth() -> None:
    found = last_of(Receptive(layers=(Convolving(),) * 12, side=32, seeds=3, channels=4))
    assert list(found.theory) == list(range(3, 26, 2))
    share = found.measured / found.theory
    assert share[-1] < 0.85 < share[0] and found.measured[-1] < found.measured[5] * 2
    assert found.reached == found.box, "the ends of the field have a gradient, if a small one"
    assert "By formula the field is 25 pixels wide, and so far the gradient reaches." in said.effective(found)


def test_gradients_are_finite_differences() -> None:
    asked = Receptive(layers=(Convolving(), AveragePooling(), Convolving(dilation=2)), side=16, channels=3)
    layers = layers_of(asked.layers, 3, stream(0, "weights"))
    x = torch.randn(1, 1, 16, 16, generator=stream(0, "data"), dtype=torch.float64)
    x.requires_grad_()
    out = passed(x, asked, layers)[-1][0, :, 4, 4].sum()
    (gradient,) = torch.autograd.grad(out, x)
    for i, j in ((8, 8), (5, 9), (0, 0)):
        step = torch.zeros_like(x)
        step[0, 0, i, j] = 1e-6
        with torch.no_grad():
            rise = [passed(x + sign * step, asked, layers)[-1][0, :, 4, 4].sum() for sign in (1, -1)]
        assert float(gradient[0, 0, i, j]) == pytest.approx(float(rise[0] - rise[1]) / 2e-6, abs=1e-6)


def test_another_seed_moves_the_picture_and_the_same_one_does_not() -> None:
    asked = Receptive(layers=(Convolving(),) * 2, side=16, seeds=1)
    first, again, other = last_of(asked), last_of(asked), last_of(asked, 1)
    np.testing.assert_array_equal(first.gradient, again.gradient)
    assert not np.array_equal(first.gradient, other.gradient)
    assert INPUTS >= 1 and first.seeds == 1


def test_the_side_of_a_field_is_the_root_of_the_pixels_that_count() -> None:
    gradient = np.zeros((8, 8))
    gradient[2:5, 2:5] = 1.0
    gradient[0, 0] = LEAST / 2
    assert side_of(gradient) == 3.0
    assert side_of(np.zeros((4, 4))) == 0.0


def test_sentences_follow_the_field() -> None:
    stack = PRESETS["With pooling"]
    down = reaches(stack, 64)
    rows = said.table(down)
    assert (
        rows[1][4] == "1 + (3 − 1)·1·1 = 3" and rows[4][4] == "6 + (3 − 1)·1·2 = 10" and len(rows[0]) == len(said.HEAD)
    )
    whole = said.field(down[-1], down[-1], (8, 8), (64, 64))
    assert "rows 23 to 46" in whole and "= 576 pixels." in whole and "padding" not in whole
    corner = said.field(down[-1], down[-1], (0, 0), (64, 64))
    assert "66.0 % of it lies in the padding" in corner
    assert clipped(down[-1], 0, 64) == (0, 13)
    assert "exactly as far as the formula says" in said.support(support(stack, (64, 64), (8, 8)))
    assert "less far" in said.support(support((Convolving(dilation=4),), (16, 16), (1, 8)))
    assert "holes" in said.support(support(PRESETS["Dilated 2, 2, 2"], (64, 64), (30, 30)))
    assert "as many ways" in said.support(support((Convolving(),), (16, 16), (8, 8)))
