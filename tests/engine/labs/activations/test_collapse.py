"""Matrices multiplied into one, beside NumPy and beside a line fitted to the network's own outputs."""

import numpy as np
import pytest
import torch

from engine.activations import Linear
from engine.labs.activations.collapse import DEPTHS, collapsed, experiment, gaps, multiplied, network, relative_gap
from engine.labs.activations.state import LinearStack
from engine.model import MLP


@pytest.mark.parametrize(
    "stack", [LinearStack(), LinearStack(depth=1, width=1), LinearStack(depth=9, bias=False, seed=3)]
)
def test_the_one_matrix_is_what_least_squares_finds_in_the_outputs(stack: LinearStack) -> None:
    found = collapsed(stack)
    x1, x2 = np.meshgrid(found.x, found.x)
    design = np.stack([x1.ravel(), x2.ravel(), np.ones(x1.size)], axis=1)
    fitted, *_ = np.linalg.lstsq(design, found.deep.ravel(), rcond=None)
    np.testing.assert_allclose([*found.weight, found.bias], fitted, atol=1e-10)
    assert found.difference < 1e-12
    assert not np.allclose(found.bent, found.deep)


def test_the_product_is_numpys() -> None:
    model = network(LinearStack(depth=4, width=5), Linear())
    weights = [linear.weight.detach().numpy() for linear in model.linears]
    weight, bias = multiplied(model)
    np.testing.assert_allclose(weight, np.linalg.multi_dot(weights[::-1]), atol=1e-14)
    with torch.no_grad():
        np.testing.assert_allclose(bias, model(torch.zeros(1, 2, dtype=torch.float64))[0], atol=1e-14)
    assert float(bias.abs()) > 0.01


def test_at_any_depth_the_difference_is_rounding() -> None:
    seen = list(gaps(LinearStack(width=8)))
    assert [len(item.result.depths) for item in seen if item.result] == list(range(1, len(DEPTHS) + 1))
    assert seen[-1].result is not None and tuple(seen[-1].result.depths) == DEPTHS
    assert seen[-1].result.apart.max() < 1e-12
    assert relative_gap(LinearStack(depth=2, bias=False)) < 1e-14


def test_the_playground_gets_the_same_stack_on_a_circle() -> None:
    stack = LinearStack(depth=3, width=4, bias=False, seed=7)
    for activation in (Linear(), stack.beside):
        made = experiment(stack, activation)
        assert made.model.hidden == (4, 4, 4) and not made.model.bias
        assert (made.model.activation, made.data.kind, made.seed) == (activation, "circle", 7)
        own = MLP(made.model, 2, 1, made.seed).double().state_dict()
        for name, weight in network(stack, activation).state_dict().items():
            torch.testing.assert_close(weight, own[name])
