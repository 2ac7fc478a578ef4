"""The gradient flow lab's pictures: right numbers in the right place, also of nothing and of what broke."""

import numpy as np
import pytest

from charts.gradient_flow.clipping import angle_lines, norm_histogram
from charts.gradient_flow.cures import outcome_matrix
from charts.gradient_flow.jacobians import chain_lines, factor_bars
from charts.gradient_flow.layers import decades, layer_heatmap, loss_lines, losses
from charts.gradient_flow.signs import span, weight_norms
from charts.theme import CLASSES
from engine.labs.gradient_flow.results import Cell, Chain, Chains, Comparison, Course, Flow, Record


def course(columns: int, value: float = 1e-3) -> Course:
    rows = np.full((3, columns), value)
    line = np.full(columns, value)
    steps = np.arange(1, columns + 1)
    return Course("run", steps, rows, rows, np.ones(3), line, line, line, line, line, "")


def test_decades_hold_all_that_is_above_nothing() -> None:
    table = np.array([[0.0, 2e-7], [np.inf, 30.0]])
    assert decades([table, np.full((1, 1), np.nan)]) == (-7.0, 2.0)
    assert decades([]) == (-1.0, 0.0)


def test_a_heat_map_shows_powers_of_ten_and_leaves_0_blank() -> None:
    table = np.array([[1e-4, 0.0], [10.0, np.inf]])
    figure = layer_heatmap(np.array([1, 2]), table, (-4, 1), "norm", 2)
    z = np.asarray(figure.data[0].z)
    assert z[0, 0] == -4 and z[1, 0] == 1
    assert np.isnan(z[0, 1]) and np.isnan(z[1, 1])
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-4, 1)
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first layer is on top"
    assert not figure.layout.annotations
    still = layer_heatmap(np.array([1, 2]), np.array([[np.nan, 0.0]]), (-4, 1), "norm", 2)
    assert still.layout.annotations[0].text == "0 in every layer"


@pytest.mark.parametrize("layers", [2, 3, 11, 21, 61])
def test_layer_ticks_begin_at_1_and_end_at_the_output(layers: int) -> None:
    figure = layer_heatmap(np.array([1]), np.ones((layers, 1)), (-1, 0), "norm", 1)
    assert figure.layout.yaxis.tickvals[0] == 1
    assert figure.layout.yaxis.tickvals[-1] == layers
    assert figure.layout.yaxis.ticktext[-1] == "out"


@pytest.mark.parametrize("shown", [course(0), course(4), course(4, np.nan), course(4, np.inf), course(4, 0.0)])
def test_empty_and_broken_runs_have_pictures(shown: Course) -> None:
    table = decades([shown.gradient])
    pictures = [
        loss_lines(Flow((shown, shown)), 4),
        norm_histogram(shown, 1.0),
        norm_histogram(shown, None),
        angle_lines([shown]),
        layer_heatmap(shown.step, shown.gradient, table, "norm", 4),
    ]
    assert all(picture.layout.xaxis.title.text and picture.layout.yaxis.title.text for picture in pictures)
    assert np.isfinite(table).all() and table[0] < table[1]


def test_a_histogram_counts_every_norm_and_marks_the_limit() -> None:
    shown = course(4)
    shown.norm[:] = [0.1, 0.5, 2.0, 30.0]
    bars = norm_histogram(shown, 1.0).data[0]
    assert sum(bars.y) == 4
    over = [count for count, colour in zip(bars.y, bars.marker.color, strict=True) if colour == CLASSES[5]]
    assert sum(over) == 2


def test_chains_are_drawn_from_the_output_back() -> None:
    chain = Chain("net", np.array([3.0, 2.0]), np.array([0.7, 0.3]), np.array([0.78, 0.3]))
    figure = chain_lines(Chains((chain,), 1))
    product = next(trace for trace in figure.data if "‖product‖" in trace.name)
    assert list(product.x) == [1, 2] and list(product.y) == [0.3, 0.7]
    doubling = next(trace for trace in figure.data if trace.name == "2ⁿ")
    assert list(doubling.y) == pytest.approx([0, np.log10(2), np.log10(4)])
    assert list(factor_bars(Chains((chain,), 1)).data[0].y) == [3.0, 2.0]


def test_a_matrix_says_the_usual_outcome_and_its_count() -> None:
    cell = Cell("a", "x", ("learned", "learned", "vanished"), (-1.0, -2.0, -np.inf), (1.0, 0.9, 0.5))
    broken = Cell("b", "x", ("diverged",), (np.nan,), (np.nan,))
    figure = outcome_matrix(Comparison(("a", "b"), ("x", "y"), (cell, broken), 3))
    z = np.asarray(figure.data[0].z)
    assert z[0, 0] == -2 and np.isnan(z[0, 1]) and np.isnan(z[1, 0])
    letters = figure.data[1]
    assert list(zip(letters.x, letters.y, letters.text, strict=True)) == [
        ("x", "a", "✓<br>2/3"),
        ("x", "b", "diverged"),
    ]
    outcome_matrix(Comparison(("a",), ("x",), (), 3))


def test_letters_are_white_on_dark_cells_only_and_signs_where_words_do_not_fit() -> None:
    columns = tuple("abcde")
    ratios = (-12.0, -3.0, 0.0, 12.0, np.nan)
    cells = tuple(
        Cell("row", name, ("vanished",), (ratio,), (0.5,)) for name, ratio in zip(columns, ratios, strict=True)
    )
    letters = outcome_matrix(Comparison(("row",), columns, cells, 1)).data[1]
    assert list(letters.text) == ["↓"] * 5
    assert list(letters.textfont.color) == ["#FFFFFF", "#262626", "#262626", "#262626", "#808080"]


def record(table: np.ndarray) -> Record:
    rows = np.zeros((2, 2))
    return Record(np.arange(2), rows, rows, table, np.arange(table.shape[1]), np.zeros(2), (), "", True)


def test_weight_norms_are_shares_of_the_start_on_one_scale() -> None:
    mine = record(np.array([[2.0, 4.0], [0.0, 1.0]]))
    limits = span([mine, record(np.array([[1.0, 5.0], [1.0, 0.5]]))])
    assert limits == pytest.approx((0.5 - 0.225, 5 + 0.225))
    drawn = weight_norms(mine, limits, 10)
    first, second = drawn.data
    assert list(first.y) == [1, 2]
    assert np.isnan(second.y).all()
    assert drawn.layout.yaxis.range == pytest.approx(limits) and drawn.layout.xaxis.range == (0, 11)


def test_weight_norms_that_explode_stand_on_powers_of_ten_where_1_is_seen_to_be_1() -> None:
    broken, mended = (record(np.array([[1.0, end], [1.0, 1.0]])) for end in (1e5, 1.2))
    low, high = span([broken, mended])
    axis = weight_norms(mended, (low, high), 10).layout.yaxis
    assert axis.type == "log" and axis.range[0] < 0 and axis.range[1] > 5


def test_a_record_that_has_not_begun_has_pictures() -> None:
    nothing = record(np.zeros((2, 0)))
    low, high = span([nothing])
    assert low < 1 < high
    weight_norms(nothing, (low, high), 10)


def test_losses_of_several_runs_share_their_axes() -> None:
    steps = np.array([0, 5])
    drawn = losses([("a", steps, np.array([0.7, 0.1])), ("b", steps, np.array([50.0, np.inf]))], 5)
    assert [trace.name for trace in drawn.data] == ["a", "b"]
    assert drawn.layout.yaxis.type == "log" and np.isnan(drawn.data[1].y[1])
    assert losses([("a", steps, np.array([0.7, 0.1]))], 5).layout.yaxis.type is None
