"""Pictures of augmentation and transfer: the numbers they are given, text as text, nothing where nothing is."""

import base64
import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from PIL import Image

from charts.vision import augment, transfer
from charts.vision.sheet import gap_of, sheet_of, sheet_trace
from engine.labs.vision.results.augmentation import Compared, Drawn
from engine.labs.vision.results.transfer import FIRST, WAYS, Transferred

BAD = "<img src=x onerror=alert(1)> %{x}"


def drawn(figure: go.Figure) -> dict:
    """The figure as the browser gets it."""
    return json.loads(pio.to_json(figure, validate=False))


def pictures(lines: int = 2, draws: int = 3, channels: int = 1, label: str = "3") -> Drawn:
    random = np.random.default_rng(0)
    made = random.integers(0, 256, (lines, draws, 6, 5, channels), np.uint8)
    said = tuple((label,) * draws for _ in range(lines))
    first = random.integers(0, 256, (6, 5, channels), np.uint8)
    return Drawn(1, first, label, tuple(f"row {line}" for line in range(lines)), made, said)


def compared(seeds: int = 3, classes: tuple[str, ...] = ("a", "b", "c")) -> Compared:
    """Every number another one."""
    count = len(classes)

    def numbers(*shape: int) -> np.ndarray:
        return np.linspace(0, 1, int(np.prod(shape))).reshape(shape)

    return Compared(
        classes=classes,
        shifts=(0, 1, 2),
        turns=(0.0, 30.0),
        learned=numbers(2, seeds),
        shifted=numbers(2, seeds, 3),
        turned=numbers(2, seeds, 2),
        confusion=numbers(2, seeds, count, count),
        pictures=30,
        held=100,
    )


def transferred(channels: int = 1) -> Transferred:
    kernels = np.linspace(-1, 2, 4 * channels * 9, dtype=np.float32).reshape(4, channels, 3, 3)
    return Transferred(
        first=("a", "b"),
        second=("c", "d"),
        counts=(5, 20),
        before=np.array([0.9, 0.8, 0.7]),
        accuracy=np.linspace(0.5, 1, 4 * 2 * 3).reshape(4, 2, 3),
        groups=("1 conv", "output"),
        rates=np.array([[0.01, 0.01], [0.0, 0.01], [0.01, 0.01], [0.001, 0.01]]),
        moved=np.linspace(0, 1, 4 * 2 * 3).reshape(4, 2, 3),
        filters=((FIRST, kernels), *((way, kernels * 0.5) for way in WAYS)),
        held=50,
    )


# --- sheets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_has_every_picture_at_its_place_and_is_seen_through_between(channels: int) -> None:
    made = np.random.default_rng(1).integers(0, 256, (2, 3, 6, 5, channels), np.uint8)
    raw = base64.b64decode(sheet_trace(made, "x").source.partition(",")[2])
    sheet, gap = np.asarray(Image.open(BytesIO(raw)).convert("RGBA")), gap_of(6)
    assert sheet.shape == (2 * 6 + gap, 3 * 5 + 2 * gap, 4)
    assert np.array_equal(sheet_of(made).transpose(1, 2, 0), sheet)
    for row in range(2):
        for column in range(3):
            top, left = row * (6 + gap), column * (5 + gap)
            tile = sheet[top : top + 6, left : left + 5]
            assert (
                np.array_equal(tile[..., :3], np.broadcast_to(made[row, column], (6, 5, 3)))
                and (tile[..., 3] == 255).all()
            )
    assert (sheet[6 : 6 + gap, :, 3] == 0).all() and (sheet[:, 5 : 5 + gap, 3] == 0).all()


def test_the_middle_of_each_picture_is_at_its_column_and_row() -> None:
    trace = sheet_trace(np.zeros((2, 3, 6, 4, 1), np.uint8), "x")
    gap = gap_of(6)
    for column in range(3):
        pixels = column * (4 + gap) + np.arange(4)
        assert np.mean(trace.x0 + pixels * trace.dx) == pytest.approx(column)
    for row in range(2):
        pixels = row * (6 + gap) + np.arange(6)
        assert np.mean(trace.y0 + pixels * trace.dy) == pytest.approx(row)


# --- augmentation -----------------------------------------------------------------------------------------------------


def test_every_line_begins_with_the_picture_as_it_is() -> None:
    found = pictures()
    raw = base64.b64decode(augment.changed_figure(found).data[0].source.partition(",")[2])
    sheet, gap = np.asarray(Image.open(BytesIO(raw)).convert("RGBA")), gap_of(6)
    for row in range(2):
        top = row * (6 + gap)
        assert np.array_equal(sheet[top : top + 6, :5, 0], found.original[..., 0])
        assert np.array_equal(sheet[top : top + 6, 5 + gap : 10 + gap, 0], found.draws[row, 0, ..., 0])
    axes = drawn(augment.changed_figure(found))["layout"]
    assert axes["yaxis"]["ticktext"] == ["row 0", "row 1"]
    assert axes["xaxis"]["ticktext"] == ["as it is", "draw 1", "draw 2", "draw 3"]
    assert augment.changed_height(found) > augment.changed_height(pictures(lines=1))
    assert augment.changed_width(found) < augment.changed_width(pictures(draws=8))


def test_only_mixed_pictures_have_words_below_and_these_are_plain_text() -> None:
    assert "annotations" not in drawn(augment.changed_figure(pictures()))["layout"]
    mixed = replace(pictures(label=BAD), said=((BAD, f"70.0 % {BAD}, 30.0 % b", BAD), (BAD,) * 3))
    notes = drawn(augment.changed_figure(mixed))["layout"]["annotations"]
    assert len(notes) == 1 and (notes[0]["x"], round(notes[0]["y"])) == (2, 0)
    assert "<img" not in notes[0]["text"] and notes[0]["text"].count("<br>") == 1


def test_without_rows_the_picture_stands_alone() -> None:
    empty = replace(pictures(), names=(), draws=np.zeros((0, 8, 6, 5, 1), np.uint8), said=())
    assert drawn(augment.changed_figure(empty))["layout"]["xaxis"]["ticktext"] == ["as it is"]


def test_lines_are_medians_of_the_seeds_within_their_extremes() -> None:
    found = compared()
    for figure, table in ((augment.shift_lines(found), found.shifted), (augment.turn_lines(found), found.turned)):
        lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
        assert [line.name for line in lines] == list(augment.NAMES)
        for line, rows in zip(lines, table, strict=True):
            np.testing.assert_allclose(line.y, np.median(rows, axis=0))


def test_bars_of_classes_are_medians_with_their_extremes_and_names_are_plain_text() -> None:
    found = compared(classes=("a", BAD, "c"))
    figure = augment.class_bars(found)
    for bar, rows in zip(figure.data, found.recall, strict=True):
        np.testing.assert_allclose(bar.y, np.median(rows, axis=0))
        np.testing.assert_allclose(np.array(bar.y) + bar.error_y.array, rows.max(axis=0))
        np.testing.assert_allclose(np.array(bar.y) - bar.error_y.arrayminus, rows.min(axis=0))
    assert "<img" not in json.dumps(drawn(figure)) and "<img" not in json.dumps(drawn(augment.taken_map(found)))


def test_the_map_of_what_is_taken_for_what_is_the_median_change_in_points() -> None:
    found = compared()
    change = 100 * np.median(found.confusion[1] - found.confusion[0], axis=0)
    figure = augment.taken_map(found)
    assert figure.layout.yaxis.range == (2.5, -0.5), "the first class is on top"
    heat = figure.data[0]
    np.testing.assert_allclose(np.array(heat.z, float), change, atol=0.01)
    assert heat.zmax == -heat.zmin == pytest.approx(np.abs(change).max())


def test_of_many_classes_not_every_one_is_named() -> None:
    many = tuple(f"class {place}" for place in range(100))
    figure = augment.class_bars(compared(classes=many))
    assert len(figure.layout.xaxis.tickvals) <= augment.MOST_CLASSES


def test_before_anything_is_known_every_picture_is_empty() -> None:
    found = compared()
    unknown = {name: np.full_like(getattr(found, name), np.nan) for name in ("shifted", "turned", "confusion")}
    empty = replace(found, **unknown)
    for figure in (
        augment.shift_lines(empty),
        augment.turn_lines(empty),
        augment.class_bars(empty),
        augment.taken_map(empty),
    ):
        assert drawn(figure)["data"]


# --- transfer ---------------------------------------------------------------------------------------------------------


def test_each_way_has_its_median_over_the_pictures_and_guessing_is_dotted() -> None:
    found = transferred()
    figure = transfer.accuracy_lines(found)
    lines = {trace.name: trace for trace in figure.data if trace.mode == "lines+markers"}
    assert tuple(lines) == WAYS
    for way, table in zip(WAYS, found.accuracy, strict=True):
        np.testing.assert_allclose(lines[way].y, np.median(table, axis=1))
        assert list(lines[way].x) == [5, 20]
    assert figure.layout.shapes[0].y0 == 0.5


def test_a_group_that_stands_still_has_no_rate() -> None:
    lines = {trace.name: trace for trace in transfer.rate_lines(transferred()).data}
    assert np.isnan(lines["frozen"].y[0]) and lines["frozen"].y[1] == 0.01
    assert list(lines["discriminative rates"].y) == [0.001, 0.01]
    moved = [trace for trace in transfer.moved_lines(transferred()).data if trace.mode == "lines+markers"]
    np.testing.assert_allclose(moved[0].y, np.median(transferred().moved[0], axis=1))


@pytest.mark.parametrize("channels", [1, 3])
def test_filters_are_on_one_scale_with_0_in_the_middle(channels: int) -> None:
    found = transferred(channels)
    figure = transfer.filters_figure(found)
    raw = base64.b64decode(figure.data[0].source.partition(",")[2])
    sheet, gap = np.asarray(Image.open(BytesIO(raw)).convert("RGBA")).astype(float), gap_of(3)
    assert sheet.shape[:2] == (5 * 3 + 4 * gap, 4 * 3 + 3 * gap)
    assert figure.layout.yaxis.ticktext == (FIRST, *WAYS)
    if channels == 3:
        wanted = 127.5 + 127.5 * found.filters[1][1][2, :, 1, 2] / 2
        np.testing.assert_allclose(sheet[3 + gap + 1, 2 * (3 + gap) + 2, :3], wanted, atol=1)
    assert transfer.filters_shown(found) == 4 and transfer.filters_width(found) > transfer.filters_width(
        replace(found, filters=())
    )


def test_before_anything_is_known_the_pictures_of_transfer_are_empty_too() -> None:
    found = transferred()
    none = {name: np.full_like(getattr(found, name), np.nan) for name in ("accuracy", "moved")}
    empty = replace(found, filters=(), **none)
    for figure in (transfer.accuracy_lines(empty), transfer.moved_lines(empty), transfer.filters_figure(empty)):
        assert "layout" in drawn(figure)
    assert transfer.filters_height(empty) > 0
