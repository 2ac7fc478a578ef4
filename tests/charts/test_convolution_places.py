"""Pictures of pooling, transposed convolution, receptive fields and translation: right numbers in the right place."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from charts import theme
from charts.convolution.grid import CORNER, COUNTED, SIGNED, Frame, grid_figure, written
from charts.convolution.pooling import output_figure, patch_figure, picture_figure, shares_figure, tolerance_figure
from charts.convolution.receptive import depth_figure, field_figure, gradient_figure, paths_figure, profile_figure
from charts.convolution.translation import answers_figure, apart_figure, change_figure, seen_figures
from charts.convolution.transposed import (
    counts_figure,
    grey_figure,
    input_figure,
    kernel_figure,
    matrix_figure,
    stamp_figure,
    sum_figure,
    undone_figures,
    uneven_figure,
)
from engine.labs.convolution.effective import effective
from engine.labs.convolution.pooling import pooled, tolerance
from engine.labs.convolution.pools import GlobalAverage, MaxPool
from engine.labs.convolution.receptive import reaches, support
from engine.labs.convolution.results.translation import LAYERS, Kind, Seen, Translated
from engine.labs.convolution.settings.pooling import Pooling
from engine.labs.convolution.settings.receptive import Receptive
from engine.labs.convolution.settings.transposed import Transposed
from engine.labs.convolution.stacks import PRESETS
from engine.labs.convolution.transposed import overlap, stamped, undone
from engine.streams import stream


def trace(figure, name):  # type: ignore[no-untyped-def]
    (found,) = [each for each in figure.data if each.name == name]
    return found


def box(figure, name) -> tuple[float, float, float, float]:  # type: ignore[no-untyped-def]
    """Top, bottom, left, right of a frame, in cells."""
    found = trace(figure, name)
    return min(found.y) + 0.5, max(found.y) - 0.5, min(found.x) + 0.5, max(found.x) - 0.5


PICTURE = torch.rand(8, 8, generator=stream(0, "data"), dtype=torch.float64)


# --- a grid ---------------------------------------------------------------------------------------------------------


def test_cells_stand_row_by_row_from_the_top_with_numbers_that_can_be_read_on_them() -> None:
    figure = grid_figure(np.array([[0.0, 1.0], [0.25, -np.inf]]), high=1.0)
    heat, numbers = trace(figure, "cells"), trace(figure, "numbers")
    assert heat.z[0][1] == 1.0 and np.isnan(heat.z[1][1])
    assert list(numbers.text) == ["0", "1", "0.25", "−∞"]
    assert list(zip(numbers.x, numbers.y, strict=True)) == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert list(numbers.textfont.color) == [theme.LIGHT, theme.DARK, theme.LIGHT, theme.NEUTRAL]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1] and figure.layout.yaxis.scaleanchor == "x"


def test_a_signed_scale_goes_as_far_to_both_sides_and_a_large_grid_has_no_numbers() -> None:
    figure = grid_figure(np.array([[-2.0, 0.5]]), scale=SIGNED)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-2.0, 2.0)
    assert [each.name for each in grid_figure(np.zeros((13, 4))).data] == ["cells"]
    assert grid_figure(np.zeros((2, 2)), scale=COUNTED).data[0].zmax > 0, "nothing but zeros has a range, too"


@pytest.mark.parametrize(
    ("count", "ticks"), [(1, [1]), (12, list(range(1, 13))), (17, list(range(2, 18, 2))), (729, [*range(64, 730, 64)])]
)
def test_labels_are_at_most_so_many(count: int, ticks: list[int]) -> None:
    assert list(grid_figure(np.zeros((2, count))).layout.xaxis.tickvals) == ticks


def test_frames_reach_into_the_padding_and_points_leave_the_number_free() -> None:
    figure = grid_figure(np.zeros((4, 4)), frames=[Frame("window", -1, 2, 0, 3)], points=np.array([[2, 3]]))
    assert box(figure, "window") == (-1, 2, 0, 3)
    assert figure.layout.yaxis.range[1] < -1.5 and figure.layout.xaxis.range[0] < -0.5
    points = trace(figure, "points")
    assert (points.x[0], points.y[0]) == pytest.approx((3 + CORNER, 2 - CORNER))
    bare = grid_figure(np.zeros((20, 20)), points=np.array([[2, 3]]))
    assert (trace(bare, "points").x[0], trace(bare, "points").y[0]) == (3, 2)


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (-0.001, "0"), (3.0, "3"), (-1.25, "−1.25"), (float("nan"), ""), (-np.inf, "−∞")]
)
def test_numbers_in_cells_are_short(value: float, text: str) -> None:
    assert written(value) == text


# --- pooling --------------------------------------------------------------------------------------------------------


def test_the_window_stands_where_its_output_cell_says() -> None:
    found = pooled(PICTURE, MaxPool(size=3, stride=2, padding=1))
    figure = picture_figure(found, 0, 2)
    assert box(figure, "window") == (0, 2, 4, 6)
    assert box(output_figure(found, 0, 2), "cell") == (1, 1, 3, 3)
    assert len(trace(figure, "points").x) == 16
    patch = trace(patch_figure(found, 0, 2), "numbers").text
    assert list(patch[:3]) == ["−∞"] * 3 and patch[3] == written(float(PICTURE[0, 3]))
    np.testing.assert_allclose(trace(shares_figure(found), "cells").z, found.shares, atol=1e-6)
    assert [
        each.name for each in picture_figure(pooled(PICTURE, GlobalAverage()), 0, 0).data if each.name == "points"
    ] == []


def test_the_change_of_every_way_is_drawn_over_the_shift() -> None:
    found = tolerance(PICTURE[None], Pooling())
    figure = tolerance_figure(found)
    assert [each.name for each in figure.data] == [way.label for way in found.ways]
    np.testing.assert_array_equal(trace(figure, "Max pooling").y, found.ways[2].change)
    assert len(figure.layout.shapes) == 3, "2, 4, 6"
    black = tolerance(torch.zeros(1, 4, 4, dtype=torch.float64), Pooling())
    assert tolerance_figure(black).data


# --- transposed -----------------------------------------------------------------------------------------------------


def test_a_stamp_lands_where_its_frame_is_also_where_some_of_it_is_cut_off() -> None:
    asked = Transposed(padding=1)
    found = stamped(asked, 0)
    assert box(input_figure(found, 1, 2), "cell") == (2, 2, 3, 3)
    figure = stamp_figure(found, 0, 1, asked.stride, asked.padding)
    assert box(figure, "stamp") == (0, 2, 2, 4)
    cells = np.array(trace(figure, "cells").z)
    assert set(cells[:2, 1:4].ravel()) == {2.0} and cells.sum() == 12.0
    whole = sum_figure(found, 2, 2)
    np.testing.assert_allclose(trace(whole, "cells").z, found.output, atol=1e-5)
    assert trace(sum_figure(found, 0, 0), "cells").zmax == trace(whole, "cells").zmax, "the colours stay what they mean"
    assert trace(kernel_figure(found), "cells").z.shape == (3, 3)


def test_counts_greys_and_unevenness() -> None:
    found = overlap(Transposed(), 0)
    assert trace(counts_figure(found.counts), "numbers").text[0] == "1"
    assert "numbers" not in [each.name for each in grey_figure(found.grey).data]
    figure = uneven_figure(found)
    np.testing.assert_array_equal(trace(figure, "transposed convolution").y, found.uneven)
    np.testing.assert_array_equal(trace(figure, "nearest-neighbour, then convolution").y, found.resized_uneven)


def test_there_and_back_in_four_pictures() -> None:
    found = undone(Transposed(), 0)
    drawn = undone_figures(found)
    for (_, figure), values in zip(drawn, (found.x, found.small, found.back, found.nearest), strict=True):
        np.testing.assert_allclose(trace(figure, "cells").z, values, atol=1e-5)
    matrix = matrix_figure(found.matrix, "output cell", "picture cell")
    assert matrix.layout.yaxis.scaleanchor is None and trace(matrix, "cells").z.shape == (9, 49)


# --- receptive fields -----------------------------------------------------------------------------------------------


def test_the_field_of_the_cell_is_framed_and_those_within_it_dotted() -> None:
    lines = reaches(PRESETS["With pooling"], 64)
    figure = field_figure(np.zeros((64, 64)), lines, lines, (8, 8))
    frames = [each for each in figure.data if each.type == "scatter"]
    assert len(frames) == 7 and [each.line.dash for each in frames] == ["dot"] * 6 + ["solid"]
    first, last = lines[-1].field(8)
    assert (min(frames[-1].x) + 0.5, max(frames[-1].x) - 0.5) == (first + 1, last + 1)
    for inner, outer in pairwise(frames):
        assert max(inner.x) - min(inner.x) <= max(outer.x) - min(outer.x)


def test_paths_leave_pixels_without_one_empty() -> None:
    found = support(PRESETS["Dilated 2, 2, 2"], (32, 32), (15, 15))
    cells = np.array(trace(paths_figure(found), "cells").z)
    np.testing.assert_array_equal(np.isfinite(cells), found.seen)
    assert np.nanmax(cells) == 1.0
    assert box(paths_figure(found), "by formula") == tuple(edge + 1 for edge in found.box)


def test_gradient_profile_and_depth_show_what_was_measured() -> None:
    found = list(effective(Receptive(side=16, seeds=1), 0))[-1].result
    assert found is not None
    np.testing.assert_allclose(trace(gradient_figure(found), "cells").z, found.gradient, atol=1e-6)
    row = (found.box[0] + found.box[1]) // 2
    np.testing.assert_array_equal(trace(profile_figure(found), "measured gradient").y, found.gradient[row])
    np.testing.assert_array_equal(trace(depth_figure(found), "effective").y, found.measured)
    nothing = replace(found, gradient=np.zeros_like(found.gradient), measured=np.zeros_like(found.measured))
    assert gradient_figure(nothing).data and profile_figure(nothing).data


# --- translation ----------------------------------------------------------------------------------------------------


def translated(known: int) -> Translated:
    tables = {"apart": (2, len(LAYERS), 9), "change": (2, 8, 9), "accuracy": (2, 9), "same": (2, 9)}
    filled = {name: np.full(shape, np.nan) for name, shape in tables.items()}
    for table in filled.values():
        table[:known] = 0.5
    kinds = tuple(Kind(kind, kind, **filled) for kind in ("max", "blurred_max"))
    return Translated(np.arange(9), (1, 1, 2, 2, 4, 4), (*LAYERS, "numbers", "scores"), kinds, 3, True)


@pytest.mark.parametrize("known", [0, 1, 2])
def test_lines_are_drawn_of_what_is_known_so_far(known: int) -> None:
    found = translated(known)
    for figure in (apart_figure(found, 4), answers_figure(found, "accuracy"), answers_figure(found, "same")):
        assert len(trace(figure, "max").x) == (9 if known else 0)
    assert len(trace(change_figure(found, 3), "max").x) == (8 if known else 0)
    assert len(apart_figure(found, 4).layout.shapes) == 2 and not apart_figure(found, 0).layout.shapes


def test_one_map_moved_along_beside_that_of_the_moved_digit() -> None:
    along, moved = np.eye(4), np.roll(np.eye(4), 1, axis=1)
    figures = seen_figures(Seen(np.zeros((16, 16)), along, moved, 1, 4, (1, 3), 0.5))
    for figure, values in zip(figures, (along, moved, moved - along), strict=True):
        np.testing.assert_array_equal(trace(figure, "cells").z, values)
        assert box(figure, "inside") == (2, 3, 2, 3) and trace(figure, "cells").zmax == 1.0
    dead = seen_figures(Seen(np.zeros((16, 16)), np.zeros((4, 4)), np.zeros((4, 4)), 0, 4, (0, 0), float("nan")))
    assert all(len(figure.data) == 1 for figure in dead)
