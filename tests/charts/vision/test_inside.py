"""Pictures of what goes on inside: montages of maps, tables of mistakes, planes; each holds the numbers it was given."""

import numpy as np
import pytest

from charts.vision.costs import costs_figure
from charts.vision.features import block_figure, field_figure, kernels_figure, overview, picture_figure, row_at
from charts.vision.filmed import brief
from charts.vision.mistakes import (
    mixtures_figure,
    pictures_figure,
    pictures_height,
    plane_figure,
    table_figure,
    warped_figure,
)
from charts.vision.montage import GAP, TOP, beside, codes, enlarged, in_rows
from engine.labs.vision.results.features import Field, Given, Kernels, Passed
from engine.labs.vision.results.mistakes import Judged, Mistake, Plane, Warped
from engine.vision.blocks import Activate, Convolution, Dense
from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn

DRAWS = np.random.default_rng(0)
MAPS = DRAWS.normal(size=(5, 4, 4)).astype(np.float32)
UNITS = DRAWS.normal(size=(9, 1, 1)).astype(np.float32)
PICTURE = DRAWS.integers(0, 255, (1, 8, 8)).astype(np.uint8)
PASSED = Passed(
    PICTURE,
    "<b>cat</b>",
    10,
    (
        Given("1 convolution 3x3", (5, 4, 4), MAPS, MAPS.std((1, 2))),
        Given("2 dense 9", (9,), UNITS, np.full(9, np.nan)),
    ),
    np.array([0.25, 0.75], np.float32),
    ("<b>cat</b>", "dog"),
)
WRONG = tuple(Mistake(n + 1, PICTURE, n % 2, 1 - n % 2, 0.9, 0.1) for n in range(7))


def test_numbers_become_bytes_between_their_ends_and_back() -> None:
    low, high = float(MAPS.min()), float(MAPS.max())
    back = codes(MAPS, low, high) / TOP * (high - low) + low
    np.testing.assert_allclose(back, MAPS, atol=(high - low) / TOP)
    assert not codes(np.full((2, 2), 3.0), 3.0, 3.0).any()
    assert codes(np.array([[np.nan, 2.0]]), 0.0, 1.0).tolist() == [[0, TOP]]


def test_tiles_stand_in_rows_with_gaps_between() -> None:
    tiles = [np.full((2, 2), n, np.uint8) for n in range(3)]
    assert beside(tiles[:2]).tolist() == [[0, 0, GAP, 1, 1]] * 2
    whole = in_rows(tiles, 2)
    assert whole.shape == (5, 5) and (whole[2] == GAP).all() and (whole[3:, 3:] == GAP).all()
    assert enlarged(np.array([[1, 2]], np.uint8), 2, 4).tolist() == [[1, 1, 2, 2]] * 2


def test_the_overview_has_a_row_a_block_and_a_click_finds_it() -> None:
    figure = overview(PASSED, 2)
    assert [text for text in figure.layout.yaxis.ticktext] == ["1 convolution 3x3", "2 dense 9"]
    for number, at in enumerate(figure.layout.yaxis.tickvals, start=1):
        assert row_at(PASSED, at) == number
        assert (figure.layout.shapes[0].y0 < at < figure.layout.shapes[0].y1) == (number == 2)
    shown = np.asarray(figure.data[0].z)
    assert row_at(PASSED, -99) == 1 and row_at(PASSED, 1e6) == 2 and shown.dtype == np.uint8


@pytest.mark.parametrize("block", PASSED.blocks, ids=lambda block: block.named)
def test_a_block_in_full_says_what_its_colours_stand_for(block: Given) -> None:
    (trace,) = block_figure(block).data
    low, high = float(trace.colorbar.ticktext[0]), float(trace.colorbar.ticktext[-1])
    assert low == pytest.approx(block.maps.min(), rel=1e-2) and high == pytest.approx(block.maps.max(), rel=1e-2)


def test_kernels_of_several_channels_are_rows_and_0_is_the_middle() -> None:
    one = kernels_figure(Kernels("1 conv", np.zeros((3, 1, 3, 3), np.float32), (3, 1), 0))
    assert set(np.unique(one.data[0].z)) <= {0, TOP // 2, GAP}
    several = kernels_figure(Kernels("4 conv", DRAWS.normal(size=(4, 2, 3, 3)).astype(np.float32), (4, 2), 0))
    assert np.asarray(several.data[0].z).shape == (4 * 3 + 3, 2 * 3 + 1)


def test_a_field_is_framed_where_the_formula_says() -> None:
    found = Field("1 convolution 3x3", (0, 0), (1, 3, 2, 5), np.eye(8, dtype=np.float32))
    for figure in (field_figure(found), picture_figure(PICTURE, found.box)):
        (frame,) = figure.layout.shapes
        assert (frame.y0, frame.y1, frame.x0, frame.x1) == (0.5, 3.5, 1.5, 5.5)


def test_the_table_shows_counts_and_names_stand_as_they_are() -> None:
    table = np.array([[4.0, 1.0], [0.0, 5.0]])
    figure = table_figure(Judged("validation", 3, ("<b>cat</b>", "dog"), table, WRONG), (0, 1))
    assert figure.data[0].text[0][1] == "1" and figure.data[0].text[1][0] == ""
    np.testing.assert_allclose(figure.data[0].z[0], [0.8, 0.2])
    assert "&lt;b" in figure.layout.yaxis.ticktext[0]
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y0) == (0.5, -0.5)
    empty = table_figure(Judged("test", 0, ("a", "b"), np.zeros((2, 2)), ()))
    assert not np.asarray(empty.data[0].z).any()


def test_every_wrong_picture_stands_with_its_names_below() -> None:
    figure = pictures_figure(WRONG, ("cat", "dog"), 3)
    assert len(figure.data) == len(figure.layout.annotations) == 7
    assert "<b>cat</b> → dog" in figure.layout.annotations[0].text
    assert pictures_height(7, 3) > pictures_height(3, 3) == pictures_height(0, 3)


def test_the_plane_marks_wrong_answers_and_says_its_variance() -> None:
    truth, said = np.array([0, 1, 1, 0]), np.array([0, 1, 0, 1])
    points = DRAWS.normal(size=(4, 2)).astype(np.float32)
    figure = plane_figure(Plane("2 dense", points, truth, said, ("cat", "dog"), "pca", (0.5, 0.25), 9))
    assert [len(trace.x) for trace in figure.data] == [2, 2]
    assert "50.0 % of the variance" in figure.layout.xaxis.title.text
    assert [ring != "rgba(0,0,0,0)" for ring in figure.data[0].marker.line.color] == [False, True]
    assert "t-SNE" in plane_figure(Plane("2", points, truth, said, ("a", "b"), "tsne", None, 9)).layout.xaxis.title.text


def test_a_sheet_is_drawn_flat_and_bent_with_its_corners_numbered() -> None:
    along = np.linspace(-0.5, 1.5, 5)
    v, u = np.meshgrid(along, along, indexing="ij")
    weights = np.stack([u, v], -1)
    said = (u > 0.5).astype(int)
    found = Warped(
        "3 ReLU", WRONG[:3], weights, weights.astype(np.float32) ** 2, (0.7, 0.2), said, 0.5 + 0 * u, ("a", "b"), 0.1
    )
    for figure in (mixtures_figure(found), warped_figure(found)):
        assert [note.text for note in figure.layout.annotations] == ["<b>1</b>", "<b>2</b>", "<b>3</b>"]
        assert sum(len(trace.x) for trace in figure.data if trace.mode == "markers") == 25


def test_costs_are_those_of_the_plan() -> None:
    stages = VisionExperiment(model=Cnn(blocks=(Convolution(channels=2), Activate(), Dense(units=3)))).plan()
    learns, works = costs_figure(stages).data
    assert list(learns.y) == [stage.parameters or None for stage in stages] and learns.y[1] is None
    assert list(works.y) == [stage.multiply_adds or None for stage in stages]


def test_blocks_have_short_names_above_their_maps() -> None:
    names = ("4 convolution 3x3", "2 batch norm", "3 ReLU", "7 max pool 2x2", "8 dropout 0.25", "5 residual block 3x3")
    assert [brief(name) for name in names] == ["4 conv", "2 norm", "3 ReLU", "7 pool", "8 drop", "5 res"]
