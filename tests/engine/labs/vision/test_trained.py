"""A network trained for the sections that look into it: as the run leaves it, kept, each with one of its own."""

import pytest
import torch

from engine.data.own.store import reading_as
from engine.kept import Kept
from engine.labs.vision.trained import first_weights, training
from engine.vision.run import VisionRun
from tests.engine.labs.vision.small import EXPERIMENT, digits


def test_it_is_what_the_run_comes_to_bit_for_bit() -> None:
    run = VisionRun(EXPERIMENT)
    run.advance(run.last_step)
    mine = digits().network()
    assert not mine.training and digits().epochs == EXPERIMENT.training.epochs and digits().is_done
    for name, value in run.network.state_dict().items():
        assert torch.equal(mine.state_dict()[name], value), name
    found = (mine(digits().data.test.x).argmax(1) == digits().data.test.label).double().mean()
    assert digits().scores["test.accuracy"] == pytest.approx(float(found))


def test_a_network_once_trained_is_not_trained_again() -> None:
    held: Kept = Kept(lambda: 1e6)
    short = EXPERIMENT.patched({"training.epochs": 1})
    first = [step.result for step in training(short, done=held) if step.result is not None]
    again = list(training(short, done=held))
    assert len(again) == 1 and again[0].result is first[0]


def test_whoever_asks_has_a_network_of_its_own() -> None:
    one, other = digits().network(), digits().network()
    with torch.no_grad():
        next(one.parameters()).zero_()
    assert next(other.parameters()).any()


def test_a_run_that_diverged_says_so() -> None:
    linear = [{"kind": "dense", "units": 16}] * 4
    wild = EXPERIMENT.patched({"training.optimizer.kind": "sgd", "training.optimizer.lr": 10.0, "model.blocks": linear})
    found = next(step.result for step in training(wild, done=Kept(lambda: 1e6)) if step.result is not None)
    assert "The weights shown are those of step" in found.ending and not digits().ending


def test_first_weights_are_those_of_their_seed() -> None:
    data = digits().data
    one, same, other = (first_weights(EXPERIMENT, data, seed) for seed in (0, 0, 1))
    assert torch.equal(next(one.parameters()), next(same.parameters()))
    assert not torch.equal(next(one.parameters()), next(other.parameters()))


def test_the_half_learned_network_comes_after_the_epochs_asked_for() -> None:
    steps = training(EXPERIMENT.patched({"seed": 3}), (0, 1, 3), Kept(lambda: 1e6))
    found = [step.result for step in steps if step.result is not None]
    assert [each.is_done for each in found] == [False, False, False, True]
    assert found[0].epochs == 0 and 1 <= found[1].epochs < 3 <= found[2].epochs < 4 == found[3].epochs
    begun = first_weights(found[0].experiment, found[0].data, 3).state_dict()
    assert all(torch.equal(value, begun[name]) for name, value in found[0].weights.items())


def test_what_learned_a_visitor_s_own_pictures_is_kept_for_that_visitor_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    held: Kept = Kept(lambda: 1e6)
    short = EXPERIMENT.patched({"training.epochs": 1})
    monkeypatch.setattr(type(short.data), "is_private", True)
    with reading_as("ada"):
        assert len(list(training(short, done=held))) > 1
        assert len(list(training(short, done=held))) == 1
    with reading_as("bob"):
        assert len(list(training(short, done=held))) > 1
