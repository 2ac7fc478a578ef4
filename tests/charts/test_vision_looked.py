"""Pictures of what a network looked at, and of MLP against CNN: right numbers in the right place, also of nothing."""

import json

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from charts.vision.against import grown_lines, layer_bars, shift_lines, shuffle_dots
from charts.vision.looked import (
    cascade_figure,
    integral_figure,
    pair_figure,
    row_at,
    stages_figure,
    wall_figure,
    wall_height,
    wall_width,
    weighed_figure,
)
from charts.vision.tiles import CODES, GAP, edge, inside, map_tile, picture_tile
from engine.labs.vision.against_mlp_settings import Against, Counting
from engine.labs.vision.contest import blank as nothing_trained
from engine.labs.vision.counting import all_three, grown
from engine.labs.vision.results.against import KINDS
from engine.labs.vision.results.looked import Cascade, Integral, One, Seen, Wall, Weighed

DRAWS = np.random.default_rng(0)
METHODS, SIGNED = ("Saliency", "Input × gradient"), (False, True)
BAD = "<b>%{x}</b>"
NAN = float("nan")


def drawn(figure: go.Figure) -> dict:
    """The figure as the browser gets it."""
    return json.loads(pio.to_json(figure, validate=False))


def seen(truth: str = "3", answer: str = "3", channels: int = 1) -> Seen:
    maps = DRAWS.normal(size=(2, 4, 5)).astype(np.float32)
    return Seen(7, DRAWS.integers(0, 256, (channels, 4, 5)).astype(np.uint8), truth, answer, 0.93, answer, maps)


def one(weighed: Weighed | None = None) -> One:
    maps = np.stack([np.full((2, 4, 5), 2.0), np.full((2, 4, 5), -1.0)]).astype(np.float32)
    integral = Integral((2, 4, 8), np.array([3.0, 3.9, 4.0]), 5.0, 1.0, np.zeros((1, 4, 5), np.uint8))
    return One(seen(), BAD, (5.0, 1.0), maps, METHODS, SIGNED, integral, weighed)


def cascade(known: int = 2) -> Cascade:
    table = np.full((2, 3, 4), NAN)
    table[:, :known] = DRAWS.uniform(-1, 1, (2, known, 4))
    table[0, 0] = NAN
    maps = np.full((2, 3, 4, 5), NAN, np.float32)
    maps[:, :known] = DRAWS.normal(size=(2, known, 4, 5))
    picture = np.zeros((1, 4, 5), np.uint8)
    return Cascade(("as trained", "output", BAD), METHODS, SIGNED, table, table, table, table, (0.9,), maps, picture)


def test_a_map_is_coloured_up_to_its_own_largest_size_and_0_is_seen_through() -> None:
    values = np.array([[0.0, -2.0], [1.0, np.nan]])
    assert np.asarray(map_tile(values, 0, 0, "m").z).tolist() == [[0, -CODES], [64, 0]]
    assert np.asarray(map_tile(values, 0, 0, "m", most=4.0).z).tolist() == [[0, -64], [32, 0]]
    assert not np.asarray(map_tile(np.zeros((2, 2)), 0, 0, "m").z).any()


def test_pictures_lie_upright_in_grey_and_in_colour() -> None:
    grey = picture_tile(seen().pixels, 1.0, 2.0)
    assert np.asarray(grey.x)[[0, -1]] == pytest.approx([1.1, 1.9]) and np.asarray(grey.y)[0] == pytest.approx(2.125)
    coloured = picture_tile(seen(channels=3).pixels, 1.0, 2.0)
    assert coloured.source.startswith("data:image/png;base64,") and coloured.dx == pytest.approx(0.2)


def test_every_picture_has_its_row_and_every_method_its_column() -> None:
    found = Wall(METHODS, SIGNED, (seen(), seen("8", BAD)), 100, 3)
    figure = drawn(wall_figure(found, 3))
    assert figure["layout"]["xaxis"]["ticktext"] == ["picture", "saliency", "input ×<br>gradient"]
    labels = figure["layout"]["yaxis"]["ticktext"]
    assert labels[0] == "✓ 3, 93 %" and labels[1].endswith("<br>is 8") and labels[2] == ""
    assert "<b>" not in labels[1] and "%{" not in labels[1]
    assert sum(trace["name"] == "Saliency, picture 7" for trace in figure["data"]) == 2
    assert row_at(found, edge(1) + 0.5) == 1 and row_at(found, 1 + GAP / 2) is None
    assert row_at(found, edge(2) + 0.5) is None and row_at(found, -0.01) is None
    assert inside(edge(5) + 0.99) == 5


def test_both_answers_of_a_picture_have_one_scale() -> None:
    figure = pair_figure(one(), 1)
    maps = [np.asarray(trace.z) for trace in figure.data if trace.zmin == -CODES]
    assert maps[0].max() == CODES and maps[1].min() == -64
    assert "row 4, column 5: 2" in str(figure.data[2].customdata)
    assert drawn(figure)["layout"]["xaxis"]["ticktext"][2] == "&lt;b>% {x}&lt;/b>"


def test_a_layer_s_maps_have_their_weights_above_them() -> None:
    found = Weighed(
        "5 ReLU", (4, 1), DRAWS.normal(size=(2, 3, 3)).astype(np.float32), np.array([-0.5, 0.25], np.float32)
    )
    assert drawn(weighed_figure(found))["layout"]["xaxis"]["ticktext"] == ["map 4<br>α = -0.5", "map 1<br>α = 0.25"]


def test_the_sum_of_the_map_stands_over_its_steps_and_the_due_one_is_a_line() -> None:
    figure = integral_figure(one().integral)
    assert list(figure.data[0].y) == [3.0, 3.9, 4.0] and figure.layout.shapes[0].y0 == 4.0


@pytest.mark.parametrize("measure", ["rank", "signed", "ssim"])
def test_likeness_is_the_median_of_what_is_known(measure: str) -> None:
    found = cascade()
    figure = cascade_figure(found, measure)
    saliency, product = figure.data[:2]
    assert list(saliency.customdata) == ["output"], "a stage of which nothing is known is left out"
    assert list(product.y) == pytest.approx(np.median(found.rank[1, :2], axis=1))
    low = np.asarray(product.y) - np.asarray(product.error_y.arrayminus)
    assert low == pytest.approx(found.rank[1, :2].min(axis=1))
    assert "&lt;b>" in drawn(figure)["layout"]["xaxis"]["ticktext"][2]


def test_only_what_is_known_has_a_map_in_the_cascade() -> None:
    names = [trace.name for trace in stages_figure(cascade()).data if trace.name != "below"]
    assert names == [
        "Saliency, as trained",
        "Saliency, output",
        "Input × gradient, as trained",
        "Input × gradient, output",
    ]


def test_pictures_of_nothing_are_drawn() -> None:
    assert not wall_figure(Wall(METHODS, SIGNED, (), 0, 0), 4).data
    drawn(cascade_figure(cascade(0), "rank"))
    assert not stages_figure(cascade(0)).data
    first = nothing_trained(Against())
    drawn(shift_lines(first))
    assert not [trace for trace in shuffle_dots(first).data if len(trace.x)]
    assert wall_height(0) == wall_height(1) < wall_height(2) and wall_width(2) < wall_width(3)


def test_bars_and_lines_show_every_count() -> None:
    found = all_three(Counting())
    bars = layer_bars(found)
    for counted in found:
        assert sum(trace.x[0] for trace in bars.data if trace.y[0] == counted.label) == counted.total
    lines = grown_lines(grown(Counting()), 32)
    assert list(lines.data[0].y)[3] == found[0].total and lines.layout.shapes[0].x0 == 32
    assert not grown_lines(grown(Counting()), None).layout.shapes


def test_accuracy_over_moves_is_the_median_of_the_seeds_that_are_done() -> None:
    first = nothing_trained(Against(seeds=3, shift=2))
    first.accuracy[0, 0] = [[0.9, 0.8, NAN], [0.5, 0.4, NAN], [0.2, 0.1, NAN]]
    lines = {trace.name: trace for trace in shift_lines(first).data}
    assert list(lines["MLP, pixels in place"].y) == pytest.approx([0.85, 0.45, 0.15])
    assert list(lines["MLP, pixels in place: from lowest to highest"].y) == pytest.approx(
        [0.9, 0.5, 0.2, 0.1, 0.4, 0.8]
    )
    assert list(lines[f"{KINDS[1]}, pixels in place"].y) == [None]
    dots = {trace.name: trace for trace in shuffle_dots(first).data}
    assert list(dots["MLP, pixels in place"].y) == [0.9, 0.8]
    assert list(dots["MLP, pixels in place, median"].y) == pytest.approx([0.85])
    assert "MLP, seed 1, joined" not in dots
