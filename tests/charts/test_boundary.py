"""The points on the plane are the data's own: place, class and part; the fitted curve is what the network answers."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from charts.boundary import boundary
from engine.experiment import Experiment
from engine.scene import Points
from engine.supervised import SupervisedRun
from tests.charts.films import drawn, filmed, hand_frame, hand_scene


def points(id: str, part: str) -> dict[str, np.ndarray]:
    """What is drawn of a part, by name: (n, 2)."""
    _, scene, film = filmed(id)
    traces = [t for t in drawn(scene, "boundary", film.last).data if t.meta == part]
    return {t.name: np.stack([t.x, t.y], axis=1) for t in traces}


@pytest.mark.parametrize("id", ["spiral", "five_arms"])
@pytest.mark.parametrize("part", ["train", "test"])
def test_the_points_of_a_class_are_its_rows_of_the_data_in_order(id: str, part: str) -> None:
    run, scene, _ = filmed(id)
    own = getattr(run.data, part)
    found = points(id, part)
    assert tuple(found) == run.data.classes == scene.classes
    for label, name in enumerate(run.data.classes):
        np.testing.assert_array_equal(found[name], own.raw_x[own.raw_y == label].astype(np.float32))
    assert sum(map(len, found.values())) == len(own.raw_y) <= 1000


def test_parts_look_as_the_help_says_filled_for_training_and_ringed_for_test() -> None:
    for id in ("spiral", "houses", "sine"):
        _, scene, film = filmed(id)
        traces = [t for t in drawn(scene, "boundary", film.last).data if t.meta]
        symbols = {part: {t.marker.symbol for t in traces if t.meta == part} for part in ("train", "test")}
        assert symbols == {"train": {None}, "test": {"circle-open"}}
        assert all(t.hovertemplate.startswith(f"{t.meta}: ") for t in traces)


def test_points_by_hand_stand_where_they_should() -> None:
    train = Points(np.array([1.0, 2, 3]), np.array([-10.0, -20, -30]), np.array([1, 0, 1]), 3, np.arange(3))
    test = Points(np.array([4.0, 5]), np.array([-40.0, -50]), np.array([0, 1]), 2, np.arange(2))
    scene = hand_scene(classes=("ant", "bee"), train=train, test=test, extent=(0.0, 6.0, -60.0, 1.0))
    figure = drawn(scene, "boundary", hand_frame())
    found = {(t.meta, t.name): [*zip(t.x, t.y, strict=True)] for t in figure.data}
    assert found == {
        ("train", "ant"): [(2, -20)],
        ("train", "bee"): [(1, -10), (3, -30)],
        ("test", "ant"): [(4, -40)],
        ("test", "bee"): [(5, -50)],
    }
    assert tuple(figure.layout.xaxis.range) == (0, 6)
    assert tuple(figure.layout.yaxis.range) == (-60, 1)
    hovers = {t.name: t.hovertemplate for t in figure.data if t.meta == "test"}
    assert all(name in hover for name, hover in hovers.items())
    keys = {t.name: t.legendgroup for t in figure.data}
    assert all(t.legendgroup == keys[t.name] and t.showlegend == (t.meta == "train") for t in figure.data)
    assert len(set(keys.values())) == 2


@pytest.mark.parametrize("part", ["train", "test"])
def test_points_of_many_columns_stand_where_scikit_learns_components_put_them(part: str) -> None:
    run, scene, _ = filmed("houses")
    raw = run.data.train.raw_x
    scaled = [(x - raw.mean(axis=0)) / raw.std(axis=0) for x in (raw, getattr(run.data, part).raw_x)]
    components = PCA(2).fit(scaled[0]).transform(scaled[1])
    ((name, found),) = points("houses", part).items()
    assert name == {"train": "Training", "test": "Test"}[part]
    signs = np.sign((components * found).sum(axis=0))
    np.testing.assert_allclose(found, components * signs, atol=1e-4)
    (trace,) = (t for t in drawn(scene, "boundary").data if t.meta == part)
    values = getattr(run.data, part).raw_y
    np.testing.assert_allclose(trace.marker.color, values, rtol=1e-6)
    np.testing.assert_allclose(trace.customdata[:, 0], values, rtol=1e-6)
    np.testing.assert_array_equal(trace.customdata[:, 1], getattr(run.data, part).rows)


@pytest.mark.parametrize("part", ["train", "test"])
def test_points_of_one_column_are_the_column_and_the_target(part: str) -> None:
    run, _, _ = filmed("sine")
    own = getattr(run.data, part)
    (found,) = points("sine", part).values()
    np.testing.assert_allclose(found, np.stack([own.raw_x[:, 0], own.raw_y], axis=1), rtol=1e-6)


@pytest.mark.parametrize("id", ["spiral", "houses", "sine"])
def test_every_point_lies_inside_the_axes_and_they_are_named(id: str) -> None:
    _, scene, film = filmed(id)
    layout = drawn(scene, "boundary", film.last).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == scene.axis_titles
    for part in ("train", "test"):
        for place in points(id, part).values():
            assert layout.xaxis.range[0] < place[:, 0].min() <= place[:, 0].max() < layout.xaxis.range[1]
            assert layout.yaxis.range[0] < place[:, 1].min() <= place[:, 1].max() < layout.yaxis.range[1]


def test_the_fitted_curve_is_the_networks_answer_in_the_targets_unit() -> None:
    run, scene, film = filmed("sine")
    (curve,) = (t for t in drawn(scene, "boundary", film.last).data if t.mode == "lines")
    low, high = scene.extent[:2]
    np.testing.assert_allclose(curve.x, np.linspace(low, high, len(curve.x)), rtol=1e-5, atol=1e-5)
    train = run.data.train
    scaled = (np.asarray(curve.x, float) - train.raw_x.mean()) / train.raw_x.std()
    answer = run.model(torch.tensor(scaled[:, None], dtype=torch.float32))[:, 0].detach().numpy()
    expected = answer * train.raw_y.std() + train.raw_y.mean()
    np.testing.assert_allclose(curve.y, expected, atol=1e-3)
    assert np.ptp(curve.y) > 0.1


@pytest.mark.parametrize(
    ("kind", "hand"),
    [("circle", ("1.5_-2_0", "7~1", "9~", "0.5_0.25_1")), ("plane", ("1_2_0.5",)), ("sine", ("0.5_2", "3~1"))],
)
def test_every_point_carries_the_row_that_a_hand_moves_it_by(kind: str, hand: tuple[str, ...]) -> None:
    run = SupervisedRun(Experiment.model_validate({"data": {"kind": kind, "samples": 40, "hand": hand}}))
    placed = [[float(part) for part in text.split("_")] for text in hand if "~" not in text]
    drawn_rows = {row: columns for row, columns in enumerate(run.experiment.data.draw(run.experiment.seed).x)}
    seen = set()
    for trace in boundary(run.scene).figure.data:
        if trace.meta not in ("train", "test"):
            continue
        rows = np.asarray(trace.customdata).reshape(len(trace.x), -1)[:, -1].astype(int)
        for row, x, y in zip(rows.tolist(), trace.x, trace.y, strict=True):
            columns = drawn_rows[row] if row >= 0 else placed[-1 - row]
            assert x == pytest.approx(columns[0], rel=1e-5)
            assert kind == "sine" or y == pytest.approx(columns[1], rel=1e-5)
            seen.add(row)
    assert {-1 - n for n in range(len(placed))} <= seen
    assert (9 in seen) == (kind != "circle"), "row 9 was taken away"
