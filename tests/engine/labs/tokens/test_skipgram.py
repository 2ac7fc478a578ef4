"""Skip-gram: its loss and gradient, what the expected loss is, how low it can go, and that a seed makes the run."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.labs.tokens.byhand import by_hand
from engine.labs.tokens.counting import Counting
from engine.labs.tokens.lexicon import pairs, shown
from engine.labs.tokens.skipgram import Expected, Run, loss_of, skip_gram
from engine.labs.tokens.state import SkipGram
from engine.optimizers import SGD
from engine.text.corpora import Sentences
from tests.engine.labs.tokens.runs import SHORT, TINY, TINY_ASKED, learned, results, tiny


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def drawn(seed: int = 0, batch: int = 5, k: int = 3, d: int = 4) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draws = torch.Generator().manual_seed(seed)
    return tuple(  # type: ignore[return-value]
        torch.randn(*shape, generator=draws, dtype=torch.float64).requires_grad_()
        for shape in ((batch, d), (batch, d), (batch, k, d))
    )


def test_the_loss_is_the_formula_in_numpy() -> None:
    v, u, n = drawn()
    a, b, c = (x.detach().numpy() for x in (v, u, n))
    expected = -np.log(sigmoid((a * b).sum(1))) - np.log(sigmoid(-np.einsum("bd,bkd->bk", a, c))).sum(1)
    np.testing.assert_allclose(loss_of(v, u, n).detach().numpy(), expected, rtol=1e-12)


def test_the_gradient_is_the_closed_form() -> None:
    v, u, n = drawn()
    gradients = torch.autograd.grad(loss_of(v, u, n).sum(), (v, u, n))
    a, b, c = (x.detach().numpy() for x in (v, u, n))
    seen, others = sigmoid((a * b).sum(1)) - 1, sigmoid(np.einsum("bd,bkd->bk", a, c))
    np.testing.assert_allclose(gradients[1].numpy(), seen[:, None] * a, rtol=1e-10)
    np.testing.assert_allclose(gradients[2].numpy(), others[:, :, None] * a[:, None, :], rtol=1e-10)
    np.testing.assert_allclose(gradients[0].numpy(), seen[:, None] * b + np.einsum("bk,bkd->bd", others, c), rtol=1e-10)


def test_one_step_of_descent_moves_the_vectors_as_the_closed_form_says() -> None:
    asked = TINY_ASKED.model_copy(update={"optimizer": SGD(lr=0.5), "batch_size": 4})
    data = pairs(TINY, asked, 0)
    run, twin = Run(data, asked, 0), Run(data, asked, 0)
    run.contexts.data.normal_(generator=torch.Generator().manual_seed(1))
    twin.contexts.data.copy_(run.contexts.data)
    v, u = run.vectors.detach().double().numpy().copy(), run.contexts.detach().double().numpy().copy()
    taken = twin.batch()
    negatives = torch.multinomial(twin.negative, 4 * asked.negatives, replacement=True, generator=twin.draws).view(
        4, -1
    )
    dv, du = np.zeros_like(v), np.zeros_like(u)
    for place, row in zip(taken.tolist(), negatives.tolist(), strict=True):
        w, c = int(data.word[place]), int(data.context[place])
        for word, label in ((c, 1), *((other, 0) for other in row)):
            factor = sigmoid(v[w] @ u[word]) - label
            dv[w] += factor * u[word] / 4
            du[word] += factor * v[w] / 4
    run.step()
    np.testing.assert_allclose(run.vectors.detach().numpy(), v - 0.5 * dv, atol=1e-6)
    np.testing.assert_allclose(run.contexts.detach().numpy(), u - 0.5 * du, atol=1e-6)


def test_an_untrained_loss_is_one_and_k_coins() -> None:
    assert tiny()[0].frames[0].loss == pytest.approx((1 + TINY_ASKED.negatives) * math.log(2), rel=1e-6)


def test_the_expected_loss_is_the_mean_over_every_pair_and_every_negative() -> None:
    data = pairs(TINY, TINY_ASKED, 0)
    size, k = len(data.lexicon.words), TINY_ASKED.negatives
    draws = torch.Generator().manual_seed(3)
    v, u = torch.randn(size, 6, generator=draws), torch.randn(size, 6, generator=draws)
    total = 0.0
    for w, c in zip(data.word.tolist(), data.context.tolist(), strict=True):
        total += float(-F.logsigmoid(v[w] @ u[c]))
        total += k * float((data.negative * -F.logsigmoid(-(u @ v[w]).double())).sum())
    assert Expected.of(data, k).loss(v, u) == pytest.approx(total / len(data.word), rel=1e-5)


def test_no_dot_products_go_below_the_floor_and_the_shifted_pmi_reaches_it() -> None:
    data = pairs(TINY, TINY_ASKED, 0)
    expected, size = Expected.of(data, TINY_ASKED.negatives), len(data.lexicon.words)
    free = torch.zeros(size, size, requires_grad=True, dtype=torch.float64)
    optimizer = torch.optim.LBFGS([free], lr=1.0, max_iter=400, tolerance_grad=1e-12, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = (expected.seen.double() * F.softplus(-free) + expected.drawn.double() * F.softplus(free)).sum()
        value.backward()
        return value

    optimizer.step(loss)
    lowest = float(loss().detach())
    assert lowest == pytest.approx(expected.floor, abs=1e-4) and lowest >= expected.floor - 1e-9
    counting = Counting(data, TINY_ASKED.negatives, shown(data.lexicon, 60))
    best = free.detach().numpy()[counting.row, counting.column]
    np.testing.assert_allclose(best, counting.pmi, atol=1e-2)


def test_a_run_lowers_the_loss_and_stays_above_the_floor() -> None:
    found = learned()
    losses = [frame.loss for frame in found.frames]
    assert losses[-1] < 0.45 * losses[0] and min(losses) > found.floor
    assert found.is_done and found.frames[-1].step == found.steps == SHORT.epochs * math.ceil(found.pairs / 512)


def test_frames_grow_and_earlier_ones_do_not_change() -> None:
    first, last = tiny()[0], tiny()[-1]
    assert len(first.frames) == 1 and len(last.frames) > 3
    assert last.frames[0] is first.frames[0] and not np.array_equal(first.vectors, last.vectors)
    assert [frame.step for frame in last.frames] == sorted({frame.step for frame in last.frames})


def test_a_seed_makes_the_run_whatever_the_global_generator_does() -> None:
    torch.manual_seed(1)
    one = results(skip_gram(TINY, TINY_ASKED, 0))[-1]
    torch.manual_seed(2)
    again, other = results(skip_gram(TINY, TINY_ASKED, 0))[-1], results(skip_gram(TINY, TINY_ASKED, 1))[-1]
    assert np.array_equal(one.vectors, again.vectors) and not np.array_equal(one.vectors, other.vectors)


def test_every_pair_is_taken_once_an_epoch() -> None:
    data = pairs(TINY, TINY_ASKED, 0)
    run = Run(data, TINY_ASKED, 0)
    taken = torch.cat([run.batch() for _ in range(math.ceil(len(data.word) / TINY_ASKED.batch_size))])
    assert sorted(taken.tolist()) == list(range(len(data.word)))


def test_a_run_that_diverges_ends_with_what_led_there() -> None:
    asked = TINY_ASKED.model_copy(update={"optimizer": SGD(lr=10.0), "epochs": 300})
    data = pairs(TINY, asked, 0)
    run = Run(data, asked, 0)
    run.vectors.data.fill_(float("inf"))
    assert Expected.of(data, 3).loss(run.vectors.detach(), run.contexts.detach()) == math.inf
    found = results(skip_gram(TINY, asked, 0))[-1]
    assert found.frames and found.frames[0].loss == pytest.approx(4 * math.log(2))


def test_a_pair_by_hand_is_the_closed_form_and_autograds() -> None:
    found = learned()
    at = found.lexicon.places["king"]
    rows = by_hand(found, at, 4, 0.75, 0)
    assert [row.is_seen for row in rows] == [True, False, False, False, False]
    places = [found.lexicon.places[row.word] for row in rows]
    v = torch.tensor(found.vectors[at], dtype=torch.float64, requires_grad=True)
    u = torch.tensor(found.contexts[places], dtype=torch.float64, requires_grad=True)
    parts = torch.cat([-F.logsigmoid(u[:1] @ v), -F.logsigmoid(-(u[1:] @ v))])
    np.testing.assert_allclose([row.loss for row in rows], parts.detach().numpy(), rtol=1e-6)
    by_v, by_u = torch.autograd.grad(parts.sum(), (v, u))
    factors = np.array([row.factor for row in rows])
    np.testing.assert_allclose(factors[:, None] * v.detach().numpy(), by_u.numpy(), rtol=1e-5)
    np.testing.assert_allclose(factors @ u.detach().numpy(), by_v.numpy(), rtol=1e-5)


def test_the_default_run_finds_the_analogies_of_its_text_from_every_seed() -> None:
    """What the page opens with: the claim of its captions, on three seeds."""
    from engine.labs.tokens.nearest import all_families
    from engine.text.vectors import Vectors

    for seed in range(3):
        found = learned(seed)
        family = all_families(Vectors("x", found.lexicon.words, found.vectors))[0]
        assert family.right / family.asked > 0.6 > 0.4 > family.right_with_inputs / family.asked


def test_the_default_settings_suit_the_short_sentences() -> None:
    data = pairs(Sentences().read(), SkipGram(), 0)
    assert len(data.lexicon.words) > 300 and Run(data, SkipGram(), 0).steps_planned < 5000
