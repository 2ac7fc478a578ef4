"""Measurements: gradients beside difference quotients, hooks that leave nothing behind, histograms by counting."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.activations import ELU, GELU, ActivationChoice, LeakyReLU, Maxout, Sigmoid, SiLU, Softplus, Step, Tanh
from engine.initializers import Normal
from engine.losses import BCE, MSE, CrossEntropy, Hinge, LossChoice
from engine.model import MLP, Model
from engine.norms import BatchNorm, LayerNorm, NoNorm, NormChoice
from engine.probes import at_rest, gradients, histogram, traced

RNG = np.random.default_rng(9)
X = torch.from_numpy(RNG.normal(size=(17, 3)))


def made(model: Model, outputs: int = 3) -> MLP:
    return MLP(model, 3, outputs, seed=1).double()


def hooks(network: MLP) -> int:
    return sum(len(module._forward_hooks) for module in network.modules())


SMOOTH: list[ActivationChoice] = [Tanh(), Sigmoid(), GELU(), SiLU(), Softplus(), ELU(), LeakyReLU(slope=0.2), Maxout()]


@pytest.mark.parametrize("activation", SMOOTH, ids=lambda row: row.kind)
@pytest.mark.parametrize("norm", [NoNorm(), LayerNorm(), BatchNorm()], ids=lambda row: row.kind)
def test_gradients_match_central_differences(activation: ActivationChoice, norm: NormChoice) -> None:
    model = Model(hidden=(4, 4), activation=activation, norm=norm, residual=True, initializer=Normal(), dropout=0.5)
    network, y, loss = made(model), torch.from_numpy(RNG.integers(0, 3, 17)), CrossEntropy()
    network.eval()
    found = gradients(network, loss, X, y)
    assert [g.shape for g in found] == [linear.weight.shape for linear in network.linears]
    h = 1e-6
    for linear, gradient in zip(network.linears, found, strict=True):
        weight = linear.weight.data
        for place in [(0, 0), (1, 2), (2, 1)]:
            ends = []
            for sign in (1, -1):
                weight[place] += sign * h
                with torch.no_grad():
                    ends.append(loss.mean(network(X), y).item())
                weight[place] -= sign * h
            assert gradient[place].item() == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-4, abs=1e-8)


@pytest.mark.parametrize(("loss", "outputs"), [(BCE(), 1), (MSE(), 1), (Hinge(), 1), (MSE(), 3), (Hinge(), 3)])
def test_gradients_of_a_network_without_hidden_layers_match_the_formula(loss: LossChoice, outputs: int) -> None:
    network = made(Model(hidden=(), initializer=Normal()), outputs)
    x, labels = X.numpy(), RNG.integers(0, max(2, outputs), 17)
    z = x @ network.output.weight.detach().numpy().T
    wanted = 2.0 * np.eye(3)[labels] - 1 if outputs == 3 else 2.0 * labels[:, None] - 1
    if loss.kind == "bce":
        by_output = 1 / (1 + np.exp(-z)) - labels[:, None]
    elif loss.kind == "mse":
        by_output = 2 * (z - wanted) / outputs
    elif outputs == 1:
        by_output = np.where(wanted * z < 1, -wanted, 0.0)
    else:
        violated = (1 - z[np.arange(17), labels][:, None] + z > 0) & (wanted < 0)
        by_output = (violated - violated.sum(axis=1, keepdims=True) * (wanted > 0)) / outputs
    (found,) = gradients(network, loss, X, torch.from_numpy(labels))
    np.testing.assert_allclose(found.numpy(), by_output.T @ x / 17, rtol=1e-6, atol=1e-8)


def test_gradients_leave_no_gradient_no_mode_and_no_running_statistic_behind() -> None:
    network = made(Model(hidden=(4,), norm=BatchNorm(), dropout=0.4))
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    draws = network.layers[0].dropout.generator.get_state()
    gradients(network, CrossEntropy(), X, torch.zeros(17, dtype=torch.int64))
    assert all(parameter.grad is None for parameter in network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert torch.equal(network.layers[0].dropout.generator.get_state(), draws)
    assert all(module.training for module in network.modules())


def test_gradients_are_found_under_no_grad_too_and_are_zero_below_a_step() -> None:
    network = made(Model(hidden=(4, 4), activation=Step(), initializer=Normal()))
    with torch.no_grad():
        first, second, last = gradients(network, CrossEntropy(), X, torch.zeros(17, dtype=torch.int64))
    assert not first.any()
    assert not second.any()
    assert last.any()


@pytest.mark.parametrize("training", [True, False])
def test_at_rest_restores_the_mode_after_success_and_after_an_exception(training: bool) -> None:
    network = made(Model(hidden=(4,), norm=BatchNorm()))
    network.train(training)
    with at_rest(network):
        assert not any(module.training for module in network.modules())
    assert all(module.training is training for module in network.modules())
    with pytest.raises(RuntimeError, match="inside"), at_rest(network):
        raise RuntimeError("inside")
    assert all(module.training is training for module in network.modules())


def test_hooks_are_gone_after_success_and_after_an_exception() -> None:
    network = made(Model(hidden=(4, 4)))
    with traced(network):
        assert hooks(network) == 5
    assert hooks(network) == 0
    with pytest.raises(RuntimeError), traced(network):
        network(torch.ones(2, 7, dtype=torch.float64))
    assert hooks(network) == 0
    with traced(network) as trace:
        pass
    network(X)
    assert trace.outputs == trace.activations == trace.pre_activations == []


def test_a_trace_holds_what_each_layer_received_and_gave() -> None:
    network = made(Model(hidden=(3, 3), activation=Tanh(), residual=True, initializer=Normal()))
    network.eval()
    with traced(network) as trace:
        given = network(X)
    a, expected = X.numpy(), []
    for linear in network.linears[:-1]:
        z = a @ linear.weight.detach().numpy().T
        a = a + np.tanh(z)
        expected.append((z, np.tanh(z), a))
    for found, (z, activation, output) in zip(
        zip(trace.pre_activations, trace.activations, trace.outputs, strict=False), expected, strict=True
    ):
        for tensor, array in zip(found, (z, activation, output), strict=True):
            np.testing.assert_allclose(tensor.numpy(), array, rtol=1e-10)
            assert not tensor.requires_grad
    assert torch.equal(trace.outputs[-1], given.detach())
    assert (len(trace.pre_activations), len(trace.activations), len(trace.outputs)) == (2, 2, 3)


def test_a_trace_of_maxout_keeps_all_its_pieces() -> None:
    network = made(Model(hidden=(4,), activation=Maxout(affine_pieces=3)))
    with traced(network) as trace:
        network(X)
    assert trace.pre_activations[0].shape == (17, 12)
    assert trace.activations[0].shape == (17, 4)
    torch.testing.assert_close(
        trace.activations[0], torch.stack([p.max(dim=1).values for p in trace.pre_activations[0].split(3, dim=1)], 1)
    )


def test_a_histogram_counts_equal_bins_scaled_to_its_fullest() -> None:
    values = RNG.normal(size=(40, 50)).astype(np.float32)
    shares, ends = histogram(values)
    low, high = float(values.min()), float(values.max())
    counts = np.zeros(32)
    for value in values.ravel():
        counts[min(31, int((float(value) - low) / (high - low) * 32))] += 1
    np.testing.assert_allclose(ends, [low, high], rtol=1e-6)
    np.testing.assert_allclose(shares, counts / counts.max() * 255, atol=2)
    assert shares.max() == 255


def test_a_histogram_of_equal_values_is_one_bar_and_of_infinite_ones_is_empty() -> None:
    shares, ends = histogram(np.full((3, 4), 2.0, np.float32))
    assert sorted(shares.tolist()) == [0] * 31 + [255]
    assert ends[0] < 2.0 < ends[1]
    for broken in (np.array([1.0, np.nan]), np.array([np.inf, 0.0]), np.zeros((0, 4))):
        shares, ends = histogram(broken)
        assert not shares.any()
        assert np.isfinite(ends).all()


@pytest.mark.parametrize(
    "values", [[1e30, 1.000001e30], [1.0, 1.0000001], [3e38, -3e38], [1e-30, 2e-30], [0.0, 0.0], [-1e38, -1e38]]
)
def test_a_histogram_takes_nearly_equal_and_huge_values(values: list[float]) -> None:
    shares, ends = histogram(np.array(values, np.float32))
    assert shares.max() == 255
    assert ends[0] <= min(values)
    assert max(values) <= ends[1]
    assert ends[0] < ends[1]


def test_a_module_of_another_kind_can_be_at_rest_too() -> None:
    module = nn.Dropout(0.5)
    with at_rest(module):
        assert torch.equal(module(torch.ones(9)), torch.ones(9))
    assert module.training
