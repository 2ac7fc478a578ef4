"""What tests of cures share: a pool with one worker."""

from collections.abc import Iterator

import pytest

from engine.pool import RunPool
from engine.settings import Settings


@pytest.fixture(scope="module")
def pool() -> Iterator[RunPool]:
    made = RunPool(Settings(workers=1))
    yield made
    made.close()
