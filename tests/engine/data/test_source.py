"""Bad values name the setting, say what was given and what is allowed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.choice import Frozen, problems
from engine.data.catalog import Data
from engine.data.source import DataSource
from engine.data.toy import Circle


class Holder(Frozen):
    """As an experiment holds its data."""

    data: Data


def complaint(data: dict[str, Any]) -> str:
    """The one problem with ``data``, as it is shown to the reader."""
    with pytest.raises(ValidationError) as caught:
        Holder(data=data)
    (problem,) = problems(caught.value, Holder)
    return str(problem)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "spirral"}, "data.kind: got 'spirral'; did you mean 'spiral'? choose one of: circle, gaussians"),
        ({"kind": "circle", "samples": 19}, "data.samples: got 19; input should be greater than or equal to 20"),
        ({"kind": "circle", "samples": 5001}, "data.samples: got 5001; input should be less than or equal to 5000"),
        ({"kind": "circle", "noise": 1.5}, "data.noise: got 1.5; input should be less than or equal to 1"),
        ({"kind": "circle", "noise": float("nan")}, "data.noise: got nan; input should be"),
        (
            {"kind": "circle", "test_noise": -0.1},
            "data.test_noise: got -0.1; input should be greater than or equal to 0",
        ),
        ({"kind": "circle", "balance": 0.05}, "data.balance: got 0.05; input should be greater than or equal to 0.1"),
        ({"kind": "circle", "arms": 3}, "data.arms: got 3; there is no such setting"),
        (
            {"kind": "circle", "scaling": "robust"},
            "data.scaling: got 'robust'; input should be 'standard', 'minmax' or",
        ),
        ({"kind": "circle", "features": ()}, "data.features: got (); tuple should have at least 1 item"),
        (
            {"kind": "circle", "features": ("x1", "x1")},
            "data.features: got ('x1', 'x1'); each input feature at most once",
        ),
        ({"kind": "spiral", "arms": 6}, "data.arms: got 6; input should be less than or equal to 5"),
        ({"kind": "polynomial", "degree": 10}, "data.degree: got 10; input should be less than or equal to 9"),
        ({"kind": "fraud", "share": 0.6}, "data.share: got 0.6; input should be less than or equal to 0.5"),
        ({"kind": "iris", "samples": 100}, "data.samples: got 100; there is no such setting"),
        (
            {"kind": "iris", "test_share": 0.0},
            "data.test_share: got 0.0; input should be greater than or equal to 0.05",
        ),
        (
            {"kind": "iris", "validation_share": 0.6},
            "data.validation_share: got 0.6; input should be less than or equal",
        ),
        (
            {"kind": "iris", "validation_share": 0.45, "test_share": 0.5},
            "data.test_share: got 0.5; validation and test share together must stay below 0.9",
        ),
    ],
)
def test_a_bad_value_names_the_setting_and_what_is_allowed(data: dict[str, Any], said: str) -> None:
    assert complaint(data).startswith(said)


@given(st.floats(0.0, 0.5), st.floats(0.05, 0.5))
def test_shares_that_leave_a_tenth_for_training_are_accepted_and_others_refused(held: float, test: float) -> None:
    if held + test < 0.9:
        assert Circle(validation_share=held, test_share=test).test_share == test
    else:
        with pytest.raises(ValidationError, match=r"must stay below 0\.9"):
            Circle(validation_share=held, test_share=test)


def test_the_shares_and_scaling_have_the_stated_defaults(row: DataSource) -> None:
    assert (row.validation_share, row.test_share, row.scaling) == (0.2, 0.2, "standard")


def test_the_test_noise_is_that_of_the_rest_unless_set() -> None:
    assert Circle(noise=0.3).noise_at_test == 0.3
    assert Circle(noise=0.3, test_noise=0.0).noise_at_test == 0.0
