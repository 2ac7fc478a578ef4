"""Raw columns in tables for people: the words and dates of the file."""

import numpy as np

from engine.data.prepare import prepare
from engine.data.readable import readable, unused_name
from engine.data.toy import Circle
from tests.engine.data.own.files import flowers, used


def test_numbers_stay_numbers() -> None:
    data = prepare(Circle(), 0)
    found = readable(data, data.train.raw_x)
    assert list(found) == ["x1", "x2"]
    np.testing.assert_array_equal(np.stack(list(found.values()), axis=1), data.train.raw_x)


def test_categories_and_dates_are_those_of_the_file() -> None:
    lines = flowers(gaps=True).decode().split("\n")[1:]
    data = prepare(used(flowers(gaps=True)), 0)
    found = readable(data, data.test.raw_x)
    seen = set(zip(*(found[name] for name in ("length", "width", "colour", "picked")), strict=True))
    assert len(seen) == len(data.test.raw_x)
    for length, width, colour, picked in seen:
        cells = [("" if np.isnan(length) else f"{length:.2f}"), ("" if np.isnan(width) else f"{width:.2f}")]
        line = ",".join([*cells, colour.replace("(missing)", ""), picked or ""])
        assert any(other.startswith(f"{line},") for other in lines)


def test_a_name_that_is_taken_becomes_another() -> None:
    assert unused_name("loss", ["a"]) == "loss"
    assert unused_name("loss", ["loss", "a"]).strip() == "loss" != unused_name("loss", ["loss", "a"])
