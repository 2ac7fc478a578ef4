"""Experiments on pictures: what doesn't fit is named where it stands, and a link says all of one."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.choice import problems
from engine.codec import decode_model, encode_model
from engine.experiment import differences
from engine.vision.blocks import Activate, Convolution, Dense, Drop, GlobalPool, Normalize, Pool
from engine.vision.experiment import VisionExperiment, consequence
from engine.vision.model import Cnn
from engine.vision.norms import MapGroupNorm
from engine.vision.residual import Residual


def of(*blocks: Any, **patch: Any) -> VisionExperiment:
    return VisionExperiment(model=Cnn(blocks=blocks)).patched(patch)


def said(*blocks: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        of(*blocks)
    return [str(problem) for problem in problems(caught.value, VisionExperiment)]


def test_a_block_that_cannot_fit_is_a_problem_at_that_block() -> None:
    (found,) = said(Pool(), Pool(), Pool(), Pool())
    assert found == ("model.blocks.3: got 'max pool 2x2'; block 4, max pool 2x2: the picture is 1x1 already")


def test_a_bad_knob_of_a_block_is_named_by_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        VisionExperiment.model_validate(
            {"model": {"kind": "cnn", "blocks": [{"kind": "pool"}, {"kind": "convolution", "channels": 0}]}}
        )
    (found,) = problems(caught.value, VisionExperiment)
    assert found.field == "model.blocks.1.channels"
    with pytest.raises(ValidationError) as caught:
        VisionExperiment.model_validate({"model": {"kind": "cnn", "blocks": [{"kind": "pooling"}]}})
    (found,) = problems(caught.value, VisionExperiment)
    assert found.field == "model.blocks.0.kind" and "did you mean 'pool'?" in found.allowed


def test_a_network_that_would_take_seconds_an_update_is_refused() -> None:
    wide = [Convolution(channels=128, kernel=7), Convolution(channels=128, kernel=7)]
    (found,) = said(*wide)
    assert "at most 50,000,000 multiply-adds with one picture, and this has 51," in found


@pytest.mark.parametrize(
    ("patch", "allowed"),
    [
        ({"training.schedule.kind": "one_cycle", "training.optimizer.kind": "sgd"}, "needs an optimizer with momentum"),
        ({"training.penalty.kind": "weight_decay", "training.optimizer.kind": "adamw"}, "AdamW decays weights itself"),
    ],
)
def test_parts_of_the_training_that_do_not_go_together_are_refused(patch: dict[str, Any], allowed: str) -> None:
    with pytest.raises(ValidationError, match=allowed):
        VisionExperiment().patched(patch)


EXPERIMENTS = [
    VisionExperiment(),
    of(),
    of(Dense(units=64), Activate(), Drop(p=0.5)),
    of(Convolution(channels=8, kernel=5, padding="none"), Normalize(norm=MapGroupNorm(groups=2)), Pool(mode="average")),
    of(Residual(channels=12, norm=MapGroupNorm(groups=3)), GlobalPool(), seed=7),
    of(Activate.model_validate({"activation": {"kind": "leaky_relu", "slope": 0.2}}), Dense()),
]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=range(len(EXPERIMENTS)))
def test_a_link_says_all_of_it(experiment: VisionExperiment) -> None:
    found, wrong = decode_model(VisionExperiment, encode_model(experiment))
    assert found == experiment and not wrong


def test_a_bad_block_in_a_link_is_told_and_the_rest_counts() -> None:
    query = {**encode_model(of(Pool(), Dense(units=64))), "model.blocks.1.units": "9999", "seed": "3"}
    found, wrong = decode_model(VisionExperiment, query)
    assert [problem.field for problem in wrong] == ["model.blocks.1.units"] and found.seed == 3
    assert found.model == Cnn(blocks=(Pool(), Dense()))


def test_what_a_change_asks_of_a_run() -> None:
    old = of(Convolution(channels=4), Drop(p=0.2), Dense())
    assert consequence(old, old) == "nothing"
    rate = {"model.blocks.1.p": 0.4}
    assert differences(old, old.patched(rate)) == rate and consequence(old, old.patched(rate)) == "continue"
    assert consequence(old, old.patched({"training.epochs": 3})) == "continue"
    for path, value in (("model.blocks.0.channels", 5), ("seed", 2), ("head.smoothing", 0.2)):
        assert differences(old, old.patched({path: value})) == {path: value}
        assert consequence(old, old.patched({path: value})) == "restart"
    fewer = of(Convolution(channels=4), Dense())
    assert consequence(old, fewer) == "restart" and list(differences(old, fewer)) == ["model.blocks"]
