"""The criterion, the comparison, the recorded runs and the proofs."""

from dataclasses import replace

import numpy as np
import pytest

from engine.doctor.examination import filmed, trained
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.clipping import clipped_runs
from engine.labs.gradient_flow.course import Recording, blank, side_by_side
from engine.labs.gradient_flow.cures import COMPARED, CURES, cured
from engine.labs.gradient_flow.outcomes import (
    DEPTHS,
    SEEDS,
    UPDATES,
    Place,
    alone,
    compare,
    experiment_at,
    first_over_last,
    outcome,
    pairs,
)
from engine.labs.gradient_flow.proofs import PROOFS, moments, of
from engine.labs.gradient_flow.results import Course
from engine.labs.gradient_flow.signs import RECORDED, recorded
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
        (course([0.5, 1.0]), "stuck"),
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


def test_a_comparison_trains_every_place_from_every_seed() -> None:
    places = [Place("a", "x", 2, ()), Place("b", "x", 2, ("relu", "he_normal"))]
    seen = [step for step in compare(LAB, places) if step.result is not None]
    assert [len(cell.outcomes) for cell in seen[-1].result.cells] == [SEEDS, SEEDS]
    assert [len(step.result.cells) for step in seen[:2]] == [1, 2]
    assert seen[-1].share == 1.0
    assert said.comparison(seen[-1].result)
    seeds = {experiment_at(LAB, places[0], number).seed for number in range(SEEDS)}
    assert len(seeds) == SEEDS


def test_short_settings_do_not_cut_the_comparison_short() -> None:
    short = LAB.model_copy(update={"updates": 20})
    assert SupervisedRun(experiment_at(short, alone()[0], 0)).last_step >= UPDATES


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


@pytest.mark.parametrize("id", [id for id in RECORDED if id != "exploding"])
def test_the_doctor_finds_what_a_recorded_run_is_there_for(id: str) -> None:
    item = RECORDED[id]
    *_, last = recorded(item.experiment, item.updates)
    found = last.result
    assert found.is_done and found.signs and all(sign.evidence for sign in found.signs)
    assert found.gradient.shape == found.ratio.shape == (len(item.experiment.model.hidden) + 1, len(found.step))
    assert said.record(found)
    assert item.experiment.patched(dict(item.fix)) != item.experiment
    if id == "starved":
        usual = np.nanmedian(found.ratio, axis=1)
        assert usual[0] < 1e-3 * usual[-1]
    if id == "tiny":
        usual = np.median(found.gradient, axis=1)
        assert usual.max() < 1e-5 and usual[0] > 1e-3 * usual[-2]
    if id == "growing":
        assert (found.weight_norm[:-1, -1] > 2 * found.weight_norm[:-1, 0]).all()


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
    import torch
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
