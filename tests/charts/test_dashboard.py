"""Pictures of runs that a learner judges: what is no number leaves a gap, axes hold what is drawn."""

import numpy as np

from charts.dashboard import (
    bars_figure,
    batches_figure,
    histogram_figure,
    lines_figure,
    paths_figure,
    plane_figure,
)

UPDATES = np.array([0, 10, 20])


def test_lines_show_their_numbers_and_leave_gaps() -> None:
    figure = lines_figure(
        UPDATES, {"training": np.array([2.0, np.inf, 1.0]), "a <b>": np.array([3.0, 2.0, np.nan])}, "loss"
    )
    first, second = figure.data
    assert list(first.x) == [0, 10, 20]
    assert np.array_equal(first.y, [2.0, np.nan, 1.0], equal_nan=True)
    assert np.array_equal(second.y, [3.0, 2.0, np.nan], equal_nan=True)
    assert second.name == "a &lt;b>"
    assert figure.layout.yaxis.title.text == "loss"


def test_an_axis_of_powers_of_ten_holds_all_lines_and_at_least_one_power() -> None:
    wide = lines_figure(
        UPDATES, {"a": np.array([1e-3, 5.0, 2e4]), "b": np.array([0.0, -1.0, np.nan])}, "norm", is_log=True
    )
    low, high = wide.layout.yaxis.range
    assert low < -3 and high > 5 - 1e-9
    assert wide.layout.yaxis.dtick == 2
    assert np.isnan(wide.data[1].y).all(), "0 and less have no place there"
    narrow = lines_figure(UPDATES, {"a": np.array([1.0, 1.1, 1.2])}, "ratio", is_log=True)
    assert narrow.layout.yaxis.range[1] - narrow.layout.yaxis.range[0] >= 1
    assert lines_figure(np.array([], int), {"a": np.array([])}, "none", is_log=True).data[0].name == "a"


def test_paths_have_updates_of_their_own() -> None:
    figure = paths_figure({"a": (UPDATES, np.ones(3)), "b": (UPDATES[:2], np.zeros(2))}, "accuracy", span=(0, 1))
    assert [len(trace.x) for trace in figure.data] == [3, 2]
    assert tuple(figure.layout.yaxis.range) == (0, 1)


def test_bars_histograms_and_batches_count_what_they_are_given() -> None:
    assert list(bars_figure(("x1", "x2"), np.array([2.0, np.nan]), "range").data[0].y) == [2.0, 0.0]
    counted = histogram_figure(np.array([0.0, 1.0, 3.0]), np.array([4, 2]), "output").data[0]
    assert (list(counted.x), list(counted.width), list(counted.y)) == ([0.5, 2.0], [1.0, 2.0], [4, 2])
    batches = batches_figure(np.array([[5, 5], [10, 0]]))
    assert [list(trace.y) for trace in batches.data] == [[5, 10], [5, 0]]
    assert batches.layout.barmode == "stack"


def test_the_plane_spans_the_inputs() -> None:
    drawn = plane_figure(np.array([[0.0, 1.0], [0.5, 0.25]]), [-1.0, -2.0, 0.0], [1.0, 2.0, 0.0]).data[0]
    assert (list(drawn.x), list(drawn.y)) == ([-1.0, 1.0], [-2.0, 2.0])
    assert (drawn.zmin, drawn.zmax) == (0, 1)
