"""Pictures of the lab of recurrent networks: the numbers they are given, text as text, nothing where nothing is."""

import dataclasses
import itertools
import json
import math

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from charts.recurrent.gradients import FAINTEST, chunk_curves, cut_bars, entry_bars, reach_lines, term_norms
from charts.recurrent.lengths import longest_figure, longest_height, scores_figure
from charts.recurrent.next_token import next_bars, written_bars
from charts.recurrent.padding import accuracy_lines, moved_lines, state_through_pads
from charts.recurrent.shapes import MOST, RIGHT, WRONG, unrolled_diagram
from charts.recurrent.timing import time_lines
from charts.recurrent.unrolled import CLASSES_SHOWN, answers_map, below, height_of, signal_maps, state_map
from charts.recurrent.worked import answers, states
from engine.labs.recurrent.results.gradients import Bars, Cut, Reach, Reaches
from engine.labs.recurrent.results.lengths import Search, Trial
from engine.labs.recurrent.results.next_token import Continued, Following
from engine.labs.recurrent.results.padding import Padded, PadLine
from engine.labs.recurrent.results.reading import Reading
from engine.labs.recurrent.results.timing import Timing, Timings
from engine.labs.recurrent.worked import WORDS, worked
from engine.sequences.unrolled import Signal, Unrolled

BAD = "<img src=x onerror=alert(1)> %{x} &amp;"


def drawn(figure: go.Figure) -> dict:
    """The figure as the browser gets it."""
    return json.loads(pio.to_json(figure, validate=False))


def reading(steps: int = 4, units: int = 3, classes: int = 5, token: str = "a", at_end: bool = False) -> Reading:
    """Numbers of an LSTM that nobody ran, each cell another one."""
    signals: tuple[Signal, ...] = ("h", "i", "f", "g", "o", "c")
    values = np.linspace(-1.5, 1.5, len(signals) * steps * units, dtype="f4").reshape(1, len(signals), steps, units)
    rows = 1 if at_end else steps
    scores = np.arange(rows * classes, dtype=float).reshape(rows, classes) % 7 + 1
    answers = scores / scores.sum(1, keepdims=True)
    names = tuple(f"c{place}" for place in range(classes))
    asked = ("c0",) if at_end else ("c0", *[""] * (steps - 1))
    return Reading((token,) * steps, asked, names, Unrolled(("layer 1",), signals, values, answers), 0.0)


def test_where_no_answer_is_likely_the_likeliest_of_each_step_is_drawn() -> None:
    even = np.full((3, 500), 1 / 500)
    for step, place in enumerate((7, 3, 7)):
        even[step, place] = 0.003
    seen = reading(steps=3, classes=500)
    drawing = drawn(answers_map(dataclasses.replace(seen, seen=dataclasses.replace(seen.seen, answers=even))))
    assert set(drawing["layout"]["yaxis"]["ticktext"]) == {"c7", "c3"}


def test_every_state_is_a_cell_and_the_written_one_is_framed() -> None:
    found = reading()
    figure = state_map(found, 0, 2, 3)
    heat = figure.data[0]
    assert np.array_equal(heat.z, found.seen.values[0, 0].T) and list(heat.x) == [1, 2, 3, 4]
    assert heat.zmax == -heat.zmin == 1.5, "a state beyond 1 stretches the colours"
    frame = figure.layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (1.5, 2.5, 2.5, 3.5)


def test_signals_stand_below_each_other_gates_from_0_to_1_the_others_with_a_sign() -> None:
    found = reading()
    found.seen.values[0, 5, 1] = np.nan
    figure = signal_maps(found, 0, 1, 1)
    assert [np.array_equal(t.z, found.seen.values[0, n].T, equal_nan=True) for n, t in enumerate(figure.data, 1)] == [
        True
    ] * 5
    assert [(trace.zmin, trace.zmax) for trace in figure.data[:2]] == [(0, 1)] * 2
    assert figure.data[2].zmin == -figure.data[2].zmax and figure.data[4].zmax == pytest.approx(1.5)
    assert [a.text for a in figure.layout.annotations] == [
        "input gate i",
        "forget gate f",
        "candidate g",
        "output gate o",
        "cell c",
    ]
    tops = [figure.layout[f"yaxis{n or ''}"].domain for n in ("", 2, 3, 4, 5)]
    assert all(upper[0] >= lower[1] for upper, lower in itertools.pairwise(tops))


def test_answers_stand_likeliest_first_and_what_was_asked_is_circled() -> None:
    found = reading(classes=30)
    figure = answers_map(found)
    shown = [int(name[1:]) for name in figure.layout.yaxis.ticktext]
    most = found.seen.answers.max(0)
    assert len(shown) <= CLASSES_SHOWN and most[shown].tolist() == sorted(most[shown].tolist(), reverse=True)
    assert np.array_equal(figure.data[0].z, found.seen.answers[:, shown].T)
    few = answers_map(reading(classes=3))
    circle = few.data[1]
    assert (list(circle.x), few.layout.yaxis.ticktext[circle.y[0] - 1]) == ([1], "c0")


@pytest.mark.parametrize("figure", [lambda r: state_map(r, 0, 1, 1), answers_map, unrolled_diagram])
def test_a_hostile_token_stays_text(figure) -> None:  # type: ignore[no-untyped-def]
    said = json.dumps(drawn(figure(reading(token=BAD))))
    assert "<img" not in said and "%{x} &" not in said


def test_many_long_tokens_are_named_in_part_and_upright() -> None:
    long = reading(steps=120, token="unfathomable")
    figure = state_map(long, 0, 1, 1)
    assert len(figure.layout.xaxis.ticktext) <= 34 and figure.layout.xaxis.tickangle == -60
    assert below(long.tokens) > below(("a",) * 4) and height_of(200) == height_of(64) > height_of(8)


def test_a_diagram_says_right_and_wrong_and_leaves_out_what_is_not_asked() -> None:
    found = reading()
    read, state, above = unrolled_diagram(found).data
    assert list(read.text) == ["a"] * 4 and len(state.x) == 4
    assert above.marker.color[0] in (RIGHT, WRONG) and list(above.text[1:]) == [""] * 3
    asked = found.likeliest[0][0]
    assert unrolled_diagram(dataclasses.replace(found, asked=(asked, "", "", ""))).data[2].marker.color[0] == RIGHT
    assert unrolled_diagram(dataclasses.replace(found, asked=("c9", "", "", ""))).data[2].marker.color[0] == WRONG
    end = unrolled_diagram(reading(steps=60, at_end=True))
    assert len(end.data[0].x) == MOST and list(end.data[2].text[:-1]) == [""] * (MOST - 1)
    padded = dataclasses.replace(found, tokens=("a", "b", "<pad>", "<pad>"))
    assert list(unrolled_diagram(padded).data[0].text) == ["a", "b"]


def reach(label: str, norms: list[list[float]], factor: float = 1.0, cell: bool = False) -> Reach:
    values = np.array(norms)
    seeds = len(values)
    none = np.zeros((seeds, 0))
    return Reach(label, values, values * 2 if cell else none, np.full(seeds, factor), np.ones(seeds))


def test_reach_is_the_median_in_the_band_of_its_seeds() -> None:
    lines = (reach("plain", [[1e-6, 1e-3, 1.0], [1e-5, 1e-2, 2.0], [1e-4, 0.0, 3.0]]), reach("LSTM", [[1.0, 2.0, 3.0]]))
    figure = reach_lines(Reaches(lines, 0, 3))
    band, middle, alone = figure.data
    assert list(middle.y) == [1e-5, 1e-3, 2.0] and list(alone.y) == [1, 2, 3]
    assert list(band.y[:3]) == [1e-4, 1e-2, 3.0] and band.y[-1] == 1e-6
    assert figure.layout.yaxis.type == "log" and len(figure.data) == 3


def test_what_is_0_is_not_drawn_and_what_is_tiny_stands_at_the_edge() -> None:
    figure = reach_lines(Reaches((reach("plain", [[0.0, 1e-60, 1.0]]),), 0, 1))
    assert math.isnan(figure.data[0].y[0]) and figure.data[0].y[1] == FAINTEST
    assert reach_lines(Reaches((), 0, 1)).layout.yaxis.dtick == 1


def test_few_steps_have_a_tick_each_and_none_between() -> None:
    assert reach_lines(Reaches((reach("plain", [[1.0, 2.0, 3.0]]),), 0, 1)).layout.xaxis.dtick == 1
    assert reach_lines(Reaches((reach("plain", [[1.0] * 50]),), 0, 1)).layout.xaxis.dtick is None


def test_clipped_and_cell_gradients_have_lines_of_their_own() -> None:
    figure = reach_lines(Reaches((reach("LSTM", [[1.0, 4.0]], factor=0.5, cell=True),), 0, 1))
    said = {trace.name: (list(trace.y), trace.line.dash) for trace in figure.data}
    assert said["LSTM: c"] == ([2.0, 8.0], "dot") and said["LSTM: clipped"] == ([0.5, 2.0], "dash")


def test_bars_of_an_entry_add_up_to_what_autograd_says() -> None:
    terms = np.random.default_rng(0).normal(size=(6, 2, 3))
    found = Bars("W_hh", tuple("abcdef"), terms, terms.sum(0), 1.0)
    each, sums, whole = entry_bars(found, 1, 2).data
    assert np.allclose(each.y, terms[:, 1, 2]) and np.allclose(sums.y, np.cumsum(terms[:, 1, 2]))
    assert sums.y[-1] == pytest.approx(whole.y[0]) and whole.name == "autograd"
    assert np.allclose(term_norms(found).data[0].y, np.linalg.norm(terms.reshape(6, -1), axis=1))
    assert "<img" not in json.dumps(drawn(entry_bars(dataclasses.replace(found, tokens=(BAD,) * 6), 0, 0)))


def test_chunks_are_parted_by_lines() -> None:
    share = np.full(7, 1 / 7)
    ones = np.ones(3)
    found = Cut(3, True, tuple("abcdefg"), share, share / 2, (1, 3, 7), ones * 0.5, ones, ones, 1.0, 1.0)
    figure = cut_bars(found)
    assert [shape.x0 for shape in figure.layout.shapes] == [3.5, 6.5]
    assert [list(trace.y) for trace in figure.data] == [share.tolist(), (share / 2).tolist()]
    cosine, length = chunk_curves(found).data
    assert list(cosine.x) == [1, 3, 7] and list(cosine.y) == [0.5] * 3 and list(length.y) == [1] * 3


def search(trials: list[Trial]) -> Search:
    return Search("adding", "r2", 0.95, ("plain", "GRU"), (5, 10, 20), 2, (10, 20), tuple(trials))


def test_scores_of_every_run_and_their_median() -> None:
    figure = scores_figure(
        search(
            [
                Trial("plain", 5, 0, 0.9, 40, 1.0, "not learned"),
                Trial("plain", 5, 1, 0.99, 40, 1.0, "learned"),
                Trial("plain", 10, 0, float("nan"), 40, 1.0, "diverged"),
                Trial("plain", 10, 1, -7.0, 40, 1.0, "not learned"),
                Trial("plain", 20, 0, float("nan"), 0, 0.0, "not tried"),
            ]
        )
    )
    line, marks = figure.data[:2]
    assert list(line.y) == [pytest.approx(0.945), -0.05] and len(marks.y) == 4
    assert list(marks.marker.symbol) == ["circle-open", "circle", "x", "circle-open"]
    assert "no number" in marks.customdata[2] and "-7.000" in marks.customdata[3]
    assert figure.layout.shapes[0].y0 == 0.95 and list(figure.layout.xaxis.ticktext) == ["5", "10", "20"]
    assert len(scores_figure(search([])).data) == 4


def test_the_longest_length_of_each_seed() -> None:
    found = search([Trial("plain", 5, 0, 1.0, 1, 1.0, "learned"), Trial("GRU", 5, 1, 1.0, 1, 1.0, "learned")])
    figure = longest_figure(found)
    span, marks, middle = figure.data[:3]
    assert list(marks.x) == [1, 0] and list(span.x) == [0, 1] and list(middle.x) == [0.5]
    assert figure.layout.xaxis.ticktext == ("none", "5", "10", "20") and longest_height(found) == 140


def test_next_tokens_and_a_text_written_on() -> None:
    found = Following((), 0, ("a", BAD, "\n"), np.array([0.5, 0.3, 0.1]), np.array([0.6, 0.4, 0.0]), 2, 9, 1.0)
    chosen, own = next_bars(found).data
    assert list(chosen.x) == [0.6, 0.4, 0.0] and list(own.x) == [0.5, 0.3, 0.1]
    assert "<img" not in json.dumps(drawn(next_bars(found)))
    figure = written_bars(Continued("", "a", "b" * 90, ("b",) * 90, np.linspace(0, 1, 90), False))
    assert np.allclose(figure.data[0].y, np.linspace(0, 1, 90)) and len(figure.layout.xaxis.ticktext) == 30
    assert drawn(written_bars(Continued("", "a", "", (), np.zeros(0), True)))["data"][0]["type"] == "bar"


def test_pads_move_the_answer_and_the_state() -> None:
    lines = tuple(
        PadLine(name, (0, 4), np.array([1.0, at]), np.array([0.0, 1 - at]))
        for name, at in (("masked", 1.0), ("unmasked", 0.25), ("packed", 1.0))
    )
    states = (np.zeros((2, 3)), np.full((2, 3), 0.5))
    found = Padded(
        lines, "review", "good", 10, "behind", ("(", ")", "<pad>"), states, np.array([0, 0, 1], bool), (0.0,) * 3
    )
    assert [list(trace.y) for trace in accuracy_lines(found).data] == [[1.0, 1.0], [1.0, 0.25], [1.0, 1.0]]
    moved = moved_lines(found)
    assert list(moved.data[1].y) == [0.0, 0.75] and moved.layout.yaxis.range[1] == pytest.approx(0.825)
    picture = state_through_pads(found, 1)
    assert np.array_equal(picture.data[0].z, states[1]) and picture.layout.xaxis.ticktext == ("(", ")", "·")


def test_of_many_words_and_pads_some_are_named() -> None:
    states = (np.zeros((2, 90)),) * 2
    tokens, pads = ("children",) * 14 + ("<pad>",) * 76, np.arange(90) >= 14
    found = Padded((), "review", "positive", 1, "behind", tokens, states, pads, (0.0,) * 3)
    axis = state_through_pads(found, 0).layout.xaxis
    assert list(axis.tickvals[:3]) == [1, 5, 9] and len(axis.tickvals) <= 24
    assert axis.ticktext[:2] == ("children", "children") and set(axis.ticktext[4:]) == {"·"}


def test_seconds_are_drawn_for_one_sequence() -> None:
    line = Timing("LSTM", (64, 128), np.array([0.4, 0.8]), np.array([0.3, 0.7]), np.array([0.6, 1.2]), (64, 128), 9)
    plain = dataclasses.replace(line, label="attention", seconds=np.zeros(2))
    lines = (line, plain, line, line)
    figure = time_lines(Timings(lines, 4, True))
    assert list(figure.data[0].y) == [100, 200] and np.allclose(figure.data[0].error_y.array, [50, 100])
    assert np.allclose(figure.data[0].error_y.arrayminus, [25, 25]) and np.isnan(figure.data[1].y).all()


def test_the_worked_example_is_drawn_as_it_is_computed() -> None:
    found = worked("the small cat sees a big dog .", 0)
    figure = states(found, 3)
    assert np.array_equal(figure.data[0].z, found.h.T) and figure.layout.shapes[0].x0 == 2.5
    assert figure.data[1].text[0] == "0.00" and figure.layout.xaxis.ticktext[0] == "h₀"
    said = answers(found, WORDS, 1)
    assert np.array_equal(said.data[0].z, found.y.T) and said.layout.shapes[0].x0 == -0.5
    assert said.data[1].text == tuple(f"{value:.2f}" for value in found.y.T.ravel())
