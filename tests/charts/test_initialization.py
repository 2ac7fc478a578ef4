"""The pictures of first weights: what they show, and that no number of a network can break them."""

import dataclasses

import numpy as np
import plotly.graph_objects as go
import pytest

from charts.initialization import apart_figure, gain_figure, histogram_figure, profile_figure, weights_figure
from engine.labs.initialization.results import Comparison, Histogram, Profile, Sweep, Theory, Twins, Units

LAYERS = 4
LEVEL = np.ones(LAYERS)


def profile(values: np.ndarray, label: str = "Normal", theory: Theory | None = None) -> Profile:
    shown = Histogram(1, np.linspace(-1, 1, 6), np.full(5, 0.5))
    return Profile(label, values, values, values, theory or Theory(LEVEL, LEVEL, LEVEL, 1.0), (shown,) * 3)


def comparison(*profiles: Profile) -> Comparison:
    return Comparison((3,) * LAYERS, profiles)


def named(figure: go.Figure, name: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.name == name)


def test_the_line_is_the_median_and_the_band_goes_from_least_to_largest() -> None:
    values = np.array([[1, 2, 3, 4], [10, 20, 30, 40], [100, 200, 300, 400]], dtype=float)
    figure = profile_figure(comparison(profile(values)), "gradient")
    assert list(named(figure, "Normal").y) == [10, 20, 30, 40]
    assert list(named(figure, "Normal: range").y) == [100, 200, 300, 400, 4, 3, 2, 1]
    assert list(named(figure, "Normal: theory").y) == [1, 1, 1, 1]
    assert figure.layout.yaxis.type == "log"
    low, high = figure.layout.yaxis.range
    assert low <= 0 and high >= np.log10(400)


@pytest.mark.parametrize(
    "values",
    [np.zeros((0, LAYERS)), np.zeros((3, LAYERS)), np.full((3, LAYERS), np.nan), np.full((3, LAYERS), 1e-300)],
    ids=["none yet", "zeros", "overflowed", "tiny"],
)
@pytest.mark.parametrize("way", ["pre", "post", "gradient"])
def test_no_number_breaks_the_picture(values: np.ndarray, way: str) -> None:
    nothing = np.full(LAYERS, np.nan)
    silent = Theory(nothing, nothing, nothing, np.nan, "for a test")
    for theory in (None, silent):
        figure = profile_figure(comparison(profile(values, theory=theory)), way)  # type: ignore[arg-type]
        figure.to_json()
        assert ("Normal: theory" in [trace.name for trace in figure.data]) == (theory is None)


def test_a_zero_among_the_seeds_is_left_out_of_the_logarithm() -> None:
    values = np.array([[1.0] * LAYERS, [0.0] * LAYERS, [4.0] * LAYERS])
    figure = profile_figure(comparison(profile(values)), "post")
    assert list(named(figure, "Normal").y) == [2.5] * LAYERS


def test_histograms_stand_in_a_row_for_each_way_and_a_column_for_each_layer() -> None:
    drawn = comparison(profile(np.ones((2, LAYERS)), "A"), profile(np.ones((2, LAYERS)), "B"))
    figure = histogram_figure(drawn.profiles)
    assert len(figure.data) == 6
    empty = dataclasses.replace(drawn.profiles[0], histograms=(Histogram(1, np.zeros(0), np.zeros(0)),))
    histogram_figure((empty,)).to_json()


def test_layers_are_marked_at_whole_numbers() -> None:
    assert profile_figure(comparison(profile(np.ones((1, LAYERS)))), "post").layout.xaxis.dtick >= 1


def test_the_gain_is_marked_and_the_edge_where_there_is_one() -> None:
    gains = np.array([0.5, 1.0, 1.5])
    sweep = Sweep(gains, np.ones((3, 2)), np.ones((3, 2)), np.ones(3), np.ones(3), gains)
    assert [shape.x0 for shape in gain_figure(sweep, "last", 0.7, 1.0).layout.shapes] == [0.7, 1.0]
    assert [shape.x0 for shape in gain_figure(sweep, "first", 0.7, np.nan).layout.shapes] == [0.7]


def test_units_that_are_equal_are_drawn_on_each_other_ever_thinner() -> None:
    weights = np.ones((3, 4, 2))
    units = Units("Constant", np.arange(3.0), weights, np.zeros(3), (1, 1), (2, 1), 0.5, 0.7)
    figure = weights_figure(Twins(units, None))
    widths = [trace.line.width for trace in figure.data if trace.line.dash == "solid"]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) == 4
    assert len(weights_figure(Twins(units, units)).data) == 16
    assert [trace.name for trace in apart_figure(Twins(units, units)).data] == ["Constant", "Constant"]


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(-1, 1, [-1, 0, 1]), (-0.0031, 0.0028, [-0.002, 0, 0.002]), (0, 7e22, [0, 5e22]), (0, 0, [0])],
    ids=["tanh", "vanished", "exploded", "nothing"],
)
def test_a_histograms_axis_says_how_wide_it_is(low: float, high: float, marks: list[float]) -> None:
    shown = Histogram(1, np.linspace(low, high, 6), np.full(5, 0.5))
    one = dataclasses.replace(profile(np.ones((2, LAYERS))), histograms=(shown,))
    assert histogram_figure((one,)).layout.xaxis.tickvals == pytest.approx(marks)
