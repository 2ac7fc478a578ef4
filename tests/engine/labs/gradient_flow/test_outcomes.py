"""The criterion, which cures are compared, and the proofs."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.doctor.examination import filmed, trained
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.clipping import clipped_runs
from engine.labs.gradient_flow.course import Recording, blank, side_by_side
from engine.labs.gradient_flow.cures import COMPARED, CURES, cured
from engine.labs.gradient_flow.outcomes import (
    DEPTHS,
    UPDATES,
    alone,
    experiment_at,
    first_over_last,
    outcome,
    pairs,
)
from engine.labs.gradient_flow.proofs import PROOFS, moments, of
from engine.labs.gradient_flow.results import Course
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.supervised import SupervisedRun

LAB = GradientFlowLab()


def course(gradient: list[float], accuracy: float = 0.5, ending: str = "") -> Course:
    """A run of three updates with the same gradients at each."""
    table = np.repeat(np.array(gradient)[:, None], 3, axis=1)
    ones = np.ones(3)
    steps = np.arange(1, 4)
    return Course("run", steps, table, table, np.ones(len(table)), ones, ones, ones, ones, accuracy * ones, ending)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (course([1.0, 1.0], 0.95), "learned"),
        (course([1e9, 1.0], 0.95, "broke"), "diverged"),
        (course([1e-4, 1.0]), "vanished"),
        (course([1e-7, 1e-7, 1.0]), "vanished"),
        (course([200.0, 150.0]), "exploded"),
        (course([1.0, 1e-4]), "exploded"),
        (course([0.5, 1.0]), "not yet"),
        (blank([("none", LAB.before)]).courses[0], "diverged"),
    ],
)
def test_the_criterion_calls_a_run_what_it_says(given: Course, wanted: str) -> None:
    assert outcome(given) == wanted


def test_first_over_last_is_a_power_of_ten() -> None:
    assert first_over_last(course([1e-6, 1.0])) == pytest.approx(-6)
    assert first_over_last(course([0.0, 1.0])) == -np.inf
    assert np.isnan(first_over_last(course([0.0, 0.0])))


def first_update(experiment) -> Course:  # type: ignore[no-untyped-def]
    recording = Recording(experiment, "", 1, 1)
    recording.go_on()
    return recording.course


def test_cures_that_fail_at_sixty_layers_fail_here() -> None:
    rectified = LAB.model_copy(update={"activation": CURE_RELU, "initializer": CURE_HE})
    assert first_over_last(first_update(cured(rectified.of_depth(60), ("batch_norm",)))) > 4
    assert first_update(cured(rectified.of_depth(60), ("residual",))).gradient.max() > 1e9
    plain, clipped = (first_update(cured(LAB.of_depth(60), cures)) for cures in ((), ("clip_norm",)))
    assert first_over_last(plain) < -20
    assert first_over_last(clipped) == pytest.approx(first_over_last(plain))


CURE_RELU = cured(LAB.before, ("relu",)).model.activation
CURE_HE = cured(LAB.before, ("he_normal",)).model.initializer


def test_every_pair_that_can_go_together_is_compared_once() -> None:
    places = pairs(20)
    chosen = [frozenset(place.cures) for place in places]
    assert len(set(chosen)) == len(chosen)
    wanted = {frozenset({a, b}) for a in COMPARED for b in COMPARED if a == b or CURES[a].slot != CURES[b].slot}
    assert set(chosen) == wanted
    assert len(alone()) == (len(COMPARED) + 1) * len(DEPTHS)


def test_short_settings_do_not_cut_the_comparison_short() -> None:
    short = LAB.model_copy(update={"updates": 20})
    assert SupervisedRun(experiment_at(short, alone()[0], 0)).last_step >= UPDATES


def test_nine_tenths_of_the_test_part_are_nine_tenths(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(LAB.of_depth(2), "", 1, 1)
    test = recording.run.data.test
    share = 0.9 * len(test.y)
    assert share == round(share), "the case this is about"
    answers = torch.where(torch.arange(len(test.y)) < share, test.y, 1 - test.y)
    monkeypatch.setattr(type(recording.run.loss), "classify", lambda self, outputs: answers)
    recording.go_on()
    assert recording.course.accuracy[-1] == 0.9


@pytest.mark.parametrize("which", ["bursts", "breaks", "own"])
def test_clipping_compares_three_runs_of_one_network(which: str) -> None:
    runs = clipped_runs(GradientFlowLab(clipped=which, depth=3))
    bare = [experiment.patched({"training.clip.kind": "none"}) for _, experiment in runs]
    assert bare[0] == bare[1] == bare[2]
    assert [experiment.training.clip.kind for _, experiment in runs] == ["none", "norm", "value"]


def test_clipping_saves_the_network_that_breaks_without_it() -> None:
    lab = GradientFlowLab(clipped="breaks", updates=60)
    *_, last = side_by_side(clipped_runs(lab), lab.updates)
    without, by_norm, _ = last.result.courses
    assert without.ending and not by_norm.ending


def test_a_film_seen_frame_by_frame_ends_as_the_whole_one() -> None:
    experiment = LAB.of_depth(2)
    *_, (case, share) = filmed(experiment, 40)
    whole = trained(experiment, 40)
    assert share == 1.0 and case.step == whole.step == 40
    np.testing.assert_array_equal(case.curve("train.loss"), whole.curve("train.loss"))


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_a_proof_measures_and_says_so(proof) -> None:  # type: ignore[no-untyped-def]
    found = proof.run()
    assert any(letter.isdigit() for letter in found.sentence)
    assert all(len(row) == len(found.head) for row in found.rows)


def test_what_the_proofs_say_holds() -> None:
    ratios = [first_over_last(first_update(of(20, *cures))) for cures in ((), ("batch_norm",), ("tanh", "orthogonal"))]
    assert ratios[0] < -10 and min(ratios[1:]) > -1
    recording = Recording(of(20), "", 60, 60)
    recording.go_on()
    assert recording.course.drift[0] == pytest.approx(1, abs=1e-3)
    assert not bool((recording.run.model.linears[0].weight == 0).any())


def test_moments_are_scipys() -> None:
    from scipy import stats

    x = torch.linspace(0, 1, 50, dtype=torch.float64).square()
    values = x.numpy()
    wanted = (values.mean(), values.std(), stats.skew(values), stats.kurtosis(values))
    assert moments(x) == pytest.approx(wanted)


def test_sentences_stand_empty_and_broken_runs() -> None:
    empty = blank([("before", LAB.before), ("after", LAB.after)])
    broken = replace(course([np.inf, 1.0]), ending="The run broke.")
    for flow in (empty, replace(empty, courses=(broken, broken))):
        said.gradients(flow), said.ratios(flow), said.losses(flow), said.angles(flow)
    assert said.clipped(broken, 0, 1.0)
    assert said.share(0.0, 1.0) == "nothing of it"
    assert said.power(-20.0) == "1e-20"
