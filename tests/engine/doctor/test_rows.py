"""Each row at its threshold, on films made by hand: just beyond it is found, just short of it is not."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from charts.board import board
from engine.activations import ReLU, Sigmoid
from engine.data.bundled import Wine
from engine.data.tables import Fraud
from engine.data.toy import Circle
from engine.doctor.case import Case
from engine.doctor.catalog import ROWS, row
from engine.doctor.finding import Finding
from engine.experiment import Experiment
from engine.model import LayerOverride, Model
from engine.run import Ending
from tests.engine.doctor.hand import hand_case, numbers

DEEP = Experiment(data=Circle(samples=100), model=Model(hidden=(4, 4, 4), activation=ReLU()))
BOUNDED = DEEP.patched({"model.activation.kind": "sigmoid"})
BROKE = "At step 13 the gradient of hidden layer 2 was not finite. The weights shown are those of step 12."
DIVERGED = Ending("diverged", 12, BROKE)
ALIVE = {"dead": numbers(0, 0, 0)}
ZERO = {"edges": np.zeros(8 + 16 + 16 + 4, np.float32), "biases": np.zeros(13, np.float32)}
SETTLED = [0.7] * 12


def found(code: str, case: Case) -> Finding | None:
    return row(code).examine(case)


def is_found(code: str, **film: Any) -> bool:
    return found(code, hand_case(**film)) is not None


# --- divergence and scaling -------------------------------------------------------------------------------------------


def test_a_divergence_is_told_with_step_and_layer() -> None:
    seen = found("diverged", hand_case(DEEP, losses=[0.7, 3.0, 900.0], step=12, ending=DIVERGED))
    assert "at step 13 the gradient of hidden layer 2 was not finite" in seen.sentence
    assert "weights shown" not in seen.sentence
    assert {item.name: item.value for item in seen.evidence}["largest training loss filmed"] == pytest.approx(900)
    assert not is_found("diverged", losses=[0.7, 900.0])


def test_large_inputs_are_a_sign_only_where_the_network_falls_short_and_scaling_is_off() -> None:
    raw = Experiment(data=Wine(scaling="none"), model=Model(hidden=(4,)))
    facts = {"size": np.array([0.5, 20.5, *[1.0] * 11])}
    seen = found("unscaled", hand_case(raw, facts=facts))
    assert "malic acid" in seen.sentence and "20.5" in seen.sentence and "0.5" in seen.sentence
    assert not is_found("unscaled", experiment=raw, facts={"size": np.array([0.5, 19.5, *[1.0] * 11])})
    assert not is_found("unscaled", experiment=raw, facts=facts, losses=[1.0, 0.1], score=0.99)
    assert not is_found("unscaled", experiment=Experiment(data=Wine(), model=Model(hidden=(4,))), facts=facts)


# --- gradients --------------------------------------------------------------------------------------------------------


def test_exploding_begins_at_a_median_norm_of_100() -> None:
    seen = found("exploding", hand_case(DEEP, gradients=[1.0, 101.0, 2.0, 1.0]))
    assert "hidden layer 2" in seen.sentence and "101" in seen.sentence
    assert seen.place.layer == 1
    assert not is_found("exploding", experiment=DEEP, gradients=[1.0, 99.0, 2.0, 1.0])


@pytest.mark.parametrize(
    ("gradients", "ill"),
    [
        ([0.9e-4, 0.01, 0.1, 0.1], True),
        ([1.1e-4, 0.01, 0.1, 0.1], False),
        ([2e-10, 1e-10, 1e-10, 1e-10], True),
        ([2e-5, 2e-5, 2e-5, 1e-4], False),
        ([0.0, 1e-10, 1e-10, 1e-10], False),
    ],
    ids=[
        "below 1/1000",
        "above 1/1000",
        "tiny everywhere at ratio 2",
        "small everywhere",
        "none at all is another sign",
    ],
)
def test_vanishing_is_a_thousandth_of_the_strongest_or_tiny_everywhere(gradients: list[float], ill: bool) -> None:
    assert is_found("vanishing", experiment=DEEP, gradients=gradients) == ill
    assert not is_found("vanishing", experiment=DEEP, gradients=gradients, losses=[0.7, 0.01], score=0.99)


def test_vanishing_says_which_layer_gets_what_share() -> None:
    seen = found("vanishing", hand_case(DEEP, gradients=[1e-5, 0.01, 0.1, 0.1]))
    assert "hidden layer 1 gets 1/10,000 of what" in seen.sentence
    everywhere = found("vanishing", hand_case(DEEP, gradients=[2e-10, 1e-10, 1e-10, 1e-10]))
    assert "tiny in all 3 hidden layers" in everywhere.sentence and "2e-10" in everywhere.sentence


# --- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dead", "ill"), [((0, 0.95, 0), True), ((0.2, 0.85, 0.4), False), ((0.5, 0.6, 0.5), True)])
def test_dead_is_a_layer_of_which_nine_tenths_are_or_a_network_of_which_half_is(
    dead: tuple[float, ...], ill: bool
) -> None:
    film: dict[str, Any] = {
        "experiment": DEEP,
        "details": {"dead": numbers(*dead)},
        "first_details": ALIVE,
    }
    assert is_found("dead", **film) == ill
    assert not is_found("dead", **film, losses=[0.7, 0.01], score=0.99)


def test_dead_says_since_when() -> None:
    film = {"details": {"dead": numbers(0, 1, 0)}, "first_details": ALIVE}
    seen = found("dead", hand_case(DEEP, losses=[0.7] * 5, **film))
    assert "100.0 % of the units of hidden layer 2 are dead at step 1,000 (seen since step 250)" in seen.sentence


def test_saturated_is_said_of_activations_with_two_flat_ends_only() -> None:
    flat = {"saturated": numbers(0.1, 0.8, 0.1)}
    assert is_found("saturated", experiment=BOUNDED, details=flat)
    assert not is_found("saturated", experiment=BOUNDED, details={"saturated": numbers(0.1, 0.7, 0.1)})
    assert not is_found("saturated", experiment=DEEP, details=flat)
    own = DEEP.patched({"model.layers": (LayerOverride(layer=2, activation=Sigmoid()).model_dump(),)})
    assert is_found("saturated", experiment=own, details=flat)


def test_saturation_that_jumps_made_is_the_rates_sign() -> None:
    jumping = [0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.2, 0.9, 0.2, 0.9, 0.2, 0.9]
    film = {"losses": jumping, "details": {"saturated": numbers(0.1, 0.9, 0.1)}}
    driven = hand_case(BOUNDED, **film, first_details={"saturated": numbers(0, 0, 0)})
    assert found("saturated", driven) is None
    assert found("rate_high", driven) is not None
    assert found("saturated", hand_case(BOUNDED, **film)) is not None


def test_copies_are_units_with_the_same_weights_in_every_frame() -> None:
    begun = hand_case(DEEP)
    edges = begun.frames[0].detail.edges.copy()
    biases = np.zeros_like(begun.frames[0].detail.biases)
    same = edges.copy()
    same[8:24] = np.tile([0.1, 0.2, 0.3, 0.4], 4)  # hidden layer 2: four units of four weights, after 4 x 2
    copies = {"edges": same, "biases": biases}
    seen = found("symmetry", hand_case(DEEP, details=copies))
    assert seen.place.layer == 1 and "all 4 units have the same weights" in seen.sentence
    assert found("symmetry", hand_case(DEEP, details=copies, first_details={"edges": edges})) is None
    apart = biases.copy()
    apart[5] = 0.01
    assert found("symmetry", hand_case(DEEP, details={"edges": same, "biases": apart})) is None


# --- rates ------------------------------------------------------------------------------------------------------------


def test_a_rate_is_too_high_where_the_loss_swings_without_getting_anywhere() -> None:
    swinging = [0.7] * 6 + [0.5, 0.7, 0.5, 0.7, 0.5, 0.7, 0.5]
    assert is_found("rate_high", losses=swinging)
    assert not is_found("rate_high", losses=[0.7] * 6 + [0.6, 0.66, 0.6, 0.66, 0.6, 0.66, 0.6])
    assert not is_found("rate_high", losses=[0.7] * 6 + [0.02, 0.04, 0.02, 0.04, 0.02, 0.04, 0.02])
    assert not is_found("rate_high", losses=[0.7, 0.69, 0.6, 0.5, 0.4, 0.3, 0.2, 0.14, 0.1, 0.07, 0.05, 0.03, 0.02])
    assert not is_found("rate_high", losses=swinging, score=0.99)


def test_or_where_it_is_worse_than_at_the_beginning() -> None:
    seen = found("rate_high", hand_case(losses=[0.8] + [2.0] * 11, rate=3.0))
    assert "mostly above the 0.8 of the beginning" in seen.sentence and "rate of 3 is too high" in seen.sentence
    assert not is_found("rate_high", losses=[2.0] * 12)
    assert not is_found("rate_high", losses=[0.3] + [0.6] * 11)


def test_a_rate_is_too_low_where_the_loss_falls_steadily_by_tiny_updates() -> None:
    falling = list(np.linspace(0.8, 0.79, 12))
    seen = found("rate_low", hand_case(losses=falling, update=9e-4))
    assert "from 0.8 to 0.79" in seen.sentence and "0.0009" in seen.sentence
    assert not is_found("rate_low", losses=falling, update=1.1e-3)
    assert not is_found("rate_low", losses=SETTLED, update=9e-4)
    assert not is_found("rate_low", losses=list(np.linspace(0.5, 0.49, 12)), update=9e-4, score=0.99)


def test_a_run_at_the_end_of_its_way_takes_small_steps_for_another_reason() -> None:
    case = hand_case(losses=list(np.linspace(0.8, 0.79, 12)), update=9e-4)
    flat = replace(case.last, gradient_norm=case.last.gradient_norm * 0.2)
    assert found("rate_low", replace(case, frames=(*case.frames[:-1], flat))) is None


# --- fit --------------------------------------------------------------------------------------------------------------


def test_under_fitting_is_a_tenth_below_the_neighbours_on_what_it_was_trained_on() -> None:
    assert is_found("underfit", losses=SETTLED, score=0.85, train_score=0.89)
    assert not is_found("underfit", losses=SETTLED, score=0.85, train_score=0.91)
    assert not is_found("underfit", losses=SETTLED, score=0.85, train_score=0.89, ending=None)
    seen = found("underfit", hand_case(losses=SETTLED, score=0.55, train_score=0.6))
    assert "accuracy 60.0 % on the training part" in seen.sentence and "give 100.0 %" in seen.sentence


def test_over_fitting_is_a_held_back_loss_that_rose_while_the_other_fell() -> None:
    falling = list(np.linspace(0.6, 0.01, 12))
    rising = [0.6, 0.5, 0.4, 0.3, 0.3, 0.3, 0.3, 0.4, 0.45, 0.48, 0.5, 0.5]  # 1.3 x 0.3 + 0.0693 = 0.459
    seen = found("overfit", hand_case(losses=falling, held=rising))
    assert re.search(r"Since step \d+ the validation loss has risen from 0\.3 to 0\.5", seen.sentence)
    assert not is_found("overfit", losses=falling, held=[min(value, 0.45) for value in rising])
    assert not is_found("overfit", losses=falling[::-1], held=rising)


def test_one_odd_frame_is_no_over_fitting() -> None:
    falling = list(np.linspace(0.6, 0.01, 12))
    assert not is_found("overfit", losses=falling, held=[0.5] * 11 + [5.0])
    assert not is_found("overfit", losses=falling, held=[0.5] * 5 + [0.01] + [0.5] * 6)


def test_a_rare_class_is_overlooked_where_fewer_than_half_are_found() -> None:
    fraud = Experiment(data=Fraud(samples=600, share=0.05), model=Model(hidden=(4,)))

    def seen(hits: float, counts: tuple[int, int] = (342, 18)) -> Finding | None:
        table = np.array([[110, 4], [6 - hits, hits]], np.float32)
        return found(
            "imbalance", hand_case(fraud, losses=SETTLED, details={"outcome": table}, facts={"counts": counts})
        )

    assert seen(2) is not None
    assert "finds 2 of 6" in seen(2).sentence and "5.0 %" in seen(2).sentence and "class fraud" in seen(2).sentence
    assert seen(3) is None
    assert seen(2, (300, 60)) is None


def test_a_cure_of_imbalance_never_balances_twice() -> None:
    fraud = Experiment(data=Fraud(samples=600, share=0.05), model=Model(hidden=(4,)))
    tried = {"training.class_weights": "balanced"}, {"training.sampling.kind": "oversampling"}
    (rule,) = [rule for rule in ROWS if rule.code == "imbalance"]
    for present in ({}, *tried):
        case = hand_case(fraud.patched(present), losses=SETTLED)
        proposed = rule.candidates(case)
        made = [fraud.patched(present).patched(dict(patch)).training for patch in proposed]
        balanced = [(training.class_weights, training.sampling.kind) for training in made]
        assert set(balanced) == {("balanced", "none"), ("none", "oversampling")}


# --- every row --------------------------------------------------------------------------------------------------------

ILL: dict[str, dict[str, Any]] = {
    "diverged": {"experiment": DEEP, "losses": [0.7, 900.0], "step": 12, "ending": DIVERGED},
    "unscaled": {"experiment": Experiment(data=Wine(scaling="none"), model=Model(hidden=(4,)))},
    "symmetry": {"experiment": DEEP, "details": ZERO},
    "exploding": {"experiment": DEEP, "gradients": [1.0, 500.0, 1.0, 1.0]},
    "saturated": {"experiment": BOUNDED, "details": {"saturated": numbers(0, 1, 0)}},
    "vanishing": {"experiment": DEEP, "gradients": [1e-9, 1e-5, 1e-3, 0.1]},
    "dead": {"experiment": DEEP, "details": {"dead": numbers(0, 1, 0)}},
    "rate_high": {"losses": [0.7] * 6 + [0.4, 0.7] * 4},
    "rate_low": {"losses": list(np.linspace(0.8, 0.79, 12)), "update": 1e-5},
    "overfit": {"losses": list(np.linspace(0.6, 0.01, 12)), "held": list(np.linspace(0.3, 2.0, 12))},
    "underfit": {"losses": SETTLED, "score": 0.6},
    "imbalance": {
        "experiment": Experiment(data=Fraud(samples=600, share=0.05), model=Model(hidden=(4,))),
        "losses": SETTLED,
        "details": {"outcome": np.array([[110, 4], [6, 0]], np.float32)},
    },
}


@pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.code)
def test_every_finding_has_numbers_a_sentence_that_quotes_one_and_a_chart_to_see_it_in(rule: Any) -> None:
    case = hand_case(**ILL[rule.code])
    seen = rule.examine(case)
    assert seen.code == rule.code
    assert seen.evidence[0] == rule.measure(case)
    assert len(seen.evidence) >= 3
    assert any(item.said.split(" ")[0] in seen.sentence for item in seen.evidence)
    assert seen.place.chart in {chart.id for chart in board(case.scene)} | {"network"}
    assert seen.place.layer is None or seen.place.layer < len(case.layers)
    assert 0 <= seen.place.step <= case.step
    assert rule.lesson.endswith(".") and rule.source and "!" not in seen.sentence + rule.lesson


@pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.code)
def test_every_row_proposes_changes_that_make_another_valid_experiment(rule: Any) -> None:
    case = hand_case(**ILL[rule.code])
    proposed = rule.candidates(case)
    assert proposed
    made = [case.experiment.patched(dict(patch)) for patch in proposed if _is_valid(case, dict(patch))]
    assert any(experiment != case.experiment for experiment in made)


def _is_valid(case: Case, patch: dict[str, Any]) -> bool:
    try:
        case.experiment.patched(patch)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.code)
def test_a_run_of_one_frame_without_details_and_one_without_hidden_layers_are_no_trouble(rule: Any) -> None:
    begun = hand_case()
    bare = replace(begun, frames=(replace(begun.frames[0], detail=None),), ending=None)
    flat = hand_case(Experiment(model=Model(hidden=())))
    for case in (bare, flat):
        rule.examine(case)
        assert isinstance(rule.measure(case).value, float | int)
