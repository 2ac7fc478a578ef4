"""Pooling beside brute force, PyTorch, SciPy and closed forms."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError
from scipy import ndimage

from engine.choice import catalog, problems
from engine.labs.convolution import said_of_pooling as said
from engine.labs.convolution.pooling import change, ordinal, pooled, shifted, tolerance
from engine.labs.convolution.pools import AnyPool, AveragePool, GlobalAverage, GlobalMax, MaxPool, Pool, Sliding
from engine.labs.convolution.settings.pooling import Pooling
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from engine.streams import stream


def drawn(height: int, width: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(height, width, generator=stream(seed, "data"), dtype=torch.float64)


def windows(x: np.ndarray, pool: Sliding, outside: float) -> list[list[np.ndarray]]:
    """Every window, cut out by hand."""
    p, k, s = pool.padding, pool.size, pool.stride
    wide = np.full((x.shape[0] + 2 * p, x.shape[1] + 2 * p), outside)
    wide[p : p + x.shape[0], p : p + x.shape[1]] = x
    rows, columns = range(0, wide.shape[0] - k + 1, s), range(0, wide.shape[1] - k + 1, s)
    return [[wide[i : i + k, j : j + k] for j in columns] for i in rows]


@settings(max_examples=60, deadline=None)
@given(
    size=some.integers(1, 5),
    stride=some.integers(1, 5),
    padding=some.integers(0, 2),
    height=some.integers(5, 11),
    width=some.integers(5, 11),
)
def test_every_output_is_the_maximum_or_the_mean_of_its_window(
    size: int, stride: int, padding: int, height: int, width: int
) -> None:
    padding = min(padding, size // 2)
    x = drawn(height, width)
    knobs = {"size": size, "stride": stride, "padding": padding}
    for pool, of in ((MaxPool(**knobs), np.max), (AveragePool(**knobs), np.mean)):
        found = pooled(x, pool)
        expected = windows(x.numpy(), pool, pool.outside)
        assert found.output.shape == (len(expected), len(expected[0])) == (found.down.places, found.across.places)
        for i, row in enumerate(expected):
            for j, window in enumerate(row):
                assert found.output[i, j] == pytest.approx(of(window), abs=1e-12)
                np.testing.assert_array_equal(found.patch(i, j), window)


def test_means_within_the_picture_leave_the_padding_out() -> None:
    x = drawn(5, 5)
    found = pooled(x, AveragePool(size=3, stride=2, padding=1, is_padding_counted=False))
    assert found.output[0, 0] == pytest.approx(float(x[:2, :2].mean()))
    assert found.output[1, 0] == pytest.approx(float(x[1:4, :2].mean()))


def test_maxima_at_stride_1_are_scipys_maximum_filter() -> None:
    x = drawn(9, 7)
    found = pooled(x, MaxPool(size=3, stride=1, padding=1))
    np.testing.assert_array_equal(found.output, ndimage.maximum_filter(x.numpy(), 3, mode="constant", cval=-np.inf))


@pytest.mark.parametrize("pool", [MaxPool(), MaxPool(size=3, stride=1, padding=1), GlobalMax()], ids=str)
def test_places_are_where_the_maxima_stand_and_shares_count_them(pool: Pool) -> None:
    x = drawn(8, 6)
    found = pooled(x, pool)
    assert found.places is not None
    counts = np.zeros((8, 6))
    for i, j in np.ndindex(found.output.shape):
        row, column = found.places[i, j]
        assert x[row, column] == found.output[i, j]
        counts[row, column] += 1
    np.testing.assert_array_equal(found.shares, counts)


@pytest.mark.parametrize("kind", catalog(AnyPool))
def test_shares_are_finite_differences_of_the_sum(kind: str) -> None:
    pool = catalog(AnyPool)[kind]()
    x, step = drawn(6, 6), 1e-6
    found = pooled(x, pool)
    for i, j in ((0, 0), (2, 3), (5, 5)):
        nudge = torch.zeros_like(x)
        nudge[i, j] = step
        rise = pool.apply((x + nudge)[None]).sum() - pool.apply((x - nudge)[None]).sum()
        assert found.shares[i, j] == pytest.approx(float(rise) / (2 * step), abs=1e-6)


def test_global_pools_are_one_number_whatever_the_size() -> None:
    x = drawn(5, 9)
    assert pooled(x, GlobalAverage()).output.item() == pytest.approx(float(x.mean()))
    assert pooled(x, GlobalMax()).output.item() == float(x.max())


def test_a_window_that_does_not_fit_is_refused_with_its_numbers() -> None:
    with pytest.raises(Refusal, match="smaller kernel"):
        pooled(drawn(4, 4), MaxPool(size=7))


def test_padding_of_more_than_half_a_window_is_refused_at_its_knob() -> None:
    with pytest.raises(ValidationError) as error:
        ConvolutionLab.model_validate({"pooling": {"pool": {"kind": "max", "size": 3, "padding": 2}}})
    (problem,) = problems(error.value, ConvolutionLab)
    assert problem.field == "pooling.pool.padding" and "from 0 to 1" in problem.allowed


# --- a shift --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("direction", "rows", "columns"), [("right", 0, 2), ("down", 2, 0), ("diagonal", 2, 2)])
def test_a_shift_moves_every_pixel_and_black_or_the_other_side_comes_in(direction, rows: int, columns: int) -> None:  # type: ignore[no-untyped-def]
    x = drawn(5, 6)
    around = shifted(x, 2, direction, is_around=True)
    black = shifted(x, 2, direction, is_around=False)
    for i, j in np.ndindex(5, 6):
        assert around[(i + rows) % 5, (j + columns) % 6] == x[i, j]
        is_new = i < rows or j < columns
        assert black[i, j] == (0 if is_new else x[i - rows, j - columns])


def test_nothing_is_lost_around_so_a_mean_of_all_does_not_change() -> None:
    x = drawn(8, 8)[None]
    found = tolerance(x, Pooling())
    by = {way.label: way.change for way in found.ways}
    np.testing.assert_allclose(by["Global average pooling"], 0, atol=1e-12)
    assert by["Max pooling"][0] == 0 == by["Average pooling"][0]
    rolled = np.roll(x.numpy(), 3, axis=2)
    bare = np.linalg.norm(rolled - x.numpy()) / np.linalg.norm(x.numpy())
    assert by["nothing: the picture itself"][3] == pytest.approx(bare)


def test_a_shift_by_the_stride_moves_the_maxima_by_one_cell() -> None:
    x = drawn(8, 8)[None]
    pool = MaxPool(size=2, stride=2)
    before = pool.apply(x)
    after = pool.apply(shifted(x, 2, "right", is_around=True))
    torch.testing.assert_close(after, torch.roll(before, 1, -1))
    odd = pool.apply(shifted(x, 1, "right", is_around=True))
    assert not any(torch.equal(odd, torch.roll(before, by, -1)) for by in range(4)), (
        "a shift by 1 moves it by no whole cell"
    )


def test_every_way_has_the_same_window_and_sentences_follow_the_numbers() -> None:
    found = tolerance(drawn(12, 12)[None], Pooling(pool=AveragePool(size=3, stride=3), most=5))
    assert (found.size, found.stride) == (3, 3) and list(found.shifts) == [0, 1, 2, 3, 4, 5]
    assert [way.label for way in found.ways][1] == "every 3rd pixel"
    first = [way.change[1] for way in found.ways]
    text = said.tolerance(found)
    assert f"changes by {first[0]:.3g} of its size" in text and f"its means by {first[3]:.3g}" in text
    assert "average pooling" in text
    black = tolerance(torch.zeros(1, 6, 6, dtype=torch.float64), Pooling())
    assert np.isnan(black.ways[0].change).all() and "black" in said.tolerance(black)


def test_a_change_is_measured_by_what_was_there() -> None:
    assert change(torch.tensor([3.0, 4.0]), torch.tensor([0.0, 0.0])) != change(
        torch.tensor([0.0]), torch.tensor([1.0])
    )
    assert change(torch.tensor([3.0, 0.0]), torch.tensor([0.0, 4.0])) == pytest.approx(5 / 4)
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12)] == ["1st", "2nd", "3rd", "4th", "11th", "12th"]


def test_words_on_a_window_say_what_it_gives() -> None:
    x = torch.arange(64, dtype=torch.float64).reshape(8, 8) / 64
    found = pooled(x, MaxPool())
    assert said.cell(found, 1, 2) == (
        "Row 2, column 3 of the output: the largest of 4 numbers, 0.453, from row 4, column 6 of the picture."
    )
    assert "16 of 64 cells are the largest of a window, one window each; the other 48 (75.0 %)" in said.shares(found)
    mean = pooled(x, AveragePool(size=3, stride=2))
    assert (
        said.cell(mean, 0, 0) == f"Row 1, column 1 of the output: the mean of 9 numbers, {float(x[:3, :3].mean()):.3g}."
    )
    assert "each for 0.111 to 0.444" in said.shares(mean)
    assert said.size(mean.down) == (
        "A stride of 2 makes 3 of 8: not n / s = 8 / 2 = 4. The last cell is in no window. One cell less of the picture would "
        "make 3."
    )
    assert said.size(pooled(x, GlobalMax()).down) == ""
