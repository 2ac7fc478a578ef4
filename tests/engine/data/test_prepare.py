"""From table to tensors: split, derive, scale; against scikit-learn where it does the same."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.class_weight import compute_class_weight

from engine.data.bundled import BreastCancer, Diabetes, Digits, Iris, Wine
from engine.data.catalog import Data
from engine.data.prepare import Dataset, Scaler, prepare, split
from engine.data.regression import Sine, TwoBumps
from engine.data.source import DataSource
from engine.data.table import Table
from engine.data.tables import Fraud, HousePrices
from engine.data.toy import Circle, Gaussians, Spiral
from tests.rows import defaults_of

PARTS = ("train", "validation", "test")
SCALERS = {"standard": StandardScaler, "minmax": MinMaxScaler}


def bits(data: Dataset) -> bytes:
    """Every number of a data set."""
    parts = [getattr(data, name) for name in PARTS]
    return b"".join(
        array.tobytes() for part in parts for array in (part.x.numpy(), part.y.numpy(), part.raw_x, part.raw_y)
    )


def test_every_part_has_inputs_and_targets_of_the_right_kind(row: DataSource) -> None:
    data = prepare(row, 0)
    assert data.class_count == row.class_count
    for part in (getattr(data, name) for name in PARTS):
        assert len(part.x) == len(part.y) == len(part.raw_x) == len(part.raw_y) > 0
        assert part.x.shape == (len(part.y), data.input_size) and part.x.dtype == torch.float32
        assert part.raw_x.shape[1] == len(data.columns) == len(data.units)
        assert part.y.dtype == (torch.int64 if data.classes else torch.float32)
        assert torch.isfinite(part.x).all()


def test_the_parts_are_every_row_once(row: DataSource) -> None:
    table = row.draw(0)
    parts = split(table, row, 0)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(table.x)))


def test_a_part_has_its_share_of_each_class(row: DataSource) -> None:
    table = row.draw(0)
    _, validation, test = split(table, row, 0)
    groups = [table.y == label for label in range(len(table.classes))] or [np.ones(len(table.y), dtype=bool)]
    for group in groups:
        assert abs(group[test].sum() - 0.2 * group.sum()) <= 0.5
        assert abs(group[validation].sum() - 0.2 * group.sum()) <= 0.5


def test_the_same_seed_prepares_the_same_numbers(row: DataSource) -> None:
    first = bits(prepare(row, 3))
    prepare.cache_clear()
    assert bits(prepare(row, 3)) == first
    assert bits(prepare(row, 4)) != first


def test_a_prepared_data_set_is_kept_and_can_not_be_written_to(row: DataSource) -> None:
    data = prepare(row, 0)
    assert prepare(row.model_copy(), 0) is data
    arrays = [array for name in PARTS for array in (getattr(data, name).raw_x, getattr(data, name).raw_y)]
    assert not any(array.flags.writeable for array in arrays)


def test_threads_prepare_the_same_numbers() -> None:
    prepare.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        prepared = list(pool.map(lambda _: bits(prepare(Spiral(), 11)), range(16)))
    assert len(set(prepared)) == 1


@pytest.mark.parametrize("scaling", ["standard", "minmax"])
def test_inputs_are_scaled_as_scikit_learn_does_fitted_on_the_training_part(row: DataSource, scaling: str) -> None:
    data = prepare(row.model_copy(update={"scaling": scaling}), 0)
    reference = SCALERS[scaling]().fit(data.train.raw_x)
    for part in (getattr(data, name) for name in PARTS):
        np.testing.assert_allclose(part.x.numpy(), reference.transform(part.raw_x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("scaling", ["standard", "minmax"])
@pytest.mark.parametrize("row", [Sine(), HousePrices(), Diabetes()], ids=lambda row: row.kind)
def test_targets_are_scaled_as_scikit_learn_does_and_back_again(row: DataSource, scaling: str) -> None:
    data = prepare(row.model_copy(update={"scaling": scaling}), 0)
    reference = SCALERS[scaling]().fit(data.train.raw_y[:, None])
    for part in (getattr(data, name) for name in PARTS):
        scaled = reference.transform(part.raw_y[:, None])[:, 0]
        np.testing.assert_allclose(part.y.numpy(), scaled, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(
            part.y.numpy() * data.target_std + data.target_mean, part.raw_y, rtol=1e-5, atol=1e-5
        )


def test_without_scaling_the_network_receives_the_columns_themselves(row: DataSource) -> None:
    data = prepare(row.model_copy(update={"scaling": "none"}), 0)
    assert (data.target_mean, data.target_std) == (0.0, 1.0)
    np.testing.assert_array_equal(data.test.x.numpy(), data.test.raw_x.astype(np.float32))
    np.testing.assert_array_equal(data.test.y.numpy(), data.test.raw_y.astype(data.test.y.numpy().dtype))


def test_labels_are_never_scaled() -> None:
    data = prepare(Iris(), 0)
    assert (data.target_mean, data.target_std) == (0.0, 1.0)
    np.testing.assert_array_equal(data.train.y.numpy(), data.train.raw_y)


def test_the_test_part_has_no_say_in_the_scaling() -> None:
    """Whatever the test rows hold, the training inputs stay the same numbers."""
    alike, wild = prepare(Circle(noise=0.05), 0), prepare(Circle(noise=0.05, test_noise=1.0), 0)
    assert alike.train.x.numpy().tobytes() == wild.train.x.numpy().tobytes()
    assert wild.test.x.std() > 1.2 * alike.test.x.std()


@pytest.mark.parametrize("row", [Circle(noise=0.3), TwoBumps(noise=0.3), Sine(noise=0.3)], ids=lambda row: row.kind)
def test_noise_of_its_own_reaches_the_test_part_and_no_other(row: DataSource) -> None:
    clean = prepare(row.model_copy(update={"noise": 0.0}), 2)
    alike, apart = prepare(row, 2), prepare(row.model_copy(update={"test_noise": 0.0}), 2)
    for found, expected in ((apart.test, clean.test), (apart.train, alike.train), (apart.validation, alike.validation)):
        np.testing.assert_array_equal(found.raw_x, expected.raw_x)
        np.testing.assert_array_equal(found.raw_y, expected.raw_y)
    assert bits(alike) != bits(apart)


def test_derived_features_become_the_inputs_in_the_order_of_the_menu() -> None:
    data = prepare(Circle(features=("sin x2", "x1^2"), scaling="none"), 0)
    assert data.feature_names == ("x1^2", "sin x2") and data.columns == ("x1", "x2") and data.input_size == 2
    expected = np.stack([data.train.raw_x[:, 0] ** 2, np.sin(data.train.raw_x[:, 1])], axis=1)
    np.testing.assert_array_equal(data.train.x.numpy(), expected.astype(np.float32))


def test_a_constant_column_becomes_zero_and_not_its_own_rounding_error() -> None:
    constant = np.full((1000, 1), 0.1)
    assert constant.std() > 0
    scaler = Scaler.fitted("standard", constant)
    assert scaler.width == 1.0 and np.abs(scaler(constant)).max() < 1e-12


def test_a_constant_pixel_does_not_divide_by_zero() -> None:
    data = prepare(Digits(), 0)
    constant = np.ptp(data.train.raw_x, axis=0) == 0
    assert constant.any() and (data.train.x.numpy()[:, constant] == 0).all()


def test_encode_gives_a_part_its_inputs(row: DataSource) -> None:
    data = prepare(row, 0)
    assert torch.equal(data.encode(data.test.raw_x), data.test.x)


@pytest.mark.parametrize("row", [Iris(), Fraud(), Circle(balance=0.3)], ids=lambda row: row.kind)
def test_class_weights_are_scikit_learns_balanced_ones(row: DataSource) -> None:
    data = prepare(row, 0)
    expected = compute_class_weight("balanced", classes=np.arange(data.class_count), y=data.train.raw_y)
    np.testing.assert_allclose(data.class_weights.numpy(), expected, rtol=1e-6)


def test_a_regression_has_no_class_weights() -> None:
    assert prepare(Sine(), 0).class_weights.shape == (0,)


def test_without_a_validation_share_that_part_is_empty(row: DataSource) -> None:
    data = prepare(row.model_copy(update={"validation_share": 0.0}), 0)
    assert data.validation.x.shape == (0, data.input_size) and len(data.validation.y) == 0
    assert len(data.train.x) > 0 and len(data.test.x) > 0


@pytest.mark.parametrize("row", [Spiral(), Wine(), HousePrices()], ids=lambda row: row.kind)
def test_another_validation_share_leaves_the_test_part_alone(row: DataSource) -> None:
    other = prepare(row.model_copy(update={"validation_share": 0.4}), 0)
    assert other.test.raw_x.tobytes() == prepare(row, 0).test.raw_x.tobytes()


def test_the_parts_are_in_random_order() -> None:
    """So that the first n rows of a part are a fair sample of its classes."""
    labels = prepare(Gaussians(samples=2000), 0).train.raw_y
    assert abs(labels[:100].mean() - 0.5) < 0.2 and (np.diff(labels) != 0).mean() > 0.4


def test_a_class_too_small_to_split_says_which_setting_to_change() -> None:
    said = (
        r"^data\.samples: class 1 has 2 rows, too few to split \(validation 0\.2, test 0\.2\); choose more samples or"
    )
    with pytest.raises(ValueError, match=said):
        prepare(Gaussians(samples=20, balance=0.1), 0)


def test_data_without_a_samples_setting_names_the_share_instead() -> None:
    table = Table(
        x=np.zeros((9, 4)), y=np.repeat([0, 1, 2], (4, 4, 1)), columns=("a",) * 4, target="t", classes=("p", "q", "r")
    )
    with pytest.raises(
        ValueError, match=r"^data\.test_share: r has 1 rows, too few to split .*; choose smaller shares$"
    ):
        split(table, Iris(), 0)


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(sorted({*defaults_of(Data)} - {"california_housing", "digits", "own", "canvas"})),
    validation=st.floats(0.0, 0.5),
    test=st.floats(0.05, 0.5),
    seed=st.integers(0, 10_000),
)
def test_whatever_the_shares_no_part_is_empty_that_should_not_be(
    kind: str, validation: float, test: float, seed: int
) -> None:
    if validation + test >= 0.9:
        return
    row: Any = defaults_of(Data)[kind].model_copy(update={"validation_share": validation, "test_share": test})
    train, held, tested = split(row.draw(seed), row, seed)
    assert len(train) > 0 and len(tested) > 0 and (len(held) > 0) == (validation > 0)


def test_a_data_set_carries_names_and_units() -> None:
    data = prepare(HousePrices(), 0)
    assert data.columns == data.feature_names == ("bedrooms", "age", "distance to the sea", "pool")
    assert data.units == ("", "years", "km", "0 or 1") and (data.target, data.target_unit) == ("price", "thousand")
    assert prepare(BreastCancer(), 0).units == ("",) * 30


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_what_is_counted_for_small_data_is_what_it_takes() -> None:
    """In a process of its own: tensors and arrays take more than their numbers, and a server keeps hundreds of them."""
    script = """
import gc, psutil
from engine import heap
heap.settle()
from engine.data.prepare import prepare
from engine.data.toy import Spiral
def own():
    gc.collect()
    heap.give_back()
    return psutil.Process().memory_info().rss
first = [prepare(Spiral(), seed) for seed in range(20)]
before = own()
then = [prepare(Spiral(), seed) for seed in range(20, 220)]
print((own() - before) / sum(data.nbytes for data in then))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert 0.85 < float(done.stdout) < 1.15
