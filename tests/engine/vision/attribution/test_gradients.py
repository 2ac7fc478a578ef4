"""Maps made of gradients, beside autograd, finite differences and sums written out by hand."""

import numpy as np
import pytest
import torch

from engine.streams import stream
from engine.vision.attribution.gradients import (
    GuidedBackprop,
    InputTimesGradient,
    IntegratedGradients,
    Saliency,
    SmoothGrad,
    doubled,
)
from engine.vision.attribution.question import Question, baseline_of
from engine.vision.blocks import Activate, Dense
from tests.engine.vision.attribution.small import question


def gradient(asked: Question, x: torch.Tensor | None = None) -> torch.Tensor:
    """Of the explained score, by autograd, one picture at a time."""
    found = []
    for place, picture in enumerate(asked.x if x is None else x):
        leaf = picture[None].clone().requires_grad_()
        score = asked.network(leaf)[0, asked.answer[place]]
        found.append(torch.autograd.grad(score, leaf)[0])
    return torch.cat(found)


def test_saliency_is_the_size_of_the_gradient_the_largest_of_the_channels() -> None:
    asked = question()
    torch.testing.assert_close(Saliency().map(asked), gradient(asked).abs().amax(1), atol=1e-6, rtol=0)


def test_saliency_is_what_a_small_change_of_one_pixel_does() -> None:
    asked = question(1)
    asked.network.double()
    exact = Question(asked.network, asked.x.double(), asked.answer)
    found = Saliency().map(exact)[0]
    for row, column in ((0, 0), (3, 2), (7, 5)):
        slopes = []
        for channel in range(2):
            step = torch.zeros_like(exact.x)
            step[0, channel, row, column] = 1e-6
            slopes.append(float(exact.explained(exact.x + step) - exact.explained(exact.x - step)) / 2e-6)
        assert float(found[row, column]) == pytest.approx(max(map(abs, slopes)), abs=1e-5)


def test_input_times_gradient_is_their_product_over_the_channels() -> None:
    asked = question()
    by_hand = (asked.x * gradient(asked)).sum(1)
    torch.testing.assert_close(InputTimesGradient().map(asked), by_hand, atol=1e-6, rtol=0)
    dark = Question(asked.network, torch.zeros_like(asked.x), asked.answer)
    assert not InputTimesGradient().map(dark).any(), "black pixels get nothing whatever the network does"


@pytest.mark.parametrize("rule", ["left", "middle", "right", "gausslegendre"])
@pytest.mark.parametrize("baseline", ["black", "white", "mean", "blurred"])
def test_integrated_gradients_are_the_sum_written_out(rule: str, baseline: str) -> None:
    asked, steps = question(), 6
    start = baseline_of(baseline, asked.x)
    if rule == "gausslegendre":
        nodes, sizes = np.polynomial.legendre.leggauss(steps)
        shares, weights = (nodes + 1) / 2, sizes / 2
    else:
        shares = (np.arange(steps) + {"left": 0.0, "middle": 0.5, "right": 1.0}[rule]) / steps
        weights = np.full(steps, 1 / steps)
    total = sum(
        weight * gradient(asked, start + share * (asked.x - start))
        for share, weight in zip(shares, weights, strict=True)
    )
    found = IntegratedGradients(steps=steps, rule=rule, baseline=baseline).map(asked)
    torch.testing.assert_close(found, ((asked.x - start) * total).sum(1), atol=1e-6, rtol=1e-5)


def test_integrated_gradients_add_up_to_the_score_less_that_of_the_baseline() -> None:
    asked = question()
    for each, score in zip(IntegratedGradients(steps=300).completeness(asked), asked.explained().tolist(), strict=True):
        assert each.answer == pytest.approx(score) and abs(each.due) > 0.05
        assert each.total == pytest.approx(each.due, abs=2e-3)
    rough, fine = (abs(IntegratedGradients().completeness(asked, count)[0].gap) for count in (2, 256))
    assert fine < rough / 10


def test_of_a_linear_network_two_steps_add_up_exactly_and_the_map_is_weight_times_difference() -> None:
    asked = question(2, blocks=())
    found = IntegratedGradients(steps=2).completeness(asked)
    assert all(abs(each.gap) < 1e-5 for each in found)
    weight = next(p for p in asked.network.head.parameters() if p.ndim == 2)[0].reshape(2, 8, 6) / 0.3
    torch.testing.assert_close(
        IntegratedGradients(steps=2).map(asked)[0], (weight * asked.x[0]).sum(0), atol=1e-6, rtol=0
    )


def test_smoothgrad_is_the_mean_gradient_of_the_same_noisy_copies() -> None:
    asked, method = question(), SmoothGrad(noise=0.2, samples=5)
    draws, total = stream(5, "noise"), torch.zeros_like(asked.x)
    for _ in range(5):
        total += gradient(asked, asked.x + 0.2 * torch.randn((2, 8, 6), generator=draws))
    torch.testing.assert_close(method.map(asked), (total / 5).abs().amax(1), atol=1e-6, rtol=0)
    torch.testing.assert_close(SmoothGrad(noise=0.0).map(asked), Saliency().map(asked), atol=1e-6, rtol=0)


def test_a_picture_s_map_does_not_hang_on_the_others_asked_with_it() -> None:
    both = question(3)
    alone = Question(both.network, both.x[1:2], both.answer[1:2], both.seed)
    for method in (Saliency(), SmoothGrad(), InputTimesGradient(), IntegratedGradients(), GuidedBackprop()):
        torch.testing.assert_close(method.map(both)[1], method.map(alone)[0], atol=1e-6, rtol=0)


def test_guided_backpropagation_drops_what_is_below_0_at_every_relu() -> None:
    asked = question(2, blocks=(Dense(units=7), Activate(), Dense(units=5), Activate()))
    affine = [module for module in asked.network.modules() if isinstance(module, torch.nn.Linear)]
    z, held = ((asked.x - asked.network.mean) / asked.network.std).flatten(1), []
    for layer in affine[:-1]:
        z = layer(z)
        held.append(z > 0)
        z = z.relu()
    g = affine[-1].weight[asked.answer]
    for layer, is_on in zip(reversed(affine[:-1]), reversed(held), strict=True):
        g = (g * (g > 0) * is_on) @ layer.weight
    by_hand = (g.reshape(asked.x.shape) / asked.network.std).abs().amax(1)
    torch.testing.assert_close(GuidedBackprop().map(asked), by_hand, atol=1e-6, rtol=0)


def test_steps_are_doubled_and_the_asked_number_is_the_last() -> None:
    assert doubled(2) == (2,) and doubled(8) == (2, 4, 8) and doubled(11) == (2, 4, 8, 11)
