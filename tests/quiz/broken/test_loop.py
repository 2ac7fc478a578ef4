"""The loop is a textbook's where no switch is set, and watching changes none of its numbers."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from quiz.broken.bases import BASES
from quiz.broken.collected import collect
from quiz.broken.faults import FAULTS
from quiz.broken.loop import Loop, network
from quiz.broken.recipe import Recipe
from quiz.broken.running import dashboard, dashboards, moments

SHORT = Recipe(updates=20, train_rows=60)
DROPPING = Recipe(updates=20, train_rows=60, dropout=0.5, batch_norm=True)


def weights(loop: Loop) -> list[np.ndarray]:
    return [parameter.detach().numpy().copy() for parameter in loop.model.parameters()]


def test_a_healthy_step_is_pytorch_s() -> None:
    loop, other = Loop(SHORT, 3), Loop(SHORT, 3)
    optimizer = torch.optim.SGD(other.model.parameters(), lr=SHORT.learning_rate)
    for _ in range(5):
        loop.step()
        x, y = next(other.batches)
        optimizer.zero_grad()
        F.cross_entropy(other.model(x), y).backward()
        optimizer.step()
    for mine, theirs in zip(weights(loop), weights(other), strict=True):
        assert np.allclose(mine, theirs, atol=1e-6)


def test_an_untrained_network_without_weights_costs_ln_k() -> None:
    loop = Loop(Recipe(task="arms", weight_scale=0.0), 0)
    assert loop.loss(loop.answers(loop.data.train.x), loop.data.train.y).item() == pytest.approx(math.log(3))


@pytest.mark.parametrize("recipe", [DROPPING, DROPPING.patched((("evaluates_in", "training"),))])
def test_asking_changes_nothing(recipe: Recipe) -> None:
    quiet, asked = Loop(recipe, 1), Loop(recipe, 1)
    for _ in range(6):
        quiet.step()
        asked.answers(asked.data.validation.x)
        asked.step()
    for mine, theirs in zip(weights(quiet), weights(asked), strict=True):
        assert np.array_equal(mine, theirs)
    for mine, theirs in zip(quiet.model.buffers(), asked.model.buffers(), strict=True):
        assert torch.equal(mine, theirs)


def test_a_run_draws_from_its_own_streams() -> None:
    before = dashboard(DROPPING, 5)
    state = torch.random.get_rng_state()
    torch.manual_seed(1)
    again = dashboard(DROPPING, 5)
    torch.random.set_rng_state(state)
    assert np.array_equal(before.batches.loss, again.batches.loss)
    assert before.examined is not None
    assert again.examined is not None
    assert before.examined.fresh == again.examined.fresh


def test_kept_gradients_add_up() -> None:
    loop = Loop(SHORT.patched((("zeroes_gradients", False), ("learning_rate", 1e-9))), 0)
    loop.step()
    weight = loop.model.output.weight
    assert weight.grad is not None
    first = weight.grad.clone()
    x, y = next(Loop(SHORT, 0).batches)
    assert torch.allclose(first, torch.autograd.grad(loop.loss(loop.outputs(x), y), weight)[0], atol=1e-5)
    loop.step()
    assert not torch.allclose(weight.grad, first)
    assert float(weight.grad.norm()) > 0


def test_the_softmax_lets_no_probability_near_one() -> None:
    loop = Loop(SHORT.patched((("ends_in_softmax", True), ("weight_scale", 30.0))), 0)
    probability = torch.softmax(loop.answers(loop.data.train.x), dim=1)
    assert float(probability.max()) <= math.e / (math.e + 1) + 1e-6


def test_the_first_weights_and_biases_are_as_the_recipe_says() -> None:
    plain, scaled = network(Recipe(), 3, 2, 0), network(Recipe(weight_scale=10.0, hidden_bias=-2.0), 3, 2, 0)
    for mine, theirs in zip(plain.linears, scaled.linears, strict=True):
        assert torch.allclose(10 * mine.weight, theirs.weight)
    assert all(bool((layer.linear.bias == -2).all()) for layer in scaled.layers)
    assert bool((scaled.output.bias == 0).all())


def test_faults_of_the_data_are_in_what_was_collected_and_not_in_fresh_data() -> None:
    plain = collect(FAULTS["labels_shuffled"].healthy.recipe, 0)
    leaked, mixed = (collect(FAULTS[fault].recipe, 0) for fault in ("label_in_inputs", "labels_shuffled"))
    signs = leaked.validation.x[:, 2].sign()
    assert torch.equal(signs > 0, leaked.validation.y == 1)
    assert 0.4 < float(((leaked.fresh.x[:, 2] > 0) == (leaked.fresh.y == 1)).float().mean()) < 0.6
    assert not torch.equal(mixed.train.y, plain.train.y)
    assert torch.equal(mixed.train.y.bincount(), plain.train.y.bincount())
    assert torch.equal(mixed.fresh.y, plain.fresh.y)
    few = collect(FAULTS["validation_in_training"].recipe, 0)
    assert all(any(torch.equal(row, other) for other in few.train.x) for row in few.validation.x)


def test_inputs_are_standardised_on_the_training_rows() -> None:
    x = collect(Recipe(), 0).train.x
    assert torch.allclose(x.mean(dim=0), torch.zeros(3), atol=1e-4)
    assert torch.allclose(x.std(dim=0), torch.ones(3), atol=1e-4)
    assert float(collect(Recipe(is_scaled=False), 0).train.x.max()) > 1000


def test_batches_have_every_row_once_an_epoch() -> None:
    for order in ("shuffled", "by class"):
        loop = Loop(Recipe(train_rows=60, batch_size=10, order=order), 0)
        rows = torch.cat([next(loop.batches)[0] for _ in range(6)])
        assert torch.equal(rows.sort(dim=0).values, loop.data.train.x.sort(dim=0).values)


def test_a_run_that_breaks_ends_there() -> None:
    seen = dashboard(FAULTS["minus_missing"].recipe, 0)
    assert seen.broke_at is not None
    assert seen.broke_at == seen.curves.updates[-1] == len(seen.batches.loss)
    assert seen.examined is not None
    assert seen.examined.fresh.loss == math.inf


def test_the_best_weights_are_put_back() -> None:
    seen = dashboard(BASES["few"].recipe, 0)
    best = seen.curves.updates[seen.curves.validation_loss.argmin()]
    assert seen.kept_from == best < seen.curves.updates[-1]


def test_what_was_shown_stays_as_it_was() -> None:
    shown = dashboards(SHORT, 0)
    first = next(shown).result
    assert first is not None
    assert first.examined is None
    kept = first.curves.train_loss.copy(), first.batches.classes.copy()
    shares = [progress.share for progress in shown]
    assert np.array_equal(first.curves.train_loss, kept[0])
    assert np.array_equal(first.batches.classes, kept[1])
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_moments_begin_densely_and_end_with_the_run() -> None:
    assert moments(400)[:6] == [1, 2, 3, 5, 8, 12]
    assert moments(400)[-1] == 400
    assert moments(3) == [1, 2, 3]
