"""Moments of one training: each is what the run would be at that step, and the same for who asks again."""

import pytest
import torch

from engine.data.own.store import reading_as
from engine.kept import Kept
from engine.labs.vision.course import Course, course, moments_of
from engine.vision.blocks import Activate, Convolution, Dense, Normalize, Pool
from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn
from engine.vision.run import VisionRun

SMALL = VisionExperiment(
    model=Cnn(blocks=(Convolution(channels=4), Normalize(), Activate(), Pool(), Dense(units=8), Activate()))
).patched({"training.epochs": 2})


@pytest.fixture(scope="module")
def found() -> Course:
    *_, last = course(SMALL, Kept(lambda: 1e6))
    assert last.result is not None
    return last.result


def test_it_begins_with_the_first_weights_and_ends_with_the_run(found: Course) -> None:
    run = VisionRun(SMALL)
    assert found.steps[0] == 0 and found.steps[-1] == run.last_step
    assert list(found.steps) == sorted(set(found.steps))
    for place in (0, len(found.moments) // 2, -1):
        run.advance(found.steps[place] - run.steps)
        for name, tensor in found.network(place).state_dict().items():
            assert torch.equal(tensor, run.network.state_dict()[name]), name


def test_the_scores_of_a_moment_are_those_of_its_network(found: Course) -> None:
    part = found.data.validation
    with torch.no_grad():
        right = found.network(-1)(part.x).argmax(1) == part.label
    assert found.moments[-1].scores["validation.accuracy"] == pytest.approx(float(right.float().mean()))


def test_first_progress_has_a_picture_and_what_is_done_is_kept() -> None:
    kept: Kept[Course] = Kept(lambda: 1e6)
    first, *_, last = course(SMALL, kept)
    assert first.result is not None and first.result.steps == (0,)
    (again,) = course(SMALL, kept)
    assert again.result is last.result


def test_moments_lie_close_together_at_first_and_are_few_for_large_networks() -> None:
    steps = moments_of(680, 30_000)
    assert len(steps) >= 8 and all(0 < step < 680 for step in steps)
    assert all(later - step >= step - before for before, step, later in zip(steps, steps[1:], steps[2:], strict=False))
    assert len(moments_of(680, 3_000_000)) == 1 and moments_of(1, 100) == []


def test_whoever_asks_has_a_network_of_its_own(found: Course) -> None:
    one, other = found.network(-1), found.network(-1)
    with torch.no_grad():
        next(one.parameters()).zero_()
    assert next(other.parameters()).any()


def test_what_learned_a_visitor_s_own_pictures_is_kept_for_that_visitor_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Kept[Course] = Kept(lambda: 1e6)
    monkeypatch.setattr(type(SMALL.data), "is_private", True)
    with reading_as("ada"):
        assert len(list(course(SMALL, kept))) > 1 == len(list(course(SMALL, kept)))
    with reading_as("bob"):
        assert len(list(course(SMALL, kept))) > 1


def test_a_course_that_diverged_says_so() -> None:
    linear = [{"kind": "dense", "units": 16}] * 4
    wild = SMALL.patched({"training.optimizer.kind": "sgd", "training.optimizer.lr": 10.0, "model.blocks": linear})
    *_, last = course(wild, Kept(lambda: 1e6))
    assert last.result is not None and "The weights shown are those of step" in last.result.ending
