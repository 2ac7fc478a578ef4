"""Every row of every catalog: its texts, its knobs and their bounds, and what it says when a value is refused."""

import itertools
import math
from typing import Any, get_args

import pytest
from pydantic import ValidationError, create_model

from engine.activations import Activation
from engine.choice import Choice, Frozen, Knob, Problem, catalog, knobs, problems
from engine.clipping import Clip
from engine.data.catalog import Data
from engine.data.plane import View
from engine.experiment import Experiment
from engine.initializers import Initializer
from engine.labs.convolution.kernels import Kernel
from engine.labs.convolution.pictures import Picture
from engine.losses import Loss
from engine.model import LayerOverride, Model
from engine.norms import Norm
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.sampling import Sampling
from engine.schedules import Schedule
from engine.stopping import Stopping
from engine.vision.augment.catalog import AnyAugmentation
from tests.rows import defaults_of

UNIONS: dict[str, Any] = {
    "activation": Activation,
    "initializer": Initializer,
    "loss": Loss,
    "optimizer": Optimizer,
    "schedule": Schedule,
    "penalty": Penalty,
    "clip": Clip,
    "norm": Norm,
    "stopping": Stopping,
    "sampling": Sampling,
    "data": Data,
    "view": View,
    "kernel": Kernel,
    "picture": Picture,
    "augmentation": AnyAugmentation,
}
ROWS = [
    pytest.param(row, id=f"{name}-{kind}") for name, union in UNIONS.items() for kind, row in catalog(union).items()
]
KNOBS = [
    pytest.param(row, knob, id=f"{name}-{kind}-{knob.name}")
    for name, union in UNIONS.items()
    for kind, row in catalog(union).items()
    for knob in knobs(row)
]


def complaints(model: type[Any], tree: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(tree)
    return problems(refused.value, model)


def numeric(knob: Knob) -> bool:
    return knob.type in (int, float) and not knob.options


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_its_four_texts(row: type[Choice]) -> None:
    for text in (row.label, row.formula, row.lesson, row.source):
        assert isinstance(text, str)
        assert text.strip() == text != ""
    assert "$" not in row.formula
    assert row.formula.count("{") == row.formula.count("}")
    assert row.lesson.endswith((".", "!", "?"))


@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_kinds_and_labels_are_unique_within_a_catalog(union: Any) -> None:
    members = get_args(get_args(union)[0])
    assert len(catalog(union)) == len(members)
    assert list(catalog(union).values()) == list(members)
    assert len({row.label for row in members}) == len(members)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_frozen_hashable_and_equal_to_its_twin(row: type[Choice]) -> None:
    kind = get_args(row.model_fields["kind"].annotation)[0]
    one, two = row(kind=kind), row(kind=kind)
    assert one == two
    assert len({one, two}) == 1
    with pytest.raises(ValidationError, match="frozen"):
        one.kind = "other"


@pytest.mark.parametrize(("row", "knob"), KNOBS)
def test_every_default_is_one_the_row_accepts(row: type[Choice], knob: Knob) -> None:
    assert knob.title
    kept = row.model_validate({knob.name: knob.default})
    assert getattr(kept, knob.name) == knob.default
    if numeric(knob):
        assert knob.low is not None
        assert knob.high is not None
        assert knob.low < knob.high
        if knob.default is None:
            assert knob.optional
        else:
            assert knob.low <= knob.default <= knob.high


def test_a_bound_inside_an_optional_field_reaches_its_knob() -> None:
    knob = next(knob for knob in knobs(LayerOverride) if knob.name == "dropout")
    assert (knob.low, knob.high, knob.optional, knob.type) == (0.0, 0.9, True, float)


def alone(row: type[Choice], knob: Knob, value: Any) -> dict[str, Any]:
    """A row with one knob set, and the one knob that rules it (the two shares of data) out of its way."""
    tied = {"validation_share": "test_share", "test_share": "validation_share"}.get(knob.name)
    return {knob.name: value, **({tied: 0.05} if tied in row.model_fields else {})}


@pytest.mark.parametrize(("row", "knob"), [p for p in KNOBS if numeric(p.values[1])])
def test_both_ends_of_a_knob_are_accepted(row: type[Choice], knob: Knob) -> None:
    assert knob.low is not None
    assert knob.high is not None
    for end in (knob.low, knob.high):
        row.model_validate(alone(row, knob, knob.type(end)))


@pytest.mark.parametrize(("row", "knob"), [p for p in KNOBS if numeric(p.values[1])])
def test_every_number_outside_its_bounds_is_refused_by_name_value_and_bound(row: type[Choice], knob: Knob) -> None:
    assert knob.low is not None
    assert knob.high is not None
    for outside in (knob.type(knob.low - 1), knob.type(knob.high + 1)):
        (problem,) = complaints(row, alone(row, knob, outside))
        assert problem.field == knob.name
        assert problem.value == outside
        assert "equal to" in problem.allowed or "than" in problem.allowed
        bound = knob.low if outside < knob.low else knob.high
        said = float(problem.allowed.split()[-1])
        assert said == pytest.approx(bound, abs=2e-3)
        assert str(problem) == f"{knob.name}: got {outside!r}; {problem.allowed}"


@pytest.mark.parametrize(("row", "knob"), [p for p in KNOBS if numeric(p.values[1])])
def test_no_knob_takes_nan_or_infinity(row: type[Choice], knob: Knob) -> None:
    for value in (math.nan, math.inf, -math.inf):
        (problem,) = complaints(row, {knob.name: value})
        assert problem.field == knob.name
        assert repr(problem.value) == repr(value)
        assert problem.allowed.startswith("input should be ")


@pytest.mark.parametrize(("row", "knob"), KNOBS)
def test_no_knob_takes_a_value_of_another_type(row: type[Choice], knob: Knob) -> None:
    wrong: Any = {int: 1.5, float: "much", bool: "perhaps", str: 3, tuple: 7}[knob.type]
    (problem,) = complaints(row, {knob.name: wrong})
    assert problem.field == knob.name
    assert problem.value == wrong
    assert problem.allowed
    for option in knob.options if knob.type is str else ():
        assert str(option) in problem.allowed


@pytest.mark.parametrize("row", ROWS)
def test_a_setting_that_does_not_exist_is_named(row: type[Choice]) -> None:
    (problem,) = complaints(row, {"learningrate": 1})
    assert str(problem) == "learningrate: got 1; there is no such setting"


@pytest.mark.parametrize(("name", "union"), UNIONS.items(), ids=UNIONS)
def test_a_misspelt_kind_is_answered_with_the_nearest_one(name: str, union: Any) -> None:
    holder = create_model("Holder", __base__=Frozen, **{name: (union, ...)})
    kinds = list(catalog(union))
    longest = max(kinds, key=len)
    misspelt = longest[:-2] + longest[-1]
    (problem,) = complaints(holder, {name: {"kind": misspelt}})
    assert problem.field == f"{name}.kind"
    assert problem.value == misspelt
    assert problem.allowed == f"did you mean {longest!r}? choose one of: {', '.join(kinds)}"


def test_a_kind_like_no_other_gets_the_list_without_a_guess() -> None:
    holder = create_model("Holder", __base__=Frozen, clip=(Clip, ...))
    (problem,) = complaints(holder, {"clip": {"kind": "zzzzz"}})
    assert problem.allowed == "choose one of: none, norm, value"


def test_problems_are_found_all_at_once_and_named_by_their_whole_path() -> None:
    tree = {
        "data": {"kind": "spiral", "arms": 9, "features": ("x1", "x3")},
        "model": {"hidden": (4, 0), "layers": ({"layer": 1, "activation": {"kind": "leaky_relu", "slope": 2}},)},
        "training": {"optimizer": {"kind": "adam", "lr": -1}, "schedule": {"kind": "cosin"}},
    }
    found = {problem.field: problem.value for problem in complaints(Experiment, tree)}
    assert found == {
        "data.arms": 9,
        "data.features.1": "x3",
        "model.hidden.1": 0,
        "model.layers.0.activation.slope": 2,
        "training.optimizer.lr": -1,
        "training.schedule.kind": "cosin",
    }


def test_a_long_value_is_shortened_in_the_sentence_but_kept_in_the_problem() -> None:
    (problem,) = complaints(Model, {"dropout": "x" * 500})
    assert problem.value == "x" * 500
    assert len(str(problem)) < 200
    assert "..." in str(problem)


@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_rows_survive_a_round_trip_through_plain_values(union: Any) -> None:
    for kind, row in defaults_of(union).items():
        assert catalog(union)[kind].model_validate(row.model_dump()) == row
        assert catalog(union)[kind].model_validate_json(row.model_dump_json()) == row


def test_no_two_catalogs_share_a_row() -> None:
    for one, two in itertools.combinations(UNIONS.values(), 2):
        assert not set(catalog(one).values()) & set(catalog(two).values())
