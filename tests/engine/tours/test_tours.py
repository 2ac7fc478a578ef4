"""Every tour is played to its end with three seeds: a step is ticked when it was done and not before, and what the
texts claim is what the runs show."""

import math
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.presets import PRESETS
from engine.supervised import SupervisedRun
from engine.tours.catalog import TOURS
from engine.tours.seen import Seen
from engine.tours.tour import Numbers, Progress
from engine.words import number, percent
from tests.engine.tours.playing import asked, trained, untrained

pytestmark = pytest.mark.long

SEEDS = (0, 1, 2)
PLAYS = [(tour, seed) for tour in TOURS for seed in SEEDS]


@cache
def played(id: str, seed: int) -> Progress:
    """A tour played through; each step must be open before it is done, and ticked after."""
    progress = Progress(TOURS[id])
    before = untrained(progress.tour.opening.patched({"seed": seed}))
    for step in progress.tour.steps:
        assert not progress.see(before), step.text
        asks = untrained(step.experiment(progress.tour.opening).patched({"seed": seed}), step.view)
        if not step.view:
            assert not progress.see(asks), step.text
        after = asked(progress, step, seed)
        assert not progress.hint(after), step.text
        assert progress.see(after), step.text
        before = after
        progress.go(1)
    assert progress.is_over
    return progress


@pytest.mark.parametrize(("id", "seed"), PLAYS)
def test_every_step_is_ticked_by_doing_it_and_says_what_was_measured(id: str, seed: int) -> None:
    progress = played(id, seed)
    for said in progress.said.values():
        assert re.search(r"\d", said), said
        assert "n/a" not in said and "nan" not in said and "inf" not in said, said
        assert not re.search(r"[!\u2014]", said)


def numbers(id: str, seed: int) -> Numbers:
    return played(id, seed).numbers


# --- what the texts claim: beside the tours played above, so that one process plays each once -------------------------

SEEDED = pytest.mark.parametrize("seed", SEEDS)


@SEEDED
def test_a_line_parts_two_clouds_but_not_a_circle_and_a_hidden_layer_does(seed: int) -> None:
    n = numbers("boundary", seed)
    assert n["easy"] > 0.95
    assert n["line"] < 0.7
    assert abs(n["line"] - n["commonest"]) < 0.15
    assert n["layer"] > 0.95


@SEEDED
def test_depth_bends_what_a_line_can_not_and_beats_width_with_as_many_weights(seed: int) -> None:
    n = numbers("depth", seed)
    assert n["line"] < 0.7 < n["one"] < 0.9 < n["two"]
    assert abs(n["wide parameters"] / n["deep parameters"] - 1) < 0.15
    assert n["deep"] < n["wide"]


@SEEDED
def test_linear_layers_collapse_and_both_bends_close_the_circle(seed: int) -> None:
    n = numbers("nonlinearity", seed)
    assert n["linear loss"] == pytest.approx(n["none loss"], abs=0.005)
    assert n["linear"] < 0.7
    assert min(n["tanh"], n["relu"]) > 0.95


@SEEDED
def test_too_small_a_rate_crawls_too_large_a_one_diverges(seed: int) -> None:
    n = numbers("rate", seed)
    assert n["good"] < 0.5 * n["low"]
    assert n["low"] < n["low first"]
    assert n["low steps"] == n["good steps"]
    assert n["high diverged"] and n["high"] > 1000 * n["good"]


@SEEDED
def test_smaller_batches_make_more_updates_of_the_same_passes_and_tremble(seed: int) -> None:
    n = numbers("batch", seed)
    assert n["all updates"] == 20
    assert n["some updates"] == 20 * math.ceil(300 / 32)
    assert n["few updates"] == 20 * math.ceil(300 / 2)
    assert n["few"] < n["some"] < n["all"] < n["all first"]
    assert n["all rises"] == 0 and n["few rises"] > 0.1


@SEEDED
def test_raw_columns_learn_nothing_and_a_higher_rate_diverges(seed: int) -> None:
    n = numbers("scaling", seed)
    assert abs(n["raw r2"]) < 0.05
    assert n["scaled r2"] > 0.85
    assert n["fast diverged"]
    assert n["raw gradient"] > 10 * n["scaled gradient"]


@SEEDED
def test_it_over_fits_and_each_cure_narrows_the_gap(seed: int) -> None:
    n = numbers("overfitting", seed)
    assert n["train"] < 0.5 * n["low"]
    assert n["validation"] > 2 * n["low"]
    assert n["early"] < 0.5 * n["validation"]
    assert n["dropout gap"] < 0.3 * n["gap"]
    assert n["more gap"] < 0.8 * n["gap"]


@SEEDED
def test_a_rate_of_3_kills_units_a_lower_one_hardly_any_and_a_leaky_slope_none(seed: int) -> None:
    n = numbers("dead_units", seed)
    assert n["high dead"] > 0.25
    assert n["low dead"] < 0.1
    assert n["leaky dead"] == 0
    assert n["low right"] > 0.95


@SEEDED
def test_ten_sigmoid_layers_starve_the_first_tanh_learns_and_skips_alone_do_not_cure(seed: int) -> None:
    n = numbers("vanishing", seed)
    assert n["step ratio"] < 1e-5
    assert n["sigmoid"] == pytest.approx(math.log(2), abs=0.005)
    assert n["tanh"] < 0.05 and n["tanh right"] > 0.95
    assert n["skip ratio"] > 100 * n["step ratio"]
    assert n["skip right"] < 0.9


@pytest.mark.parametrize("tour", TOURS.values(), ids=lambda tour: tour.id)
def test_what_a_tour_says_of_itself(tour: object) -> None:
    assert tour.picture in {item.id for item in PRESETS}  # type: ignore[attr-defined]
    for step in tour.steps:  # type: ignore[attr-defined]
        assert re.search(r"\*\*.+\*\*", step.text, re.S), "what to do is bold"
        assert 2 <= len(re.findall(r"[.:?](?:\*\*)?(?:\s|$)", step.text)) <= 6
        assert "!" not in step.text


def test_the_over_fitting_tour_has_the_examples_and_weights_its_text_tells_of() -> None:
    run = SupervisedRun(TOURS["overfitting"].opening)
    assert len(run.data.train.x) == 90
    assert sum(p.numel() for p in run.model.parameters()) > 2000


@pytest.mark.parametrize("hidden", [(), (8,), (8, 8), (24,)])
def test_the_parameters_a_tour_counts_are_pytorchs(hidden: tuple[int, ...]) -> None:
    experiment = Experiment().patched({"model.hidden": hidden})
    run = SupervisedRun(experiment)
    assert untrained(experiment).parameters == sum(p.numel() for p in run.model.parameters())


def test_linear_layers_are_one_matrix() -> None:
    run = SupervisedRun(TOURS["nonlinearity"].opening)
    run.advance(50)
    x = run.data.train.x
    product, offset = np.eye(2), np.zeros(2)
    for linear in run.model.linears:
        weight, bias = linear.weight.detach().double().numpy(), linear.bias.detach().double().numpy()
        product, offset = weight @ product, weight @ offset + bias
    expected = x.double().numpy() @ product.T + offset
    assert np.allclose(run.model(x).detach().numpy(), expected, atol=1e-5)


def test_the_commonest_class_is_counted_in_the_test_part() -> None:
    seen = untrained(Experiment())
    labels = SupervisedRun(Experiment()).data.test.raw_y
    assert seen.commonest == pytest.approx(max(np.mean(labels == k) for k in (0, 1)))


def test_dead_units_are_counted_over_all_layers_by_their_width() -> None:
    experiment = TOURS["dead_units"].opening.patched({"model.hidden": (2, 6), "training.epochs": 10})
    seen = trained(experiment)
    first, second = map(float, seen.detail.dead)
    assert seen.dead == pytest.approx((2 * first + 6 * second) / 8)


# --- ticking --------------------------------------------------------------------------------------------------------


def at_step_2(id: str = "boundary") -> Progress:
    progress = Progress(TOURS[id])
    progress.said[0] = "done"
    progress.go(1)
    return progress


def on(seen: Seen, **changes: object) -> Seen:
    return replace(seen, **changes)


CIRCLE = TOURS["boundary"].steps[1].experiment(TOURS["boundary"].opening).patched({"training.epochs": 60})


def test_a_run_that_goes_on_or_was_changed_on_its_way_ticks_nothing() -> None:
    done = trained(CIRCLE)
    assert not at_step_2().see(on(done, ended=False))
    changed = at_step_2()
    assert not changed.see(on(done, edited=True))
    assert "Press Reset" in changed.hint(on(done, edited=True))
    assert at_step_2().see(done)


def test_what_else_was_changed_is_named_and_keeps_the_step_open() -> None:
    also = CIRCLE.patched({"training.optimizer.kind": "sgd", "model.dropout": 0.5, "data.noise": 0.3})
    progress = at_step_2()
    assert not progress.see(trained(also))
    said = progress.hint(untrained(also))
    assert "Optimizer" in said and "Dropout" in said and "Noise" in said
    assert "Beta" not in said


def test_a_setting_the_step_still_waits_for_is_no_fault() -> None:
    assert at_step_2().hint(untrained(TOURS["boundary"].opening)) == ""


def test_another_seed_and_values_near_what_was_asked_count() -> None:
    step = TOURS["rate"].steps[1]
    opening = TOURS["rate"].opening
    assert not step.extra(opening, opening.patched({"training.optimizer.lr": 0.08, "seed": 5}))
    assert step.extra(opening, opening.patched({"training.optimizer.lr": 0.5}))


def test_a_step_that_is_ticked_stays_so_and_keeps_its_words() -> None:
    progress = at_step_2()
    progress.see(trained(CIRCLE))
    said = dict(progress.said)
    assert progress.see(untrained(TOURS["boundary"].opening))
    assert progress.said == said


def test_the_way_ends_at_both_ends() -> None:
    progress = Progress(TOURS["boundary"])
    progress.go(-1)
    assert progress.place == 0
    progress.go(9)
    assert progress.place == len(TOURS["boundary"].steps) - 1


def test_before_there_is_a_film_nothing_is_measured() -> None:
    nothing = Seen(Experiment())
    measured = [nothing.score("train.loss"), nothing.dead, nothing.gradient_ratio, nothing.first_gradient]
    assert all(math.isnan(value) for value in [*measured, nothing.commonest, nothing.parameters, nothing.rises("x")])
    assert (number(math.nan), percent(math.nan)) == ("n/a", "n/a")
