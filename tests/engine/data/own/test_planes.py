"""Where own data is drawn: numbers along axes, categories in bands, gaps at the median."""

import numpy as np
import pytest

from engine.data.own.proposal import Proposal
from engine.data.plane import BAND_SPREAD, ColumnsPlane, PrincipalPlane, default_view, plane_of
from engine.data.prepare import Dataset, prepare
from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from tests.engine.data.own.files import csv, flowers, used

ROWS = [
    f"{i * 0.5},{i % 13},{(i * 7) % 11},{['p', 'q', 'q'][i % 3]},{'rst'[i % 3 - 1]},{i * 0.25},{'uv'[i % 2]}"
    for i in range(60)
]
FILE = csv("a,b,c,k,m,number,y", *ROWS)


def data(*inputs: int, target: int = 6) -> Dataset:
    task = "classification" if target == 6 else "regression"
    return prepare(used(FILE, Proposal(target, task, inputs)), 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("inputs", "view"),
    [
        ((0, 1, 2), PrincipalPlane()),
        ((0, 1, 2, 3), PrincipalPlane()),
        ((0, 3), ColumnsPlane()),
        ((3, 4), ColumnsPlane()),
        ((3, 0, 4, 1), ColumnsPlane(x=1, y=3)),
        ((3, 4, 0), ColumnsPlane(x=2, y=0)),
    ],
)
def test_numbers_are_the_axes_and_categories_stand_in_where_there_are_none(
    inputs: tuple[int, ...], view: object
) -> None:
    assert default_view(data(*inputs)) == view


@pytest.mark.parametrize("inputs", [(0,), (3,), (0, 3), (3, 4), (0, 1, 3), (0, 1, 2), (0, 1, 2, 3, 4)])
@pytest.mark.parametrize("target", [6, 5])
def test_every_mix_of_columns_can_be_drawn_and_trained(inputs: tuple[int, ...], target: int) -> None:
    task = "classification" if target == 6 else "regression"
    run = SupervisedRun(Experiment(data=used(FILE, Proposal(target, task, inputs))))  # type: ignore[arg-type]
    run.advance(3)
    frame = run.snapshot()
    assert np.isfinite(frame.scores).all()
    assert run.scene.dimensions == (1 if len(inputs) == 1 and target == 5 else 2)
    for points in (run.scene.train, run.scene.test):
        assert (points.x >= run.scene.extent[0]).all() and (points.x <= run.scene.extent[1]).all()
        assert (points.y >= run.scene.extent[2]).all() and (points.y <= run.scene.extent[3]).all()


def test_a_category_is_a_band_in_which_the_answer_is_the_same() -> None:
    prepared = data(0, 3)
    plane = plane_of(prepared, ColumnsPlane(x=0, y=1))
    assert plane.ticks == ((), ("p", "q"))
    assert plane.extent[2:] == (-0.5, 1.5)
    cells = plane.grid(20).numpy().reshape(20, 20, 3)
    assert (cells[:10, :, 1] == 1).all() and (cells[10:, :, 1] == 0).all()
    assert (cells[:10, :, 2] == 0).all() and (cells[10:, :, 2] == 1).all()
    assert "Each category is a band" in plane.note


def test_examples_lie_in_the_band_of_their_category_and_apart_from_each_other() -> None:
    prepared = data(3, 4)
    drawn = plane_of(prepared, ColumnsPlane()).project(prepared.train.raw_x)
    assert (np.abs(drawn - prepared.train.raw_x) <= BAND_SPREAD).all()
    assert len(np.unique(drawn.round(6), axis=0)) == len(drawn)


def test_classes_along_a_single_column_have_a_height_that_means_nothing() -> None:
    prepared = data(0)
    plane = plane_of(prepared, default_view(prepared))
    assert plane.dimensions == 2
    assert "the height means nothing" in plane.note
    assert plane.axis_titles == ("a", "(no meaning)")
    np.testing.assert_array_equal(plane.project(prepared.test.raw_x)[:, 0], prepared.test.raw_x[:, 0])
    rows = plane.grid(10).numpy().reshape(10, 10)
    assert (rows == rows[0]).all()


def test_gaps_are_drawn_at_the_median_of_the_training_part_and_counted() -> None:
    prepared = prepare(used(flowers(gaps=True), Proposal(4, "classification", (0, 1))), 0)
    plane = plane_of(prepared, ColumnsPlane())
    gaps = np.isnan(prepared.test.raw_x[:, 0])
    assert gaps.any()
    assert (plane.project(prepared.test.raw_x)[gaps, 0] == np.nanmedian(prepared.train.raw_x[:, 0])).all()
    parts = (prepared.train, prepared.validation, prepared.test)
    count = sum(int(np.isnan(part.raw_x).any(axis=1).sum()) for part in parts)
    assert plane.note.startswith(f"{count} examples with a missing number are drawn at its training median")


def test_columns_off_the_plane_are_held_at_their_mean_and_their_commonest_category() -> None:
    prepared = data(0, 1, 2, 3)
    plane = plane_of(prepared, ColumnsPlane(x=0, y=1))
    assert plane.origin[2] == prepared.train.raw_x[:, 2].mean()
    assert prepared.kinds[3].categories[int(plane.origin[3])] == "q"
    assert "categories at the commonest" in plane.held


def test_principal_components_are_those_of_the_numbers_alone() -> None:
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    prepared = data(0, 3, 1, 2)
    plane = plane_of(prepared, PrincipalPlane())
    numbers = prepared.train.raw_x[:, [0, 2, 3]]
    expected = PCA(2).fit_transform(StandardScaler().fit_transform(numbers))
    np.testing.assert_allclose(np.abs(plane.project(prepared.train.raw_x)), np.abs(expected), atol=1e-9)
    assert "Categories are held at the commonest" in plane.held
    assert (plane.axes[:, 1] == 0).all()


def test_asking_for_components_where_there_are_too_few_numbers_gives_columns() -> None:
    prepared = data(0, 3, 4)
    assert plane_of(prepared, PrincipalPlane()).axis_titles == ("a", "k")
