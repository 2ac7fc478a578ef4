"""Real data against scikit-learn's own loaders."""

import threading
import time
from typing import Any

import numpy as np
import pytest
import sklearn.datasets

from engine.data.bundled import BreastCancer, Bundled, CaliforniaHousing, Diabetes, Digits, Iris, Wine
from engine.data.download import Download
from engine.data.prepare import prepare
from engine.data.table import DataUnavailable
from tests.engine.data.conftest import STAND_IN_ROWS, california


@pytest.mark.parametrize("row", [Iris(), Wine(), BreastCancer(), Digits(), Diabetes()], ids=lambda row: row.kind)
def test_a_real_data_set_is_what_scikit_learn_loads(row: Bundled) -> None:
    raw = {"scaled": False} if row.kind == "diabetes" else {}
    x, y = getattr(sklearn.datasets, f"load_{row.kind}")(return_X_y=True, **raw)
    table = row.draw(0)
    np.testing.assert_array_equal(table.x, x)
    np.testing.assert_array_equal(table.y, y)


def test_classes_and_columns_have_scikit_learns_names() -> None:
    assert Iris().draw(0).classes == ("setosa", "versicolor", "virginica")
    assert Iris().draw(0).columns[0] == "sepal length (cm)"
    assert BreastCancer().draw(0).classes == ("malignant", "benign")
    assert Digits().draw(0).classes == tuple("0123456789") and Digits().draw(0).columns[9] == "pixel 1 1"


def test_california_draws_as_many_districts_as_asked_for(stand_in: None) -> None:
    table, whole = CaliforniaHousing(samples=150).draw(0), california()
    targets = {tuple(x): y for x, y in zip(whole.data, whole.target, strict=True)}
    assert len(table.x) == len({tuple(x) for x in table.x}) == 150
    assert [targets[tuple(x)] for x in table.x] == table.y.tolist()
    assert not np.array_equal(table.x, CaliforniaHousing(samples=150).draw(1).x)


def test_california_gives_what_there_is_where_more_is_asked_for(stand_in: None) -> None:
    assert len(CaliforniaHousing(samples=20_640).draw(0).x) == STAND_IN_ROWS


def test_california_says_what_was_tried_and_what_to_do_where_it_can_not_be_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def offline(**_: Any) -> Any:
        raise OSError("no network")

    monkeypatch.setattr("sklearn.datasets.fetch_california_housing", offline)
    prepare.cache_clear()
    said = r"could not be downloaded.*fetch_california_housing said OSError.*[Rr]un it once.*another data set"
    with pytest.raises(DataUnavailable, match=said) as caught:
        prepare(CaliforniaHousing(), 0)
    assert isinstance(caught.value, ValueError) and isinstance(caught.value.__cause__, OSError)


def test_a_download_that_hangs_keeps_nobody_and_is_used_when_it_is_there() -> None:
    gate, calls = threading.Event(), []

    def slow() -> str:
        calls.append(1)
        gate.wait(10.0)
        return "the file"

    download = Download()
    for _ in range(2):
        with pytest.raises(TimeoutError):
            download.get(slow, seconds=0.05)
    gate.set()
    deadline = time.monotonic() + 10
    while download.get(lambda: "fetched anew", seconds=5.0) != "fetched anew":
        assert time.monotonic() < deadline
    assert len(calls) == 1


def test_california_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr("engine.data.bundled._california.get", late)
    with pytest.raises(DataUnavailable, match="still on its way"):
        CaliforniaHousing().draw(0)


def test_a_failed_download_is_tried_again(monkeypatch: pytest.MonkeyPatch, stand_in: None) -> None:
    def offline(**_: Any) -> Any:
        raise OSError("no network")

    with monkeypatch.context() as patch, pytest.raises(DataUnavailable):
        patch.setattr("sklearn.datasets.fetch_california_housing", offline)
        prepare(CaliforniaHousing(), 0)
    assert len(prepare(CaliforniaHousing(), 0).train.x) == 1200
