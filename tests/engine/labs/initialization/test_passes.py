"""One pass through the engine's network beside the same network written out in plain PyTorch."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.activations import ReLU, Tanh
from engine.choice import catalog
from engine.initializers import Constant, Normal
from engine.labs.initialization.inputs import Batch, CircleInputs, NormalInputs, Source, SourceChoice
from engine.labs.initialization.passes import histogram, mean_square, network, passed
from engine.model import Model
from tests.rows import defaults_of

SOURCES = list(defaults_of(Source).values())


def by_hand(batch: Batch, weights: list[torch.Tensor], top: torch.Tensor) -> tuple[list, list, list]:
    """(z, a, dL/dz) of every hidden layer of a tanh network, the chain rule written out."""
    pre, post, a = [], [], batch.x
    for weight in weights[:-1]:
        pre.append(a @ weight.T)
        a = torch.tanh(pre[-1])
        post.append(a)
    gradients, above = [], top @ weights[-1]
    for place in range(len(pre) - 1, -1, -1):
        gradients.insert(0, above * (1 - post[place] ** 2))
        above = gradients[0] @ weights[place]
    return pre, post, gradients


@pytest.mark.parametrize("source", SOURCES, ids=lambda row: row.kind)
def test_signal_and_gradient_are_those_of_the_chain_rule_by_hand(source: SourceChoice) -> None:
    batch = source.batch(16, seed=3)
    made = network(Model(hidden=(9, 7, 5), activation=Tanh(), initializer=Normal(scale=0.4)), batch, 3)
    weights = [linear.weight.detach() for linear in made.linears]
    out = made(batch.x).detach()
    found = passed(made, batch, 3, histograms=True)
    top = batch.top(out, 3)
    pre, post, gradients = by_hand(batch, weights, top)
    assert found.pre == pytest.approx([float((z**2).mean()) for z in pre])
    assert found.post == pytest.approx([float(np.var(a.numpy())) for a in post])
    assert found.gradient == pytest.approx([float((g**2).mean()) for g in gradients])
    assert found.top == pytest.approx(float((top**2).mean()))
    assert [each.layer for each in found.histograms] == [1, 2, 3]


def test_the_gradient_at_the_top_is_that_of_each_examples_own_loss() -> None:
    batch = CircleInputs().batch(12, 0)
    out = torch.linspace(-2, 2, 12, dtype=torch.float64).unsqueeze(1)
    expected = torch.sigmoid(out) - batch.y.unsqueeze(1)  # of binary cross-entropy
    assert torch.allclose(batch.top(out, 0), expected)


def test_every_source_gives_the_same_float64_inputs_again() -> None:
    assert set(catalog(Source)) == {row.kind for row in SOURCES}
    for row in SOURCES:
        assert isinstance(row, SourceChoice)
        one, again = row.batch(10, 5), row.batch(10, 5)
        assert one.x.dtype == torch.float64
        assert torch.equal(one.x, again.x)
        assert len(one.x) == 10
        assert (one.loss is not None) == row.has_loss


def test_the_first_weights_are_the_engines_own_times_the_factor() -> None:
    model = Model(hidden=(6,), initializer=Normal(scale=0.4))
    batch = NormalInputs(features=4).batch(8, 0)
    plain, scaled = network(model, batch, 1), network(model, batch, 1, (2.0, 3.0))
    for factor, before, after in zip((2.0, 3.0), plain.linears, scaled.linears, strict=True):
        assert torch.equal(before.weight * factor, after.weight)


def test_sixty_layers_are_followed_without_underflow_and_no_hook_is_left() -> None:
    batch = NormalInputs().batch(8, 0)
    made = network(Model(hidden=(64,) * 60, initializer=Normal(scale=0.001)), batch, 0)
    found = passed(made, batch, 0)
    assert 0 < found.gradient[0] < 1e-200
    assert (found.pre > 0).all()
    assert not any(module._forward_hooks for module in made.modules())


def test_hooks_are_gone_after_a_failure_too() -> None:
    batch = NormalInputs(features=4).batch(8, 0)
    made = network(Model(hidden=(6,)), batch, 0)
    made.output = nn.Linear(99, 1)  # type: ignore[assignment]
    with pytest.raises(RuntimeError):
        passed(made, batch, 0)
    assert not any(module._forward_hooks for module in made.modules())


def test_numbers_that_overflow_are_not_a_number() -> None:
    assert np.isnan(mean_square(torch.tensor([1e200, 1.0], dtype=torch.float64)))
    empty = histogram(2, np.array([np.inf, 1.0]))
    assert len(empty.density) == 0


def test_a_histogram_has_an_area_of_one_also_for_equal_values() -> None:
    for values in (np.linspace(0, 5, 77), np.full(9, 0.3), np.zeros(5)):
        found = histogram(1, values)
        assert (found.density * np.diff(found.edges)).sum() == pytest.approx(1)


def test_equal_values_are_a_needle_with_room_around_it() -> None:
    for value, room in ((0.0, 1.0), (0.3, 0.3), (1e-305, 1.0)):
        found = histogram(1, np.full(9, value))
        assert (found.edges[0], found.edges[-1]) == pytest.approx((value - room, value + room))
        assert np.count_nonzero(found.density) == 1


def test_constant_weights_give_every_unit_the_same_signal() -> None:
    batch = NormalInputs(features=5).batch(8, 0)
    made = network(Model(hidden=(6, 6), activation=ReLU(), initializer=Constant(value=0.2)), batch, 0)
    first = made.layers[0](batch.x).detach()
    assert torch.allclose(first, first[:, :1].expand_as(first))
