"""Every row of the catalog, with a small stand-in for the one data set that has to be downloaded."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.choice import catalog
from engine.data.catalog import Data
from engine.data.own.proposal import Proposal
from engine.data.prepare import prepare
from engine.data.source import DataSource
from tests.engine.data.own.files import flowers, used
from tests.rows import defaults_of

STAND_IN_ROWS = 3000


def california(**_: Any) -> Any:
    """What ``fetch_california_housing`` returns, with other numbers and fewer rows."""
    from sklearn.utils import Bunch

    random = np.random.default_rng(0)
    names = ["MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude"]
    x = random.gamma(2.0, size=(STAND_IN_ROWS, len(names)))
    return Bunch(data=x, target=x[:, 0] + 1, feature_names=names, target_names=["MedHouseVal"])


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """California housing without a download, and nothing of it left behind."""
    monkeypatch.setattr("sklearn.datasets.fetch_california_housing", california)
    prepare.cache_clear()
    yield
    prepare.cache_clear()


@pytest.fixture(params=[kind for kind in catalog(Data) if kind != "canvas"])
def row(request: pytest.FixtureRequest) -> DataSource:
    """Each row of the catalog at its defaults; the canvas, which is empty then, has tests of its own."""
    if request.param == "california_housing":
        request.getfixturevalue("stand_in")
    if request.param == "own":
        return used(flowers(), Proposal(4, "classification", (0, 1)))
    return defaults_of(Data)[request.param]  # type: ignore[return-value]
