"""Weights typed and parts switched off by hand, beside networks that were built so."""

from typing import Any

import numpy as np
import pytest
import torch

from engine.activations import Maxout, ReLU
from engine.batches import Position
from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.model import MLP, Model
from engine.norms import LayerNorm
from engine.optimizers import SGD
from engine.run import Edit
from engine.supervised import SupervisedRun
from engine.touch import apply, read, switch_off, switched_off

SMALL = Experiment(
    data=Circle(samples=100),
    model=Model(hidden=(4, 3), initializer=Normal(scale=1.0)),
    training=Training(optimizer=SGD(lr=0.1)),
)
X = torch.randn(9, 2, generator=torch.Generator().manual_seed(0))


def network(model: Model | None = None) -> MLP:
    return MLP(model or SMALL.model, 2, 1, 0)


def touched(made: MLP, **touches: Any) -> MLP:
    for path, value in touches.items():
        apply(made, read(path.replace("_", "."), value))
    return made


def test_a_typed_weight_and_bias_are_those_of_the_network() -> None:
    made = touched(network(), weight_2_3_1=-1.5, bias_1_2=0.75)
    assert made.linears[1].weight[2, 0].item() == -1.5
    assert made.linears[0].bias[1].item() == 0.75
    plain = network()
    assert (made.linears[1].weight != plain.linears[1].weight).sum() == 1


def test_a_unit_that_is_off_gives_what_zero_outgoing_weights_give() -> None:
    made, plain = touched(network(), unit_1_2=False), network()
    with torch.no_grad():
        plain.linears[1].weight[:, 1] = 0
    torch.testing.assert_close(made(X), plain(X))
    made(X).sum().backward()
    assert not made.linears[0].weight.grad[1].any()  # type: ignore[index]


def test_an_edge_that_is_off_acts_as_a_zero_and_keeps_its_weight() -> None:
    made, plain = touched(network(), edge_2_3_1=False), network()
    with torch.no_grad():
        plain.linears[1].weight[2, 0] = 0
    torch.testing.assert_close(made(X), plain(X))
    assert made.linears[1].weight.equal(network().linears[1].weight)
    made(X).sum().backward()
    assert float(made.linears[1].weight.grad[2, 0]) == 0  # type: ignore[index]
    torch.testing.assert_close(touched(made, edge_2_3_1=True)(X), network()(X))
    assert made.linears[1].kept is None


def test_a_residual_layer_passes_its_input_on_around_a_unit_that_is_off() -> None:
    made = touched(network(Model(hidden=(3, 3), residual=True)), unit_2_1=False)
    first = made.layers[0](X)
    assert made.layers[1](first)[:, 0].equal(first[:, 0])


def test_all_pieces_of_maxout_move_alike_and_go_off_together() -> None:
    made = touched(network(Model(hidden=(3,), activation=Maxout(affine_pieces=2))), weight_1_2_1=4.0, edge_1_3_2=False)
    plain = network(Model(hidden=(3,), activation=Maxout(affine_pieces=2)))
    before, now = plain.linears[0].weight, made.linears[0].weight
    assert now[2:4, 0].mean().item() == pytest.approx(4.0)
    torch.testing.assert_close(now[2:4, 0].diff(), before[2:4, 0].diff())
    assert made.linears[0].kept is not None and (made.linears[0].kept == 0).nonzero().tolist() == [[4, 1], [5, 1]]
    assert switched_off(made) == ("edge.1.3.2",)


def test_what_is_off_is_listed_and_can_be_set_again() -> None:
    made = touched(network(), unit_1_4=False, edge_3_1_2=False, unit_2_1=False)
    paths = switched_off(made)
    assert paths == ("unit.1.4", "unit.2.1", "edge.3.1.2")
    other = touched(network(), edge_1_1_1=False)
    switch_off(other, paths)
    assert switched_off(other) == paths
    torch.testing.assert_close(other(X), made(X))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("weight.1.1", 1.0, "there is no such part"),
        ("weight.1.0.1", 1.0, "there is no such part"),
        ("tensor.1.1", 1.0, "there is no such setting"),
        ("weight.1.1.1", float("nan"), "a number from -1000 to 1000"),
        ("weight.1.1.1", 1e9, "a number from -1000 to 1000"),
        ("bias.1.1", "x", "a number from -1000 to 1000"),
        ("unit.1.1", "maybe", "choose true"),
        ("unit.3.1", False, "there are layers 1 to 2"),
        ("weight.4.1.1", 1.0, "there are layers 1 to 3"),
        ("weight.1.5.1", 1.0, "units 1 to 4 and sources 1 to 2"),
        ("weight.1.4.3", 1.0, "units 1 to 4 and sources 1 to 2"),
    ],
)
def test_a_part_that_is_not_there_is_refused_and_nothing_changes(path: str, value: Any, said: str) -> None:
    run = SupervisedRun(SMALL)
    before = [parameter.clone() for parameter in run.model.parameters()]
    with pytest.raises(ValueError, match=said):
        run.apply({path: value})
    assert all(a.equal(b) for a, b in zip(before, run.model.parameters(), strict=True))
    assert run.edits == ()


def test_a_network_without_biases_has_none_to_type() -> None:
    with pytest.raises(ValueError, match="no biases"):
        SupervisedRun(SMALL.patched({"model.bias": False})).apply({"bias.1.1": 1.0})


def test_a_run_goes_on_from_the_typed_weight_as_a_plain_loop_would() -> None:
    run = SupervisedRun(SMALL)
    run.advance(5)
    run.apply({"weight.1.2.1": 2.5, "unit.2.3": False})
    model, batches = run.model, run.batches
    weights = [p.detach().clone() for p in model.parameters()]
    batches_before = batches.position
    x, y = batches.draw()
    batches.go_to(batches_before)
    run.advance(1)
    first, second, out = (weights[i : i + 2] for i in (0, 2, 4))
    leaves = [w.requires_grad_() for w in weights]
    a = torch.tanh(x @ first[0].T + first[1])
    a = torch.tanh(a @ second[0].T + second[1]) * torch.tensor([1.0, 1.0, 0.0])
    loss = torch.nn.functional.binary_cross_entropy_with_logits((a @ out[0].T + out[1])[:, 0], y.float())
    loss.backward()
    for mine, parameter in zip(leaves, model.parameters(), strict=True):
        torch.testing.assert_close(parameter.detach(), (mine - 0.1 * mine.grad).detach())  # type: ignore[operator]


def test_planned_touches_give_the_same_numbers_and_a_checkpoint_brings_them_back() -> None:
    by_hand = SupervisedRun(SMALL)
    by_hand.advance(7)
    by_hand.apply({"edge.1.1.2": False})
    by_hand.advance(6)
    by_hand.apply({"bias.3.1": 0.5, "unit.1.3": False})
    middle = by_hand.checkpoint()
    by_hand.advance(20)
    planned = SupervisedRun(SMALL, by_hand.edits)
    planned.advance(33)
    again = SupervisedRun(SMALL, by_hand.edits)
    again.restore(middle)
    assert again.edits == by_hand.edits and again.planned == ()
    again.advance(20)
    for other in (planned, again):
        assert switched_off(other.model) == ("unit.1.3", "edge.1.1.2")
        assert all(a.equal(b) for a, b in zip(by_hand.model.parameters(), other.model.parameters(), strict=True))


def test_dragging_a_weight_at_one_step_is_one_edit() -> None:
    run = SupervisedRun(SMALL)
    for value in (0.1, 0.2, 0.3):
        run.apply({"weight.1.1.1": value})
    run.apply({"weight.1.1.2": 0.4})
    assert [edit.patch for edit in run.edits] == [(("weight.1.1.1", 0.3),), (("weight.1.1.2", 0.4),)]


def test_touches_of_a_link_that_fit_no_part_are_left_out_and_told() -> None:
    run = SupervisedRun(
        SMALL, [Edit(3, (("unit.9.1", False), ("training.optimizer.lr", 0.2))), Edit(4, (("weight.1.9.1", 1.0),))]
    )
    assert run.planned == (Edit(3, (("training.optimizer.lr", 0.2),)),)
    assert "unit.9.1: there are layers 1 to 2" in run.unfit and "weight.1.9.1" in run.unfit


def test_the_diagram_shows_the_weights_that_act() -> None:
    run = SupervisedRun(SMALL)
    run.apply({"weight.1.2.1": 3.25, "edge.1.1.1": False})
    detail = run.snapshot().detail
    assert detail is not None
    np.testing.assert_allclose(
        detail.edges[:4],
        [0.0, run.model.linears[0].weight[0, 1].item(), 3.25, run.model.linears[0].weight[1, 1].item()],
    )


@pytest.mark.parametrize("norm", [LayerNorm()])
def test_a_masked_network_with_a_norm_has_finite_gradients(norm: LayerNorm) -> None:
    made = touched(network(Model(hidden=(4, 3), norm=norm, activation=ReLU())), unit_1_1=False, edge_2_1_2=False)
    made(X).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in made.parameters())


def test_fewer_points_than_were_drawn_of_an_epoch_begin_the_next_one() -> None:
    run = SupervisedRun(SMALL)
    run.batches.go_to(Position(2, len(run.batches.x)))
    assert run.batches.position == Position(3, 0)
