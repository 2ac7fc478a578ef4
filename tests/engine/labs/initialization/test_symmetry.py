"""Units that begin equal stay equal; what tells them apart."""

import numpy as np
import pytest
import torch

from engine.activations import Activation, Maxout, ReLU
from engine.data.prepare import prepare
from engine.initializers import Constant, XavierUniform, Zeros
from engine.labs.initialization.results import Units
from engine.labs.initialization.state import Symmetry
from engine.labs.initialization.symmetry import difference, experiment_of, rank_of, trained, twins
from engine.model import MLP, Model
from tests.rows import defaults_of


def after(asked: Symmetry, row: Constant | Zeros | XavierUniform) -> Units:
    return list(trained(experiment_of(asked, row), asked.updates))[-1][1]


@pytest.mark.parametrize("kind", defaults_of(Activation))
def test_units_with_constant_weights_stay_equal_whatever_the_activation(kind: str) -> None:
    asked = Symmetry(updates=40, layers=2, activation=defaults_of(Activation)[kind])
    units = after(asked, Constant(value=0.5))
    assert units.apart.max() <= 1e-5
    assert max(units.rank) <= 1
    assert np.ptp(units.weights, axis=1).max() <= 1e-5


def test_drawn_weights_give_full_rank_and_learn_what_a_constant_cannot() -> None:
    asked = Symmetry()
    equal, drawn = after(asked, Constant(value=0.5)), after(asked, XavierUniform())
    assert equal.weights[-1] != pytest.approx(equal.weights[0]), "it does learn, as one unit"
    assert drawn.rank == drawn.full == (2, 1)
    assert drawn.right > 0.9 > 0.8 > equal.right
    assert drawn.loss < equal.loss


def test_zeros_never_leave_zero_in_a_hidden_layer() -> None:
    units = after(Symmetry(updates=60, layers=2, activation=ReLU()), Zeros())
    assert not units.weights.any()
    assert units.rank == (0, 0, 0)


def test_dropout_tells_equal_units_apart() -> None:
    units = after(Symmetry(updates=60, dropout=0.3), Constant(value=0.5))
    assert units.apart[0] == 0
    assert units.apart[-1] > 0.1


def test_the_weights_are_those_of_plain_gradient_descent() -> None:
    asked = Symmetry(updates=10)
    experiment = experiment_of(asked, Constant(value=0.5))
    units = after(asked, Constant(value=0.5))
    data = prepare(experiment.data, experiment.seed).train
    first = torch.full((4, 2), 0.5, requires_grad=True)
    bias, last, offset = (torch.zeros(4), torch.full((1, 4), 0.5), torch.zeros(1))
    parts = [first, *(part.requires_grad_() for part in (bias, last, offset))]
    for _ in range(10):
        out = torch.tanh(data.x @ first.T + bias) @ last.T + offset
        loss = torch.nn.functional.binary_cross_entropy_with_logits(out[:, 0], data.y.float())
        for part, step in zip(parts, torch.autograd.grad(loss, parts), strict=True):
            part.data -= 0.5 * step
    assert units.weights[-1] == pytest.approx(first.detach().numpy(), abs=1e-5)


def test_the_difference_is_the_largest_between_two_units_of_a_layer() -> None:
    model = MLP(Model(hidden=(3, 3), initializer=Constant(value=0.5)), 2, 1, 0)
    assert difference(model) == 0
    for change in (
        lambda: model.linears[0].weight.data[1, 0],
        lambda: model.linears[1].bias.data[2],
        lambda: model.linears[2].weight.data[0, 1],
    ):
        place = change()
        place += 0.25
        assert difference(model) == pytest.approx(0.25)
        place -= 0.25


def test_the_pieces_of_a_maxout_unit_are_no_units_of_their_own() -> None:
    model = MLP(Model(hidden=(2,), activation=Maxout(), initializer=Constant(value=0.5)), 2, 1, 0)
    model.linears[0].weight.data[0::2] += 1.0  # the first piece of both units
    assert difference(model) == 0
    model.linears[0].weight.data[0] += 1.0
    assert difference(model) == 1


def test_the_equal_network_is_known_before_the_drawn_one_begins() -> None:
    steps = list(twins(Symmetry(updates=50)))
    known = [step.result for step in steps if step.result is not None]
    assert known[0].drawn is None
    assert known[-1].drawn is not None
    assert known[-1].drawn.steps[-1] == 50
    assert steps[-1].share == 1


def test_the_rank_of_weights_that_diverged_is_none() -> None:
    assert rank_of(np.full((2, 2), np.inf)) == 0
    assert rank_of(np.eye(3)) == 3
