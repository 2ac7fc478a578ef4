"""Gradients through time beside finite differences and beside the product of Jacobians."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.func import jacrev

from engine.clipping import ClipNorm
from engine.initializers import Orthogonal
from engine.labs.recurrent.gradients import EXAMPLES, cells, measured, model, reaches, task, variants
from engine.labs.recurrent.results.gradients import Reach, Reaches
from engine.labs.recurrent.said_of_gradients import reaches as said_of_reaches
from engine.labs.recurrent.state import Gradients
from engine.sequences.cells import LSTM, Cell, TanhRNN
from engine.sequences.data import Part
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.sequences.transformer import Transformer, TransformerNetwork
from tests.rows import defaults_of

ASKED = Gradients(length=8, units=6)
DATA = task(8).build(0)
PART = DATA.validation.first(EXAMPLES)
LOOSE = ClipNorm(limit=1000.0)


def build(chosen: object) -> RecurrentNetwork:
    return chosen.build(DATA, 0)  # type: ignore[attr-defined]


def test_for_the_plain_cell_it_is_the_product_of_jacobians() -> None:
    network = build(model(ASKED, TanhRNN()))
    found = measured(network, PART, LOOSE)
    layer = network.passes[0]
    scores, passes = network.unroll(PART.x)
    losses = F.cross_entropy(scores[:, -1], PART.y[:, -1], reduction="none")
    (last,) = torch.autograd.grad(losses.sum(), [passes[0][-1].state.h])
    norms = np.zeros((8, EXAMPLES))
    with torch.no_grad():
        grads = last
        for t in reversed(range(8)):
            norms[t] = grads.norm(dim=1)
            h = passes[0][t].state.h
            grads = (grads * (1 - h**2)) @ layer.w_hh
    np.testing.assert_allclose(found.norms, norms.mean(1), rtol=1e-9)
    assert found.cell.size == 0


def test_for_an_lstm_it_is_what_a_jacobian_of_its_step_says_of_both_states() -> None:
    network = build(model(ASKED, LSTM()))
    part = PART.first(1)
    found = measured(network, part, LOOSE)
    layer = network.passes[0]
    scores, passes = network.unroll(part.x)
    (grad_h,) = torch.autograd.grad(F.cross_entropy(scores[:, -1], part.y[:, -1]), [passes[0][-1].state.h])
    grads = torch.cat([grad_h[0], torch.zeros(6, dtype=torch.float64)])
    o, c = passes[0][-1].signals["o"][0].detach(), passes[0][-1].state.c[0].detach()  # type: ignore[index]
    total_c = grads[:6] * o * (1 - c.tanh() ** 2)
    assert found.cell[-1] == pytest.approx(total_c.norm().item())
    for t in (7, 6, 5):
        moment = passes[0][t]

        def step(both: torch.Tensor, moment: object = moment) -> torch.Tensor:
            state = type(moment.before)(both[None, :6], both[None, 6:])  # type: ignore[attr-defined]
            after = layer.step(moment.x.detach(), state).state  # type: ignore[attr-defined]
            return torch.cat([after.h[0], after.c[0]])  # type: ignore[index]

        before = torch.cat([moment.before.h[0], moment.before.c[0]]).detach()  # type: ignore[index]
        grads = grads @ jacrev(step)(before)
        assert found.norms[t - 1] == pytest.approx(grads[:6].norm().item(), rel=1e-9)


def test_a_transformers_is_measured_at_what_its_layers_begin_with() -> None:
    chosen = cells(ASKED)["Transformer"]
    network = chosen.build(DATA, 0)
    assert isinstance(network, TransformerNetwork)
    found = measured(network, PART.first(1), LOOSE)
    assert found.norms.shape == (8,) and (found.norms > 0).all()
    embedding = network.embedding.weight  # type: ignore[union-attr]
    loss = F.cross_entropy(network(PART.x[:1])[:, -1], PART.y[:1, -1])
    (grad,) = torch.autograd.grad(loss, [embedding])
    first = PART.x[0, 0]
    assert found.norms[0] * network.model.width**0.5 == pytest.approx(grad[first].norm().item(), rel=1e-6)


def test_clipping_shortens_all_of_it_by_one_factor() -> None:
    network = build(model(ASKED, TanhRNN()))
    free = measured(network, PART, LOOSE)
    scores = network(PART.x)
    F.cross_entropy(scores[:, -1], PART.y[:, -1]).backward()
    whole = torch.nn.utils.clip_grad_norm_(network.parameters(), 1e9)
    assert free.norm == pytest.approx(float(whole)) and free.factor == 1
    tight = measured(network, PART, ClipNorm(limit=free.norm / 4))
    assert tight.factor == pytest.approx(0.25, rel=1e-4)
    np.testing.assert_array_equal(tight.norms, free.norms)


@pytest.mark.parametrize("gain", [0.5, 0.9])
def test_no_more_arrives_than_the_singular_values_let_through(gain: float) -> None:
    asked = Gradients(length=20, units=8, seeds=2, recurrent=Orthogonal(gain=gain))
    (line,) = last_of({"": model(asked, TanhRNN())}, asked).lines
    assert (line.kept <= gain**19).all() and (line.kept > 0).all(), (
        "each step's Jacobian has a norm of at most the gain"
    )
    assert line.per_step == pytest.approx(float(np.median(line.kept)) ** (1 / 19))


def test_larger_recurrent_weights_let_more_through() -> None:
    kept = []
    for gain in (0.5, 1.0, 2.0):
        asked = Gradients(length=20, units=8, seeds=1, recurrent=Orthogonal(gain=gain))
        kept.append(float(last_of({"": model(asked, TanhRNN())}, asked).lines[0].kept[0]))
    assert kept[0] < kept[1] < kept[2]


def test_every_cell_and_a_transformer_are_compared() -> None:
    rows = cells(ASKED)
    assert list(rows)[:-1] == [row.label for row in defaults_of(Cell).values()] and list(rows)[-1] == "Transformer"
    found = last_of(rows, Gradients(length=5, units=4, updates=3, seeds=2))
    assert found.updates == 3 and [line.label for line in found.lines] == list(rows)
    for line in found.lines:
        assert line.norms.shape == (2, 5) and np.isfinite(line.norms).all()
        assert not np.array_equal(line.norms[0], line.norms[1])


def test_a_skip_over_time_carries_the_gradient_over_its_length_and_one_over_depth_does_not() -> None:
    asked = Gradients(length=41, units=8, skip=10, seeds=3, recurrent=Orthogonal(gain=0.6))
    plain, depth, time, both = last_of(variants(asked, TanhRNN()), asked).lines
    assert time.per_step > 1.5 * plain.per_step and both.per_step > 1.5 * depth.per_step
    assert depth.per_step < 1.2 * plain.per_step and (depth.kept < 1e-8).all() and (time.kept > 1e-4).all()


def last_of(models: dict[str, Recurrent | Transformer], asked: Gradients) -> Reaches:
    last = list(reaches(models, asked, 0))[-1]
    assert last.share == 1.0 and last.result is not None
    return last.result


def test_the_part_is_only_read() -> None:
    before = Part(PART.x.clone(), PART.y.clone())
    measured(build(model(ASKED, TanhRNN())), PART, LOOSE)
    assert torch.equal(before.x, PART.x) and torch.equal(before.y, PART.y)


@pytest.mark.parametrize(
    ("least", "said"), [(0.5, "keeps 2 times"), (1e-5, "100,000 times"), (1e-43, "$10^{43}$ times")]
)
def test_how_many_times_as_much_is_kept_can_be_read(least: float, said: str) -> None:
    one = np.ones(1)
    lines = [
        Reach(name, np.array([[first, 1.0]]), np.zeros((1, 0)), one, one) for name, first in (("a", 1.0), ("b", least))
    ]
    assert said in said_of_reaches(Reaches(tuple(lines), 0, 1))
