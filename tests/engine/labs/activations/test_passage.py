"""Layers of a stack beside a forward pass written in NumPy, and beside what theory says of their variance."""

import numpy as np
import pytest

from engine.activations import ELU, Activation, ActivationChoice, Linear, ReLU, Sigmoid, Step, Tanh
from engine.initializers import HeNormal, LeCunNormal, Normal, Orthogonal, Zeros
from engine.labs.activations.inputs import NormalInputs, SkewedInputs
from engine.labs.activations.passage import EXAMPLES, both, is_quick, network, passage
from engine.labs.activations.results import Passage
from engine.labs.activations.state import Stack
from engine.model import MLP
from engine.streams import stream
from tests.rows import defaults_of

ROWS = defaults_of(Activation)


def sent(stack: Stack, activation: ActivationChoice, **inputs: float) -> Passage:
    *_, last = passage(stack, activation, NormalInputs(**inputs))
    return last


def test_the_numbers_are_those_of_a_forward_pass_in_numpy() -> None:
    stack = Stack(depth=3, width=12, initializer=HeNormal(), seed=5)
    found = sent(stack, Tanh())
    x = NormalInputs().draw(EXAMPLES, 12, stream(5, "data")).numpy()
    for linear, layer in zip(MLP(network(stack, Tanh()), 12, 1, 5).linears, found.layers, strict=False):
        z = x @ linear.weight.detach().numpy().T.astype(float)
        x = np.tanh(z)
        slope = 1 - x**2
        assert layer.mean == pytest.approx(x.mean(), abs=1e-5)
        assert layer.std == pytest.approx(x.std(), rel=1e-4)
        assert layer.signal == pytest.approx(np.sqrt(x.var(axis=0).mean()), rel=1e-4)
        assert layer.saturated == pytest.approx(np.mean(slope <= 0.05), abs=1e-3)
        assert layer.slope == pytest.approx(slope.mean(), rel=1e-4)
        assert set(layer.a) <= set(np.float32(layer.a)) and len(layer.a) == min(2048, EXAMPLES * 12)
        np.testing.assert_allclose(np.sort(np.tanh(layer.z)), np.sort(layer.a), atol=1e-6)


def test_an_orthogonal_linear_stack_keeps_its_spread_at_any_depth() -> None:
    found = sent(Stack(depth=50, width=32, initializer=Orthogonal()), Linear())
    assert found.layers[-1].signal == pytest.approx(found.layers[0].signal, rel=1e-3)


def test_he_keeps_the_second_moment_of_relu_and_lecun_halves_it_in_each_layer() -> None:
    depth = 10
    kept = sent(Stack(depth=depth, width=128, initializer=HeNormal()), ReLU()).layers
    halved = sent(Stack(depth=depth, width=128, initializer=LeCunNormal()), ReLU()).layers
    moment = [
        (layer[-1].std ** 2 + layer[-1].mean ** 2) / (layer[0].std ** 2 + layer[0].mean ** 2)
        for layer in (kept, halved)
    ]
    assert moment[0] == pytest.approx(1, rel=0.6)
    # The same draws, scaled by 1/sqrt(2) in each layer: exactly 2^-(depth - 1) of the other.
    assert moment[1] / moment[0] == pytest.approx(0.5 ** (depth - 1), rel=1e-4)


def test_sigmoids_make_all_examples_alike() -> None:
    layers = sent(Stack(), Sigmoid()).layers
    assert layers[-1].signal < 1e-5 * layers[0].signal
    assert layers[-1].std > 0.05, "its units differ from each other, not between examples"


def test_zero_weights_kill_every_relu() -> None:
    (layer,) = sent(Stack(depth=1, initializer=Zeros()), ReLU()).layers
    assert (layer.dead, layer.saturated, layer.signal) == (1.0, 1.0, 0.0)
    assert sent(Stack(depth=1), Step()).layers[0].dead == 1.0


def test_values_that_overflow_are_passed_on_as_such() -> None:
    layers = sent(Stack(depth=50, width=128, initializer=Normal(scale=10.0)), Linear()).layers
    assert not np.isfinite(layers[-1].std)
    assert np.isfinite(layers[0].std)


@pytest.mark.parametrize("kind", ROWS)
def test_every_activation_goes_through(kind: str) -> None:
    row = ROWS[kind]
    assert isinstance(row, ActivationChoice)
    found = sent(Stack(depth=5, width=7, shows="pre-activations"), row)
    assert len(found.layers) == 5
    assert all(0 <= layer.dead <= layer.saturated + 1e-9 <= 1 + 1e-9 for layer in found.layers)


def test_two_activations_come_together_with_partial_results() -> None:
    stack = Stack(depth=6, width=8)
    seen = list(both(stack, (ReLU(), ELU()), SkewedInputs()))
    assert [len(item.result[0].layers) for item in seen if item.result] == [4, 6]
    assert seen[-1].share == 1.0
    assert [item.label for item in seen[-1].result or ()] == ["ReLU", "ELU"]
    assert is_quick(stack, (ReLU(), ELU())) and not is_quick(Stack(depth=50, width=128), (ReLU(), ELU()))


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others() -> None:
    one, two, other = (sent(Stack(depth=2, seed=seed), Tanh()).layers[-1] for seed in (1, 1, 2))
    assert one.std == two.std != other.std
    np.testing.assert_array_equal(one.a, two.a)
