"""The section's networks: all views train, what is known is kept, seeds are apart, answers are those of the network."""

import numpy as np
import pytest
import torch

from engine.kept import Kept
from engine.labs.vision.heads import contenders as section
from engine.labs.vision.heads.answers import answers_of, grid, truth_of
from engine.labs.vision.heads.contenders import QUESTIONS, contenders
from engine.labs.vision.heads.results import Course, Known
from engine.labs.vision.heads.training import training
from engine.labs.vision.heads_settings import Heads, View
from engine.vision.run import VisionRun
from engine.vision.sources.roads import HELD_BACK, Roads


@pytest.fixture(autouse=True)
def _few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(section, "SAMPLES", 100)
    monkeypatch.setattr(section, "SIZE", 16)


def known(asked: Heads, done: Kept[Course] | None = None) -> Known:
    found = [step.result for step in training(contenders(asked, 3), asked.seeds, done or Kept(lambda: 1e7))]
    return [each for each in found if each is not None][-1]


@pytest.mark.parametrize("view", sorted(QUESTIONS))
def test_every_question_is_put_to_networks_that_differ_in_one_thing(view: View) -> None:
    chosen = contenders(Heads(view=view, epochs=1), 3)
    first = chosen[0].experiment
    for other in chosen[1:]:
        assert other.experiment.data == first.data and other.experiment.training == first.training
        assert other.experiment.seed == first.seed == 3
        differs = [other.experiment.model != first.model, other.experiment.head != first.head]
        assert sum(differs) == 1


@pytest.mark.parametrize("view", sorted(QUESTIONS))
def test_all_of_a_view_are_trained_to_their_end_and_answer_every_picture(view: View) -> None:
    found = known(Heads(view=view, epochs=1))
    assert [course.label for course in found.courses] == list(found.labels)
    for course in found.courses:
        assert course.is_done and course.epoch[0] == 0 and np.isfinite(course.scores).all()
        assert all(len(array) == len(found.pictures) for array in course.answers.values())
    assert all(len(array) == len(found.pictures) for array in found.pictures.truth.values())


def test_what_was_trained_is_not_trained_again_and_each_seed_is_another_run() -> None:
    done: Kept[Course] = Kept(lambda: 1e7)
    first = known(Heads(view="several", epochs=1), done)
    steps = list(training(contenders(Heads(view="several", epochs=1, seeds=2), 3), 2, done))
    again = steps[-1].result
    assert again is not None and again.courses[0].answers is first.courses[0].answers
    assert [course.seed for course in again.courses] == [0, 1]
    assert not np.array_equal(again.courses[0].scores, again.courses[1].scores)
    assert len(again.finals("detector", "map_50")) == 2


def test_the_scores_at_the_end_are_those_of_the_same_run() -> None:
    found = known(Heads(view="box", epochs=1))
    run = VisionRun(contenders(Heads(view="box", epochs=1), 3)[0].experiment)
    while run.ending is None:
        run.advance(100)
    scores = dict(zip(run.score_names, run.snapshot(detail=False).scores, strict=True))
    assert found.courses[0].score("iou") == pytest.approx(float(scores["validation.iou"]), abs=1e-6)


def test_densities_are_those_of_the_mixture_and_sum_to_about_one() -> None:
    experiment = contenders(Heads(view="steering"), 0)[1].experiment
    told = 0.1 * torch.randn(4, experiment.head.outputs(2), generator=torch.Generator().manual_seed(0))
    density = answers_of(experiment, told)["density"]
    assert density.shape == (4, len(grid()))
    np.testing.assert_allclose(np.trapezoid(density, grid(), axis=1), 1, atol=0.1)


def test_both_ways_of_a_picture_are_known_and_steering_is_one_of_them() -> None:
    experiment = contenders(Heads(view="steering"), 5)[0].experiment
    assert isinstance(experiment.data, Roads)
    part = experiment.data.build(5).validation
    truth = truth_of(experiment, part)
    assert truth["ways"].shape == (HELD_BACK, 2)
    assert (np.abs(truth["ways"] - part.truth.steering.numpy()[:, None]).min(1) == 0).all()
