"""What removing a unit costs, beside the network written out in double precision with zeros in the unit's place."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine import ablation
from engine.ablation import ranked, still
from engine.activations import ReLU
from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.model import Model
from engine.supervised import SupervisedRun
from tests.engine.reference import forward, weights_of

MODEL = Model(hidden=(4, 3), initializer=Normal(scale=1.0))
SMALL = Experiment(data=Circle(samples=120, validation_share=0.25), model=MODEL, training=Training(epochs=50))


def trained(experiment: Experiment = SMALL, steps: int = 30) -> SupervisedRun:
    run = SupervisedRun(experiment)
    run.advance(steps)
    return run


def loss_without(run: SupervisedRun, layer: int, unit: int, part: str) -> float:
    """Layer and unit from 1; layer 0 for all units."""
    weights = weights_of(run)
    if layer:
        weights[layer][:, unit - 1] = 0
    examples = getattr(run.data, part)
    given = forward(run, examples.x, weights).outputs[-1][:, 0]
    return float(F.binary_cross_entropy_with_logits(given, examples.y.double()))


@pytest.mark.parametrize(("share", "part"), [(0.25, "validation"), (0.0, "train")])
def test_each_cost_is_the_loss_with_zero_outgoing_weights_less_the_loss_of_the_whole(share: float, part: str) -> None:
    run = trained(SMALL.patched({"data.validation_share": share}))
    found = ranked(still(run))
    whole = loss_without(run, 0, 0, part)
    assert (found.part, found.step, found.rows) == (part, 30, len(getattr(run.data, part).x))
    assert found.loss == pytest.approx(whole, rel=1e-5)
    assert len(found.removals) == 7
    for removal in found.removals:
        expected = loss_without(run, removal.layer, removal.unit, part) - whole
        assert removal.cost == pytest.approx(expected, abs=2e-6), removal


def test_the_dearest_unit_comes_first_and_each_unit_once() -> None:
    removals = ranked(still(trained())).removals
    costs = [removal.cost for removal in removals]
    assert costs == sorted(costs, reverse=True) and len(set(costs)) > 1
    expected = {(layer, unit) for layer, units in ((1, 4), (2, 3)) for unit in range(1, units + 1)}
    assert {(removal.layer, removal.unit) for removal in removals} == expected


def test_a_unit_that_is_off_already_costs_nothing_and_stays_off_while_others_are_measured() -> None:
    run = trained()
    run.apply({"unit.1.2": False})
    found = {(removal.layer, removal.unit): removal.cost for removal in ranked(still(run)).removals}
    assert found[1, 2] == 0
    weights = weights_of(run)
    weights[1][:, 1] = 0
    examples = run.data.validation
    losses = []
    for without in (None, 3):
        if without is not None:
            weights[1][:, without - 1] = 0
        given = forward(run, examples.x, weights).outputs[-1][:, 0]
        losses.append(float(F.binary_cross_entropy_with_logits(given, examples.y.double())))
    assert found[1, 3] == pytest.approx(losses[1] - losses[0], abs=2e-6)


def test_of_a_residual_layer_only_what_the_unit_adds_is_removed() -> None:
    run = trained(
        SMALL.patched({"model.hidden": (3, 3), "model.residual": True, "model.activation": ReLU().model_dump()})
    )
    found = {(removal.layer, removal.unit): removal.cost for removal in ranked(still(run)).removals}
    run.apply({"unit.2.1": False})
    x, y = run.data.validation.x, run.data.validation.y
    run.model.eval()
    with torch.no_grad():
        off = float(F.binary_cross_entropy_with_logits(run.model(x)[:, 0], y.float()))
    assert found[2, 1] == pytest.approx(off - ranked(still(trained(run.experiment))).loss, abs=1e-5)


def test_measuring_changes_nothing_of_the_run() -> None:
    run, other = trained(), trained()
    before = [parameter.clone() for parameter in run.model.parameters()]
    taken = still(run)
    run.advance(5)
    first = ranked(taken)
    assert first == ranked(taken), "the copy is as it was"
    other.advance(5)
    assert all(a.equal(b) for a, b in zip(run.model.parameters(), other.model.parameters(), strict=True))
    assert not all(a.equal(b) for a, b in zip(before, run.model.parameters(), strict=True))
    assert all(layer.kept is None for layer in run.model.layers) and run.model.training == other.model.training


def test_a_large_network_is_measured_on_fewer_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(steps=0)
    weights = sum(weight.numel() for weight in weights_of(run))
    monkeypatch.setattr(ablation, "FEWEST", 5)
    monkeypatch.setattr(ablation, "WORK", 7 * weights * 11)
    taken = still(run)
    assert len(taken.x) == 11
    np.testing.assert_array_equal(taken.x, run.data.validation.x[:11])


def test_without_a_point_no_unit_has_a_cost() -> None:
    empty = SupervisedRun(Experiment.model_validate({"data": {"kind": "canvas"}, "model": {"hidden": [2]}}))
    found = ranked(still(empty))
    assert (found.rows, found.removals) == (0, ())
