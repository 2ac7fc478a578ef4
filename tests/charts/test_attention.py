"""The attention lab's pictures: right numbers in the right place, names as they are, also of nothing and of much."""

import numpy as np
import pytest

from charts.attention.cost import memory_figure, operations_figure, time_figure
from charts.attention.dictionary import (
    LIMIT,
    around_figure,
    circle_figure,
    circle_handles,
    sharpness_figure,
    weights_figure,
)
from charts.attention.explaining import seeds_figure, sentence_figure
from charts.attention.heads import shares_figure
from charts.attention.looks import THICK, looks_figure, token_at
from charts.attention.matrices import cell_at, matrix_figure
from charts.attention.positions import COLOURS, alike_figure, distance_figure, lesson_figure, looks_map, table_figure
from charts.attention.scaling import entropy_figure, example_figure, jacobian_figure, variance_figure
from charts.bands import band
from engine.labs.attention.cost import cost
from engine.labs.attention.dictionary import lookup
from engine.labs.attention.distance import of_rotary, of_sinusoidal
from engine.labs.attention.head import head
from engine.labs.attention.heads import heads
from engine.labs.attention.positions import EVERY, Rotary, Sinusoidal
from engine.labs.attention.results.explanation import Answered, Explained
from engine.labs.attention.results.measured import Scaled, Timed
from engine.labs.attention.results.positions import Course, Lessons
from engine.labs.attention.scaling import example
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.views import Dictionary, Length, Scaling
from tests.charts.test_names import TAG, TEMPLATE, texts
from tests.engine.test_names import HOSTILE


def trace(figure, name):  # type: ignore[no-untyped-def]
    (found,) = [each for each in figure.data if each.name == name]
    return found


def test_a_matrix_has_its_numbers_in_its_cells_the_first_row_on_top() -> None:
    values = np.array([[0.5, -2.0], [0.0, -np.inf]])
    figure = matrix_figure(values, ["the", "cat"], ["1", "2"], decimals=1, marked=1, picked=(0, 1))
    heat = trace(figure, "values")
    assert heat.text == (["0.5", "−2.0"], ["0", "−∞"])
    assert heat.zmin == -2.0 and heat.zmax == 2.0 and heat.z[1][1] == 0
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert list(figure.layout.yaxis.ticktext) == ["the", "cat"] and list(figure.layout.xaxis.ticktext) == ["1", "2"]
    assert (min(trace(figure, "picked").x), max(trace(figure, "picked").y)) == (1.5, 1.5)
    assert (min(trace(figure, "marked").y), max(trace(figure, "marked").y)) == (1.5, 2.5)


def test_a_map_of_weights_goes_from_nothing_to_1_and_many_columns_save_a_sign() -> None:
    few = matrix_figure(np.array([[0.25, 0.75]]), ["a"], ["b", "c"], is_share=True)
    assert (few.data[0].zmin, few.data[0].zmax) == (0, 1) and few.data[0].text == (["0.25", "0.75"],)
    many = matrix_figure(np.full((1, 10), 0.1), ["a"], [str(n) for n in range(10)], is_share=True)
    assert set(many.data[0].text[0]) == {".10"}
    sure = matrix_figure(np.eye(10)[:1], ["a"], [str(n) for n in range(10)], is_share=True)
    assert sure.data[0].text[0][:2] == ["1.00", "0"]


def test_two_tokens_of_one_name_keep_their_own_rows() -> None:
    figure = matrix_figure(np.eye(2), ["the", "the"], ["the", "the"])
    assert list(figure.data[0].y) == [1, 2] and list(figure.layout.yaxis.ticktext) == ["the", "the"]


def test_bands_divide_the_columns_evenly() -> None:
    figure = matrix_figure(np.ones((2, 8)), ["a", "b"], [str(n) for n in range(8)], bands=4)
    assert [each.x[0] for each in figure.data[1:]] == [2.5, 4.5, 6.5]


@pytest.mark.parametrize(
    ("x", "y", "cell"), [(1.0, 1.0, (0, 0)), (3.4, 1.6, (1, 2)), (0.4, 1, None), (3.6, 1, None), (1, 2.6, None)]
)
def test_a_click_is_the_cell_that_it_fell_on(x: float, y: float, cell: tuple[int, int] | None) -> None:
    assert cell_at(x, y, (2, 3)) == cell


def widths(figure, name: str) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Heights of the bands of one trace at their left ends."""
    found = trace(figure, name)
    ends = np.flatnonzero(np.isnan(found.x))
    starts = np.r_[0, ends[:-1] + 1]
    return np.array([abs(found.y[end - 1] - found.y[start]) for start, end in zip(starts, ends, strict=True)])


def test_bands_are_as_thick_as_the_weights() -> None:
    found = head(AttentionLab())
    figure = looks_figure(found.weights, found.tokens, 1)
    seen = found.weights[1][THICK * found.weights[1] >= 0.004]
    np.testing.assert_allclose(widths(figure, "from 2"), THICK * seen, atol=1e-4)
    column = found.weights[:, 2]
    np.testing.assert_allclose(widths(figure, "to 3"), THICK * column[THICK * column >= 0.004], atol=1e-4)


def test_the_query_is_lit_and_each_token_lights_its_own_bands() -> None:
    found = head(AttentionLab())
    figure = looks_figure(found.weights, found.tokens, 4, removed=[0])
    lit = {each.meta["lit"]: each for each in figure.data if each.meta}
    assert set(lit) == {f"{letter}{place}" for letter in "qk" for place in range(6)}
    assert [name for name, each in lit.items() if each.opacity == 1] == ["q4"]
    pointed = [each for each in figure.data if each.name.startswith("pointer")]
    assert {name for each in pointed for name in each.customdata} == set(lit)
    assert "the looks at<br>mat: 86.1%" in pointed[0].hovertext[0]
    assert trace(figure, "keys").text[0] == "<s>the</s>" and trace(figure, "queries").text[4] == "<b>the</b>"


def test_a_click_beside_the_tokens_is_of_none() -> None:
    assert token_at(-0.2, 2.3, 4) == ("query", 2) and token_at(1.1, 0.0, 4) == ("key", 0)
    assert token_at(0.5, 1.0, 4) is None and token_at(0.0, 4.0, 4) is None and token_at(0.0, -0.6, 4) is None


def test_a_map_of_nothing_has_a_picture() -> None:
    everyone = AttentionLab(removed=(1, 2, 3, 4, 5, 6))
    found = head(everyone)
    assert len(trace(looks_figure(found.weights, found.tokens, 0), "all").x) == 0


def test_no_picture_holds_a_word_that_plotly_could_read() -> None:
    names = [*HOSTILE[:4], "<b>x</b>", "%{y}"]
    weights = np.full((6, 6), 1 / 6)
    shown = Answered(tuple(names), 4, weights[0], weights[0], weights[0], 0.5, 0.5)
    for figure in (
        looks_figure(weights, names, 0),
        matrix_figure(weights, names, names),
        sentence_figure(shown),
    ):
        held = [text.replace("<b>", "", 1).replace("</b>", "") for text in texts(figure.to_plotly_json())]
        assert not [text for text in held if text != "%{text}" and (TAG.search(text) or TEMPLATE.search(text))]


def test_what_heads_bring_is_stacked_and_their_sum_marked() -> None:
    found = heads(AttentionLab())
    figure = shares_figure(found, 2)
    bars = [each for each in figure.data if each.type == "bar"]
    np.testing.assert_allclose(np.sum([bar.y for bar in bars], axis=0), trace(figure, "output").y, atol=1e-12)
    assert figure.layout.barmode == "relative"


def test_positions_are_drawn_from_the_top_and_beside_their_closed_form() -> None:
    for found, kind in ((of_sinusoidal(Sinusoidal(), 12, 8), "sinusoidal"), (of_rotary(Rotary(), 12, 8, 0), "rotary")):
        table = table_figure(found.table)
        np.testing.assert_allclose(table.data[0].z, found.table, atol=1e-3)
        assert table.layout.yaxis.range[0] > table.layout.yaxis.range[1]
        np.testing.assert_allclose(alike_figure(found).data[0].z, found.similarity, atol=1e-3)
        lines = distance_figure(found, kind, "pairs")
        assert list(trace(lines, "mean over pairs").y) == list(found.mean)
        assert found.closed is not None
        assert list(trace(lines, "closed form, sum of cosines").y) == list(found.closed)


def course(kind: str, moments: int) -> Course:
    steps = np.arange(moments) * 10
    rows = np.tile(np.linspace(0.1, 0.9, moments), (2, 1)) + np.array([[0.0], [0.05]])
    return Course(kind, kind.capitalize(), steps, rows, rows, np.eye(4), np.array([0.5, 0.6]), None)


def test_lessons_are_lines_with_bands_in_the_colour_of_their_kind() -> None:
    found = Lessons((course("none", 5), course("rotary", 5)), np.array([3, 2, 1, -1]), 0.3)
    figure = lesson_figure(found, 40)
    assert trace(figure, "Rotary").line.color == COLOURS["rotary"]
    assert set(COLOURS) == {row.kind for row in EVERY}
    np.testing.assert_allclose(trace(figure, "None").y, np.linspace(0.125, 0.925, 5))
    circles = trace(looks_map(course("none", 5), found.sources), "holds the answer")
    assert list(zip(circles.x, circles.y, strict=True)) == [(4, 1), (3, 2), (2, 3)]


def test_a_band_leaves_out_what_is_not_known_yet() -> None:
    figure = variance_figure(Scaled(np.array([1, 2, 4]), 3, *np.full((5, 2, 3), np.nan)))
    assert len(trace(figure, "measured").x) == 0
    table = np.array([[1.0, 3.0, np.nan], [2.0, np.nan, np.nan]])
    band(figure, np.array([1, 2, 4]), table, "half", "#000000")
    assert list(trace(figure, "half").y) == [1.5, 3.0]
    area = trace(figure, "half: from lowest to highest")
    assert list(area.x) == [1, 2, 2, 1] and list(area.y) == [2.0, 3.0, 3.0, 1.0]


def test_scaling_is_drawn_beside_the_closed_form_and_even_weights() -> None:
    found = Scaled(np.array([1, 4]), 8, *np.ones((5, 2, 2)))
    assert list(trace(variance_figure(found), "closed form: d_k").y) == [1, 4]
    assert entropy_figure(found).layout.shapes[0].y0 == pytest.approx(np.log(8))
    assert len(jacobian_figure(found).data) == 4
    one = example(Scaling(keys=5), 0)
    bars = example_figure(one)
    assert list(trace(bars, "softmax(q·k)").y) == sorted(one.bare, reverse=True)


def test_costs_are_lines_that_meet_at_twice_the_width() -> None:
    found = cost(Length(width=32))
    figure = operations_figure(found)
    assert figure.layout.shapes[0].x0 == 64 and figure.layout.yaxis.type == "log"
    np.testing.assert_allclose(memory_figure(found).data[0].y * 1e6, found.held)
    timed = time_figure(
        Timed(np.array([32, 64]), np.array([1e-3, np.nan]), np.array([2e-3, np.nan]), np.full(2, np.nan))
    )
    assert timed.data[0].y[0] == pytest.approx(1.0), "milliseconds"


def test_the_dictionary_has_a_grip_on_every_key_and_on_the_query() -> None:
    found = lookup(Dictionary())
    figure = circle_figure(found)
    names = {each.name for each in figure.data}
    grips = circle_handles(found)
    assert [grip.name for grip in grips] == ["key 1", "key 2", "key 3", "key 4", "query"]
    for grip in grips:
        assert set(grip.moves) <= names
        assert np.hypot(grip.x, grip.y) == pytest.approx(1.0) and abs(grip.x) < LIMIT
    thick = [trace(figure, f"weight {place}").line.width for place in (1, 2, 3, 4)]
    assert np.argsort(thick).tolist() == np.argsort(found.weights).tolist()
    assert list(weights_figure(found).data[0].y) == list(found.weights)
    assert list(trace(sharpness_figure(found, 4.0), "soft look-up").y) == list(found.outputs)
    assert list(trace(around_figure(found, 45.0), "nearest key's value").y) == list(found.nearest)


def test_explanations_have_a_bar_for_each_word_and_a_dot_for_each_seed() -> None:
    words = ("good", "film")
    shown = Answered(words, 0, np.array([0.4, 0.6]), np.array([1.0, 0.0]), np.array([0.9, 0.1]), 0.9, 0.9)
    figure = sentence_figure(shown)
    assert [list(each.y) for each in figure.data] == [[0.4, 0.6], [1.0, 0.0], [0.9, 0.1]]
    assert list(figure.layout.xaxis.ticktext) == ["<b>good</b>", "film"]
    seeds = np.array([0.5, 0.7])
    kind = Explained("alone", *[seeds] * 10, (shown,))
    dots = seeds_figure((kind, kind))
    assert [len(each.x) for each in dots.data] == [4, 4]
