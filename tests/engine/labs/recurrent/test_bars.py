"""Gradients as sums over time beside autograd and finite differences; truncation beside the whole."""

import numpy as np
import pytest
import torch

from engine.labs.recurrent.bars import bars, cut, doubled, truncated, without_padding
from engine.labs.recurrent.reading import example
from engine.labs.recurrent.training import Trained
from engine.sequences.camera import loss_of
from engine.sequences.cells import LSTM, Cell, CellChoice, TanhRNN
from engine.sequences.data import PAD, Part
from engine.sequences.tasks.pairs import Addition
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.texts import Mood
from engine.sequences.tasks.toy import Adding, Copy, Recall
from tests.engine.labs.recurrent.networks import fresh
from tests.rows import defaults_of

CELLS = list(defaults_of(Cell).values())
TASKS = [Recall(length=2, symbols=3, delay=4, samples=50), Adding(length=6, samples=50), Addition(samples=50), Mood()]


def finite_difference(found: Trained, part: Part, name: str, row: int, column: int) -> float:
    """The slope of the loss along one entry of a matrix, from two losses."""
    network = doubled(found)
    weight = dict(network.named_parameters())[name]
    y = part.y if found.data.answers else part.y.double()
    losses = []
    for step in (1e-5, -1e-5):
        with torch.no_grad():
            weight[row, column] += step
            losses.append(float(loss_of(network(part.x), y, found.data)))
            weight[row, column] -= step
    return (losses[0] - losses[1]) / 2e-5


@pytest.mark.parametrize("matrix", ["W_xh", "W_hh", "W_hy"])
@pytest.mark.parametrize("cell", CELLS, ids=lambda row: row.kind)
def test_the_bars_of_every_matrix_sum_to_autograds_gradient(cell: CellChoice, matrix: str) -> None:
    for knobs in ({}, {"layers": 2, "time_skip": 2, "depth_skip": True}):
        found = fresh(cell=cell, **knobs)
        shown = bars(found, example(found.data, 2), matrix, len(found.network.passes) - 1)
        assert shown.terms.shape == (9, *shown.autograd.shape) and shown.difference < 1e-14
        assert np.abs(shown.autograd).max() > 1e-6
        np.testing.assert_allclose(shown.norms, [np.linalg.norm(term) for term in shown.terms])


@pytest.mark.parametrize("task", TASKS, ids=lambda row: row.kind)
def test_the_sum_is_the_slope_of_the_loss(task: Task) -> None:
    found = fresh(task, LSTM())
    part = example(found.data, 4)
    for matrix, name in (("W_hh", "layers.0.torch.weight_hh_l0"), ("W_hy", "output.weight")):
        shown = bars(found, part, matrix, 0)
        assert shown.difference < 1e-13
        for row, column in ((0, 0), (len(shown.autograd) - 1, 3)):
            expected = finite_difference(found, part, name, row, column)
            assert float(shown.terms.sum(0)[row, column]) == pytest.approx(expected, rel=1e-5, abs=1e-9)


def test_a_single_term_is_what_autograd_gives_a_weight_of_that_step_alone() -> None:
    found = fresh(cell=TanhRNN())
    part = example(found.data, 1)
    shown = bars(found, part, "W_hh", 0)
    network = doubled(found)
    layer = network.passes[0]
    copies = [layer.w_hh.detach().clone().requires_grad_() for _ in range(9)]
    h = torch.zeros(1, 5, dtype=torch.float64)
    states = []
    for token, weight in zip(part.x[0], copies, strict=True):
        h = torch.tanh(network.embedding[token] @ layer.w_xh.T + layer.b_xh + h @ weight.T + layer.b_hh)  # type: ignore
        states.append(h)
    scores = torch.stack(states, 1) @ network.output.weight.T + network.output.bias
    grads = torch.autograd.grad(loss_of(scores, part.y, found.data), copies)
    for term, grad in zip(shown.terms, grads, strict=True):
        np.testing.assert_allclose(term, grad.numpy(), atol=1e-15)


def test_a_pass_read_backwards_has_its_bars_in_the_order_of_the_tokens() -> None:
    found = fresh(Adding(length=6, samples=50), LSTM(), bidirectional=True)
    shown = bars(found, example(found.data, 1), "W_hh", 1)
    assert shown.difference < 1e-14
    assert shown.norms[-1] == 0, "it reads the last token first, from a state of 0"


def test_masked_padding_has_no_bars() -> None:
    found = fresh(Mood(context=20))
    part = example(found.data, 1)
    shown = bars(found, part, "W_xh", 0)
    assert len(shown.tokens) == int((part.x != PAD).sum()) == len(shown.terms)
    loose = fresh(Mood(context=20), masking=False)
    assert len(without_padding(loose, part).x[0]) == 20


@pytest.mark.parametrize(
    "task", [Copy(length=4, samples=50), Recall(delay=6, samples=50), Adding(length=8, samples=50)]
)
def test_a_chunk_as_long_as_the_sequence_truncates_nothing(task: Task) -> None:
    found = fresh(task, LSTM())
    part = example(found.data, 2)
    steps = part.x.shape[1]
    shown = cut(found, part, steps, carried=True)
    np.testing.assert_allclose(shown.cut, shown.whole, atol=1e-12)
    assert shown.whole.sum() == pytest.approx(1) and shown.cosine[-1] == pytest.approx(1)
    assert shown.length[-1] == pytest.approx(1) and shown.losses == pytest.approx(shown.loss)


def test_truncation_with_the_state_carried_keeps_the_loss_and_loses_what_lies_before_the_chunk() -> None:
    found = fresh(Recall(length=1, symbols=3, delay=8, samples=50), LSTM())
    part = example(found.data, 1)
    shown = cut(found, part, 4, carried=True)
    assert shown.losses == pytest.approx(shown.loss)
    assert not shown.cut[:8].any() and shown.cut[8:] == pytest.approx(shown.whole[8:])
    assert shown.whole[:8].any()


def test_truncated_terms_are_those_of_a_loop_with_detached_states() -> None:
    found = fresh(Copy(length=4, samples=50), TanhRNN())
    part = example(found.data, 1)
    network = doubled(found)
    terms, loss = truncated(network, found, part, 3, carried=True)
    layer, state, scores = network.passes[0], None, []
    for piece in part.x.split(3, dim=1):
        entered = network.embedding[piece]  # type: ignore[index]
        hidden, state = layer.torch(entered, state)
        state = state.detach()
        scores.append(hidden @ network.output.weight.T + network.output.bias)
    expected = loss_of(torch.cat(scores, 1), part.y, found.data)
    (grad,) = torch.autograd.grad(expected, [layer.w_hh])
    assert loss == pytest.approx(float(expected.detach()))
    np.testing.assert_allclose(terms.sum(0), grad.numpy(), atol=1e-14)


def test_a_state_that_is_reset_changes_the_loss_itself() -> None:
    found = fresh(Copy(length=4, samples=50), LSTM())
    part = example(found.data, 1)
    carried, reset = cut(found, part, 3, carried=True), cut(found, part, 3, carried=False)
    place = carried.chunks.index(3)
    assert reset.losses[place] != pytest.approx(carried.losses[place], rel=1e-6)
    network = doubled(found)
    alone = torch.cat([network(piece) for piece in part.x.split(3, dim=1)], dim=1)
    assert reset.losses[place] == pytest.approx(loss_of(alone, part.y, found.data).item())
