"""Every number of a pass by hand, against autograd and against finite differences of the loss."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.labs.backpropagation.by_hand import by_hand
from engine.labs.backpropagation.results import Numbers, Pass
from engine.labs.backpropagation.slopes import SLOPES, slope_of
from engine.labs.backpropagation.state import CHAIN, BackpropagationLab
from engine.labs.backpropagation.steps import steps
from engine.labs.backpropagation.story import first_numbers, story
from tests.engine.labs.backpropagation.networks import ACTIVATIONS, HEADS, SMOOTH, alone, drawn, label

STEP = 1e-6


def same(hand: Pass, auto: Pass) -> None:
    for name in ("z", "a", "d_a", "d_z", "d_w", "d_b"):
        for layer, (mine, its) in enumerate(zip(getattr(hand, name), getattr(auto, name), strict=True), 1):
            np.testing.assert_allclose(mine, its, rtol=1e-9, atol=1e-12, err_msg=f"{name} of layer {layer}")
    np.testing.assert_allclose(hand.loss, auto.loss, rtol=1e-12)
    np.testing.assert_allclose(hand.d_x, auto.d_x, rtol=1e-9, atol=1e-12)
    for mine, its in zip(
        (*hand.updated.weights, *hand.updated.biases), (*auto.updated.weights, *auto.updated.biases), strict=True
    ):
        np.testing.assert_allclose(mine, its, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("lab", [*alone(), *drawn(60)], ids=label)
def test_every_number_by_hand_is_autograds(lab: BackpropagationLab) -> None:
    told = story(lab)
    same(told.hand, told.auto)


@pytest.mark.parametrize("lab", drawn(24, SMOOTH), ids=label)
def test_gradients_are_finite_differences_of_the_loss(lab: BackpropagationLab) -> None:
    begun, activations = first_numbers(lab), tuple(layer.activation for layer in lab.hidden)

    def loss(numbers: Numbers) -> float:
        return by_hand(numbers, activations, lab.head, 0.0).loss

    def slope(change: str, layer: int, place: tuple[int, ...]) -> float:
        sides = []
        for sign in (1, -1):
            arrays = [array.copy() for array in getattr(begun, change)]
            arrays[layer][place] += sign * STEP
            sides.append(loss(replace(begun, **{change: tuple(arrays)})))
        return (sides[0] - sides[1]) / (2 * STEP)

    done = by_hand(begun, activations, lab.head, 0.0)
    for change, gradients in (("weights", done.d_w), ("biases", done.d_b)):
        for layer, gradient in enumerate(gradients):
            measured = [slope(change, layer, place) for place in np.ndindex(gradient.shape)]
            np.testing.assert_allclose(np.ravel(gradient), measured, rtol=1e-5, atol=1e-8)
    for place in np.ndindex(begun.x.shape):
        sides = []
        for sign in (1, -1):
            x = begun.x.copy()
            x[place] += sign * STEP
            sides.append(loss(replace(begun, x=x)))
        assert done.d_x[place] == pytest.approx((sides[0] - sides[1]) / (2 * STEP), rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_every_activation_has_a_row_that_is_pytorchs_also_at_its_corner_and_far_out(kind: str) -> None:
    choice = ACTIVATIONS[kind]()
    z = np.array([[-800.0, -40.0, -3.0, -0.5, 0.0, 0.5, 3.0, 40.0, 800.0]])
    t = torch.from_numpy(z.copy()).requires_grad_()
    a = choice.build()(t)
    (slope,) = torch.autograd.grad(a.sum(), t, allow_unused=True, materialize_grads=True)
    row = slope_of(choice)
    with np.errstate(all="ignore"):
        mine = row.value(choice, z)
        np.testing.assert_allclose(mine, a.detach().numpy(), rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(row.slope(choice, z, mine), slope.numpy(), rtol=1e-9, atol=1e-15)


def test_the_table_of_derivatives_has_the_activations_of_the_page_and_no_other() -> None:
    assert set(SLOPES) == set(ACTIVATIONS)


@pytest.mark.parametrize("kind", HEADS)
def test_the_gradient_at_the_output_follows_from_the_chain_rule(kind: str) -> None:
    """dL/dZ written in one go is dL/dA times the derivative of the output, whose Jacobian autograd gives."""
    lab = BackpropagationLab(head=HEADS[kind](outputs=3), batch=2)
    done = story(lab).hand
    for row in range(2):
        z = torch.from_numpy(done.z[-1][row : row + 1].copy())
        jacobian = torch.autograd.functional.jacobian(lambda z: lab.head.torch_output(z)[0], z)[:, 0]
        np.testing.assert_allclose(jacobian.numpy().T @ done.d_a[-1][row], done.d_z[-1][row], rtol=1e-10)


def test_a_saturated_network_still_has_a_finite_loss_and_gradient() -> None:
    lab = BackpropagationLab(hidden=(), inputs=1, edits=("w1.1.1=100", "x1.1=100", "y1.1=0"))
    told = story(lab)
    assert told.hand.loss == pytest.approx(1e4, rel=1e-4)
    assert told.hand.d_w[0][0, 0] == pytest.approx(100.0)
    same(told.hand, replace(told.auto, d_a=told.hand.d_a))


def test_a_network_that_diverges_gives_what_autograd_gives_and_no_error() -> None:
    head = HEADS["linear_mse"]()
    lab = BackpropagationLab(head=head, hidden=(), rate=10.0, updates=(10.0,) * 100, edits=("x1.1=100",))
    told = story(lab)
    assert not np.isfinite(told.hand.loss)
    assert not np.isfinite(told.auto.loss)


def test_the_chain_has_six_parameters_and_every_kind_of_step() -> None:
    lab = BackpropagationLab(**CHAIN)
    begun = story(lab).hand.begun
    assert sum(array.size for array in (*begun.weights, *begun.biases)) == 6
    assert {item.kind for item in steps(lab)} == {
        "z", "a", "loss", "dL/da", "dL/dz", "dL/dW", "dL/db", "dL/dx", "update",
    }  # fmt: skip


def test_the_chain_is_the_product_of_its_factors() -> None:
    done = story(BackpropagationLab(**CHAIN)).hand
    w2, w3 = (float(w[0, 0]) for w in done.begun.weights[1:])
    a1, a2, a3 = (float(a[0, 0]) for a in done.a)
    x, y = float(done.begun.x[0, 0]), float(done.begun.y[0, 0])
    assert float(done.d_w[0][0, 0]) == pytest.approx((a3 - y) * w3 * (1 - a2**2) * w2 * (1 - a1**2) * x)
