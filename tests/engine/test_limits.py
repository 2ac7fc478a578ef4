"""The table of limits: each row is a setting, and who meets one is told which, its value, why, and what to do."""

from dataclasses import fields
from pathlib import Path

import pytest

from engine.admission import admit, reserve
from engine.experiment import Experiment
from engine.limits import LIMITS, PARAMETERS, ROWS, Limit, LimitReached
from engine.presets import PRESETS
from engine.refusal import Refusal
from engine.settings import Settings

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_who_meets_a_limit_is_told_which_its_value_what_was_asked_why_and_what_to_do(limit: Limit) -> None:
    assert limit.name in {item.name for item in fields(Settings)}
    limits = Settings(**{limit.name: type(limit(Settings()))(7)})
    limit.check(7, limits)
    with pytest.raises(LimitReached) as caught:
        limit.check(1234, limits)
    assert str(caught.value) == (
        f"This server allows 7 {limit.what}, and this asks for 1,234: {limit.why}. {limit.cure}"
    )
    assert isinstance(caught.value, Refusal)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_the_readme_names_every_limit(limit: Limit) -> None:
    assert f"`GP_{limit.name.upper()}`" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_preset_is_within_the_defaults(preset) -> None:  # type: ignore[no-untyped-def]
    admit(preset.experiment, Settings())


def test_the_largest_network_of_the_editor_is_within_the_defaults_and_that_of_a_link_is_not() -> None:
    admit(Experiment.model_validate({"data": {"kind": "digits"}, "model": {"hidden": (128,) * 12}}), Settings())
    with pytest.raises(LimitReached, match="asks for 974,721: every run keeps several copies"):
        admit(Experiment.model_validate({"model": {"hidden": (128,) * 60}}), Settings())


def test_a_network_at_the_limit_is_taken_and_one_parameter_more_is_not() -> None:
    experiment = Experiment.model_validate({"model": {"hidden": (10,)}})  # 2 x 10 + 10 + 10 + 1
    admit(experiment, Settings(max_parameters=41))
    with pytest.raises(LimitReached) as caught:
        admit(experiment, Settings(max_parameters=40))
    assert (caught.value.limit, caught.value.asked) == (PARAMETERS, 41)


def test_rows_are_those_of_the_training_part() -> None:
    experiment = Experiment.model_validate({"data": {"kind": "circle", "samples": 1000}})
    admit(experiment, Settings(max_rows=600))
    with pytest.raises(LimitReached) as caught:
        admit(experiment, Settings(max_rows=599))
    assert (caught.value.limit, caught.value.asked) == (ROWS, 600)


def test_a_larger_network_reserves_more() -> None:
    small, large = (Experiment.model_validate({"model": {"hidden": hidden}}) for hidden in ((8, 8), (128,) * 12))
    assert reserve(large) - reserve(small) == 17 * 4 * (182_145 - 105)
