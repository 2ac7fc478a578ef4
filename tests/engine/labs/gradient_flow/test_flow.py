"""What the lab measures of a run, against PyTorch done by hand."""

import numpy as np
import pytest
import torch
from torch.func import functional_call, jacrev

from engine.clipping import ClipNorm, ClipValue
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.course import Recording, degrees, side_by_side, unclipped
from engine.labs.gradient_flow.cures import CURES, SLOTS, cured, doubled, named
from engine.labs.gradient_flow.jacobians import blank_chains, chain, chains, layer_jacobians, settled
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.supervised import SupervisedRun

SMALL = GradientFlowLab(depth=4, width=6, updates=20)


def test_gradient_norms_are_those_of_the_batch_before_clipping() -> None:
    experiment = cured(SMALL.before, ("clip_norm",), {"clip_norm": 1e-3})
    recording = Recording(experiment, "", 20, 1)
    run = SupervisedRun(experiment)
    for column in range(3):
        x, y = run.batches.draw()
        model = run.model
        loss = run.loss.mean(model(x), y)
        wanted = torch.autograd.grad(loss, list(model.parameters()))
        of_weights = [float(g.norm()) for g, p in zip(wanted, model.parameters(), strict=True) if p.ndim == 2]
        whole = float(torch.cat([g.reshape(-1) for g in wanted]).norm())
        recording.go_on()
        course = recording.course
        np.testing.assert_allclose(course.gradient[:, column], of_weights, rtol=1e-4)
        assert course.norm[column] == pytest.approx(whole, rel=1e-4)
        assert course.clipped_norm[column] == pytest.approx(1e-3, rel=1e-2)
        model.load_state_dict(recording.run.model.state_dict())


def test_measuring_changes_nothing_of_the_run_and_leaves_no_hook() -> None:
    recording, run = Recording(SMALL.after, "", 20, 2), SupervisedRun(SMALL.after)
    while not recording.is_over:
        recording.go_on()
    run.advance(20)
    for mine, plain in zip(recording.run.model.parameters(), run.model.parameters(), strict=True):
        assert torch.equal(mine, plain)
        assert not mine._post_accumulate_grad_hooks
    assert list(recording.course.step) == list(range(2, 21, 2))


def test_hooks_are_gone_after_an_error() -> None:
    parameter = torch.nn.Parameter(torch.ones(2))
    with pytest.raises(RuntimeError, match="stop"), unclipped([parameter]) as seen:
        parameter.sum().backward()
        assert torch.equal(seen[0], torch.ones(2))
        raise RuntimeError("stop")
    assert not parameter._post_accumulate_grad_hooks


def test_ratio_and_drift_are_of_the_weights() -> None:
    run = SupervisedRun(SMALL.after)
    first = [linear.weight.detach().clone() for linear in run.model.linears]
    recording = Recording(SMALL.after, "", 20, 1)
    recording.go_on()
    run.advance(1)
    for layer, (linear, old) in enumerate(zip(run.model.linears, first, strict=True)):
        new = linear.weight.detach()
        assert recording.course.ratio[layer, 0] == pytest.approx(float((new - old).norm() / old.norm()), rel=1e-4)
        assert recording.course.drift[layer] == pytest.approx(float(new.norm() / old.norm()), rel=1e-5)


@pytest.mark.parametrize("degree", [0.0, 1e-5, 37.0, 90.0, 180.0])
def test_degrees_are_exact_also_where_they_are_small(degree: float) -> None:
    angle = np.deg2rad(degree)
    turned = torch.tensor([3 * np.cos(angle), 3 * np.sin(angle)], dtype=torch.float64)
    assert degrees(torch.tensor([1.0, 0.0], dtype=torch.float64), turned) == pytest.approx(degree, rel=1e-6, abs=1e-12)


def test_clipping_by_norm_keeps_the_direction_and_by_value_turns_it() -> None:
    limits = {"clip_norm": 0.01, "clip_value": 0.001}
    runs = [(id, cured(SMALL.after, (id,), limits)) for id in ("clip_norm", "clip_value")]
    *_, last = side_by_side(runs, 20)
    by_norm, by_value = last.result.courses
    assert np.nanmax(by_norm.angle) < 1e-3
    assert np.nanmax(by_value.angle) > 1
    assert by_norm.share_clipped == 1.0


def test_a_run_that_breaks_keeps_its_columns_and_says_why() -> None:
    lab = GradientFlowLab.model_validate(
        {"depth": 14, "activation": {"kind": "relu"}, "initializer": {"kind": "normal"}, "optimizer": {"kind": "sgd"}}
    )
    *_, last = side_by_side([("before", lab.before)], 30)
    assert "step" in last.result.courses[0].ending


def test_both_networks_see_the_same_batches_and_data() -> None:
    runs = [SupervisedRun(each) for each in (SMALL.before, SMALL.after)]
    for _ in range(12):
        (x, y), (other_x, other_y) = (run.batches.draw() for run in runs)
        assert torch.equal(x, other_x) and torch.equal(y, other_y)


# --- Jacobians ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cures", [(), ("relu", "residual"), ("tanh", "batch_norm"), ("gelu", "layer_norm")])
def test_the_product_of_the_layers_is_the_jacobian_of_the_network(cures: tuple) -> None:
    run = SupervisedRun(cured(SMALL.before, cures))
    model = settled(run.model, run.data.train.x)
    x = run.data.train.x[3].double()
    jacobians = layer_jacobians(model, x)
    whole = jacrev(lambda at: functional_call(model, {}, (at.unsqueeze(0),)).squeeze(0))(x).detach()
    product = torch.linalg.multi_dot(jacobians[::-1])
    torch.testing.assert_close(product, whole, rtol=1e-9, atol=1e-15)
    found = chain(jacobians, "")
    assert 10 ** found.product[0] == pytest.approx(float(torch.linalg.matrix_norm(whole, ord=2)), rel=1e-9)
    assert (found.product <= found.bound + 1e-9).all()


def test_a_plain_layers_jacobian_is_slope_times_weights() -> None:
    run = SupervisedRun(SMALL.before)
    model = settled(run.model, run.data.train.x)
    x = run.data.train.x[0].double()
    linear = model.linears[0]
    s = torch.sigmoid(linear(x.unsqueeze(0)).squeeze(0)).detach()
    torch.testing.assert_close(layer_jacobians(model, x)[0], (s * (1 - s)).diag() @ linear.weight.detach())


def test_the_product_of_sixty_orthogonal_factors_is_the_power_of_their_gain() -> None:
    q = torch.linalg.qr(torch.randn(5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))[0]
    found = chain([2.0 * q] * 60, "")
    np.testing.assert_allclose(found.product, np.log10(2.0) * np.arange(60, 0, -1), rtol=1e-9)
    np.testing.assert_allclose(found.bound, found.product, rtol=1e-9)
    dead = chain([torch.zeros(5, 5, dtype=torch.float64), q], "")
    assert dead.product[0] == -np.inf and dead.product[1] == pytest.approx(0, abs=1e-9)


def test_looking_at_jacobians_leaves_the_network_as_it_was() -> None:
    run = SupervisedRun(cured(SMALL.before, ("batch_norm",)))
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    settled(run.model, run.data.train.x)
    assert all(torch.equal(value, before[name]) for name, value in run.model.state_dict().items())


def test_chains_that_are_not_known_yet_keep_their_places() -> None:
    pair = (("before", SMALL.before), ("after", SMALL.after))
    blank, steps = blank_chains(pair, 1), chains(pair, 1)
    first, last = next(steps).result, next(steps).result
    assert [len(found.chains) for found in (blank, first, last)] == [2, 2, 2]
    assert np.isnan(blank.chains[0].product).all() and np.isnan(first.chains[1].product).all()
    assert np.isfinite(last.chains[1].product).all()
    assert said.products(blank) == "" and said.products(last).startswith(said.products(first))


def test_chains_after_training_are_others() -> None:
    pair = (("after", SMALL.after),)
    *_, first = chains(pair, 1)
    *_, later = chains(pair, 1, 20)
    assert first.result.chains[0].product[0] != later.result.chains[0].product[0]


# --- cures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", CURES)
def test_every_cure_changes_its_setting_and_trains(id: str) -> None:
    cure = CURES[id]
    assert cure.slot in SLOTS and cure.lesson and cure.source
    experiment = cured(SMALL.before, (id,), SMALL.limits)
    tree = experiment.model_dump()
    for part in cure.setting.split("."):
        tree = tree[part]
    assert tree == cure.value
    if id != "xavier_uniform":  # the network has it already
        assert experiment != SMALL.before
    recording = Recording(experiment, "", 20, 10)
    recording.go_on()
    assert np.isfinite(recording.course.gradient).all()
    assert named((id,))


def test_limits_reach_the_clipping() -> None:
    limits = {"clip_norm": 2.5, "clip_value": 0.25}
    assert cured(SMALL.before, ("clip_norm",), limits).training.clip == ClipNorm(limit=2.5)
    assert cured(SMALL.before, ("clip_value",), limits).training.clip == ClipValue(limit=0.25)


def test_two_cures_of_one_place_are_refused() -> None:
    assert doubled(("relu", "residual", "tanh")) == ["relu", "tanh"]
    with pytest.raises(ValueError, match="choose one"):
        cured(SMALL.before, ("relu", "tanh"))
    with pytest.raises(ValueError, match="another activation choose one, not relu and tanh"):
        GradientFlowLab(cures=("relu", "tanh"))


@pytest.mark.parametrize(("updates", "batch"), [(20, 256), (200, 32), (1000, 2), (1000, 256)])
def test_the_planned_epochs_hold_all_updates(updates: int, batch: int) -> None:
    run = SupervisedRun(GradientFlowLab(updates=updates, batch_size=batch, depth=1).before)
    assert run.last_step >= updates
