"""Links of models within models: differences from the default that stands there, not from the class's own."""

from typing import Literal

import pytest
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Choice, Frozen
from engine.codec import decode_model, encode_model


class Soft(Choice, frozen=True):
    kind: Literal["soft"] = "soft"
    size: int = Field(1, ge=0, le=9)
    rate: float = Field(0.5, ge=0.0, le=1.0)


class Hard(Choice, frozen=True):
    kind: Literal["hard"] = "hard"
    size: int = Field(2, ge=0, le=9)


class Inner(Frozen):
    choice: Soft | Hard = Field(Soft(size=7), discriminator="kind")
    pair: tuple[int, ...] = (1,)
    low: int = Field(0, ge=0, le=9)

    @model_validator(mode="after")
    def _low_is_below_the_size(self) -> "Inner":
        if self.low > self.choice.size:
            raise PydanticCustomError("misfit", "at most the size", {"field": "low", "value": self.low})
        return self


class Outer(Frozen):
    inner: Inner = Inner(choice=Hard(size=8), pair=(3, 4))
    number: int = Field(5, ge=0, le=99)


@pytest.mark.parametrize(
    "value",
    [
        Outer(),
        Outer(inner=Inner()),
        Outer(inner=Inner(choice=Hard(size=8), pair=(3, 4), low=6)),
        Outer(inner=Inner(choice=Hard(size=3), pair=(3, 4))),
        Outer(inner=Inner(choice=Soft(rate=0.25), pair=(3, 4)), number=7),
        Outer(inner=Inner(choice=Soft(size=7), pair=(3, 4))),
    ],
    ids=str,
)
def test_what_a_link_leaves_out_is_as_in_the_default_that_stands_there(value: Outer) -> None:
    assert decode_model(Outer, encode_model(value)) == (value, [])


def test_a_choice_of_another_kind_begins_with_the_defaults_of_its_class() -> None:
    found, _ = decode_model(Outer, {"inner.choice.kind": "soft"})
    assert found.inner == Inner(choice=Soft(), pair=(3, 4))


def test_a_misfit_within_drops_that_setting_alone() -> None:
    found, problems = decode_model(Outer, {"inner.low": "9", "inner.pair": "2", "number": "6"})
    assert found == Outer(inner=Inner(choice=Hard(size=8), pair=(2,)), number=6)
    assert [str(problem) for problem in problems] == ["low: got 9; at most the size"]


def test_a_setting_that_does_not_go_with_a_default_is_dropped_alone() -> None:
    class Last(Frozen):
        inner: Inner = Inner(choice=Hard(size=8), low=5)
        number: int = Field(5, ge=0, le=99)

    found, problems = decode_model(Last, {"number": "6", "inner.choice.size": "3"})
    assert found == Last(number=6)
    assert [str(problem) for problem in problems] == ["low: got 5; at most the size"]
