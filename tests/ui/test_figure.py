"""What a figure takes from a browser as a click."""

import pytest

from ui.figure import Spot, spot_of


def test_a_click_is_a_place_and_the_size_of_the_units() -> None:
    assert spot_of({"x": 1, "y": -0.5, "across": 160.0, "up": 98.5}) == Spot(1.0, -0.5, 160.0, 98.5)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "x",
        [1, 2],
        {},
        {"x": 1, "y": 2},
        {"x": "1", "y": 2, "across": 3, "up": 4},
        {"x": float("nan"), "y": 2, "across": 3, "up": 4},
        {"x": 1, "y": 10**400, "across": 3, "up": 4},
        {"x": 1, "y": 2, "across": float("inf"), "up": 4},
    ],
)
def test_what_is_no_click_is_nothing(sent: object) -> None:
    assert spot_of(sent) is None
