"""Where the boundary is drawn: columns or principal components, against scikit-learn's PCA."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from engine.data.bundled import BreastCancer, Diabetes, Digits, Iris, Wine
from engine.data.plane import ColumnsPlane, PrincipalPlane, View, default_view, plane_of, resting_values
from engine.data.prepare import Dataset, prepare
from engine.data.regression import Sine, Step
from engine.data.source import DataSource
from engine.data.tables import HousePrices
from engine.data.toy import Circle
from tests.rows import defaults_of

WIDE = [Iris(), Wine(), BreastCancer(), Digits(), Diabetes(), HousePrices()]


def everything(data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    parts = (data.train, data.validation, data.test)
    return np.concatenate([part.raw_x for part in parts]), np.concatenate([part.raw_y for part in parts])


def test_the_default_view_follows_the_number_of_columns(row: DataSource) -> None:
    view = default_view(prepare(row, 0))
    assert isinstance(view, ColumnsPlane if row.columns_count <= 2 else PrincipalPlane)


def test_the_views_are_rows_of_a_catalog() -> None:
    assert list(defaults_of(View)) == ["columns", "principal"]


def test_the_extent_is_the_range_of_all_parts_and_a_tenth_more(row: DataSource) -> None:
    data = prepare(row, 0)
    plane = plane_of(data, default_view(data))
    x, y = everything(data)
    drawn = plane.project(x)
    assert drawn.shape == (len(x), plane.dimensions)
    if plane.dimensions == 1:
        drawn = np.column_stack([drawn, y])
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    margin = 0.1 * (high - low)
    expected = np.column_stack([low - margin, high + margin]).reshape(-1)
    np.testing.assert_allclose(plane.extent, expected, rtol=1e-9, atol=1e-9)


def test_the_grid_is_finite_input_for_every_cell(row: DataSource) -> None:
    data = prepare(row, 0)
    plane = plane_of(data, default_view(data))
    grid = plane.grid(7)
    assert grid.shape == (7 if plane.dimensions == 1 else 49, data.input_size)
    assert np.isfinite(grid.numpy()).all()


@pytest.mark.parametrize("view", [ColumnsPlane(), ColumnsPlane(x=2, y=1), PrincipalPlane()])
@pytest.mark.parametrize("row", WIDE, ids=lambda row: row.kind)
def test_a_cell_of_the_grid_projects_back_to_its_own_place_rows_from_the_lowest_y(row: DataSource, view: View) -> None:
    data = prepare(row.model_copy(update={"scaling": "none"}), 0)
    plane = plane_of(data, view)
    x_low, x_high, y_low, y_high = plane.extent
    drawn = plane.project(plane.grid(5).numpy().astype(float)).reshape(5, 5, 2)
    size = 1e-4 * max(x_high - x_low, y_high - y_low)
    np.testing.assert_allclose(drawn[0, :, 0], np.linspace(x_low, x_high, 5), atol=size)
    np.testing.assert_allclose(drawn[:, 0, 1], np.linspace(y_low, y_high, 5), atol=size)
    np.testing.assert_allclose(drawn[3, 4], (x_high, y_low + 0.75 * (y_high - y_low)), atol=size)


def test_the_grid_passes_through_derived_features_and_scaling() -> None:
    data = prepare(Circle(features=("x1^2", "sin x2")), 0)
    plane = plane_of(data, ColumnsPlane())
    x1, x2 = np.meshgrid(np.linspace(*plane.extent[:2], 4), np.linspace(*plane.extent[2:], 4))
    fitted = StandardScaler().fit(np.column_stack([data.train.raw_x[:, 0] ** 2, np.sin(data.train.raw_x[:, 1])]))
    expected = fitted.transform(np.column_stack([x1.ravel() ** 2, np.sin(x2.ravel())]))
    np.testing.assert_allclose(plane.grid(4).numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("row", WIDE, ids=lambda row: row.kind)
def test_the_principal_plane_is_that_of_scikit_learn(row: DataSource) -> None:
    data = prepare(row, 0)
    plane = plane_of(data, PrincipalPlane())
    scaler = StandardScaler().fit(data.train.raw_x)
    reference = PCA(2, svd_solver="full").fit(scaler.transform(data.train.raw_x))
    scores = reference.transform(scaler.transform(data.test.raw_x))
    drawn = plane.project(data.test.raw_x)
    signs = np.sign((scores * drawn).sum(axis=0))
    np.testing.assert_allclose(drawn, scores * signs, atol=1e-8)
    share = reference.explained_variance_ratio_
    assert f"{share[0]:.0%}" in plane.axis_titles[0] and f"{share[1]:.0%}" in plane.axis_titles[1]
    assert f"{1 - share.sum():.0%} of the variance" in plane.held


@pytest.mark.parametrize("row", WIDE, ids=lambda row: row.kind)
def test_the_largest_entry_of_a_principal_direction_is_positive(row: DataSource) -> None:
    data = prepare(row, 0)
    spread = StandardScaler().fit(data.train.raw_x).scale_
    for direction in plane_of(data, PrincipalPlane()).axes / spread:
        assert np.linalg.norm(direction) == pytest.approx(1.0)
        assert direction[np.abs(direction).argmax()] > 0


def test_the_middle_of_the_principal_plane_is_the_training_mean() -> None:
    data = prepare(Wine(), 0)
    np.testing.assert_allclose(
        plane_of(data, PrincipalPlane()).project(data.train.raw_x.mean(axis=0)[None]), 0, atol=1e-9
    )


def test_other_columns_are_held_at_their_mean_and_yes_no_columns_at_their_most_common_value() -> None:
    data = prepare(HousePrices(scaling="none"), 0)
    plane = plane_of(data, ColumnsPlane(x=2, y=1))
    grid, train = plane.grid(3).numpy(), data.train.raw_x
    np.testing.assert_allclose(grid[:, 0], train[:, 0].mean(), rtol=1e-6)
    assert (grid[:, 3] == float(np.median(train[:, 3]))).all() and 0 < train[:, 3].mean() < 1
    assert plane.held.startswith("The other 2 columns are held at their training mean (yes/no ones at")
    assert plane.axis_titles == ("distance to the sea (km)", "age (years)")


def test_resting_values_take_the_mean_of_many_values_and_the_mode_of_two() -> None:
    x = np.array([[1.0, 0.0, 5.0], [2.0, 1.0, 5.0], [6.0, 1.0, 5.0]])
    np.testing.assert_array_equal(resting_values(x), [3.0, 1.0, 5.0])


def test_two_columns_hold_nothing() -> None:
    data = prepare(Circle(), 0)
    plane = plane_of(data, default_view(data))
    assert plane.dimensions == 2 and plane.held == "" and plane.axis_titles == ("x1", "x2")
    np.testing.assert_array_equal(plane.project(data.test.raw_x), data.test.raw_x)


@pytest.mark.parametrize("view", [ColumnsPlane(), PrincipalPlane()])
def test_one_column_is_a_line_whatever_the_view(view: View) -> None:
    data = prepare(Sine(scaling="none"), 0)
    plane = plane_of(data, view)
    assert plane.dimensions == 1 and plane.held == "" and plane.axis_titles == ("x", "y")
    np.testing.assert_allclose(plane.grid(9).numpy()[:, 0], np.linspace(*plane.extent[:2], 9), rtol=1e-6)
    np.testing.assert_array_equal(plane.project(data.test.raw_x), data.test.raw_x)


def test_values_of_a_line_fit_its_height() -> None:
    data = prepare(Step(noise=0.0), 0)
    np.testing.assert_allclose(plane_of(data, ColumnsPlane()).extent[2:], (-1.2, 1.2))


@pytest.mark.parametrize(("x", "y"), [(0, 4), (7, 1), (2, 2)])
def test_columns_that_are_not_there_or_the_same_are_refused(x: int, y: int) -> None:
    said = rf"^view\.plane: got columns {x} and {y}; choose two different columns from 0 to 3$"
    with pytest.raises(ValueError, match=said):
        plane_of(prepare(Iris(), 0), ColumnsPlane(x=x, y=y))
