"""The classifier: frozen vectors give what logistic regression does, and all ways see the same reviews."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.labs.tokens.classifier import WAYS, Bag, compare, numbered, table_of
from engine.labs.tokens.lexicon import words_of
from engine.labs.tokens.state import Classifier
from engine.text.corpora import Reviews
from engine.text.split import split
from engine.text.vectors import Vectors
from tests.engine.labs.tokens.runs import results

REVIEWS = Reviews().read()
WORDS = sorted({word for line in REVIEWS.lines for word in words_of(line)})[::2]
VECTORS = Vectors("drawn", tuple(WORDS), np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32) * 3)
ASKED = Classifier(labelled=60, seeds=3, epochs=4)


def mean_vectors() -> np.ndarray:
    """The mean of each review's vectors, word by word."""
    rows = []
    for line in REVIEWS.lines:
        found = [VECTORS.table[VECTORS.places[word]] for word in words_of(line) if word in VECTORS.places]
        rows.append(np.mean(found, axis=0) if found else np.zeros(5))
    return np.array(rows)


def test_a_bag_is_the_mean_of_the_vectors_that_there_are() -> None:
    words, places, covered = numbered(REVIEWS, VECTORS)
    table = table_of(VECTORS, places, WAYS[0], 0)
    scale = float(np.sqrt((VECTORS.table[places] ** 2).mean()))
    mine = F.embedding_bag(words, table, mode="mean", padding_idx=0).numpy() * scale
    np.testing.assert_allclose(mine, mean_vectors(), atol=1e-5)
    known = [word in VECTORS.places for line in REVIEWS.lines for word in words_of(line)]
    assert covered == pytest.approx(np.mean(known))


def test_a_bag_on_frozen_vectors_comes_to_logistic_regression() -> None:
    from sklearn.linear_model import LogisticRegression

    words, places, _ = numbered(REVIEWS, VECTORS)
    model = Bag(table_of(VECTORS, places, WAYS[0], 0), False)
    labels = torch.tensor(REVIEWS.labels, dtype=torch.float32)
    optimizer = torch.optim.LBFGS([model.weight, model.bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = F.binary_cross_entropy_with_logits(model(words), labels)
        value.backward()
        return value

    optimizer.step(loss)
    x = F.embedding_bag(words, model.table, mode="mean", padding_idx=0).detach().numpy()
    theirs = LogisticRegression(C=1e8, tol=1e-8, max_iter=2000).fit(x, np.array(REVIEWS.labels))
    np.testing.assert_allclose(model.weight.detach().numpy(), theirs.coef_[0], rtol=0.02, atol=0.02)


def test_frozen_vectors_stay_and_the_others_move() -> None:
    words, places, _ = numbered(REVIEWS, VECTORS)
    for way in WAYS:
        table = table_of(VECTORS, places, way, 0)
        model = Bag(table, way.is_trained)
        model.weight.data.fill_(1.0)
        loss = model(words).square().mean()
        loss.backward()
        assert (model.table.grad is not None) == way.is_trained
        assert not table[0].any() and float(table[1:].square().mean()) == pytest.approx(1.0, rel=0.1)


def test_every_way_sees_the_same_reviews_from_every_seed() -> None:
    steps = results(compare(REVIEWS, VECTORS, ASKED, 4))
    found = steps[-1]
    assert [len(step.runs) for step in steps] == list(range(3 * len(WAYS) + 1))
    assert {(run.way, run.seed) for run in found.runs} == {(way.label, seed) for way in WAYS for seed in (4, 5, 6)}
    held = len(split(REVIEWS, 0.25, 4)[1])
    assert found.labelled == 60 and found.held_out == held
    for run in found.runs:
        assert run.epochs.tolist() == [0, 1, 2, 3, 4] and ((run.held_out >= 0) & (run.held_out <= 1)).all()
    starts = {run.seed: {r.held_out[0] for r in found.runs if r.seed == run.seed} for run in found.runs}
    assert all(len(shares) == 1 for shares in starts.values()), "with a weight of 0 all say the same"


def test_a_seed_makes_the_comparison() -> None:
    one, again = (results(compare(REVIEWS, VECTORS, ASKED.model_copy(update={"seeds": 3}), 0))[-1] for _ in range(2))
    for first, second in zip(one.runs, again.runs, strict=True):
        assert np.array_equal(first.held_out, second.held_out)


def test_vectors_that_cover_nothing_leave_chance() -> None:
    foreign = Vectors("x", ("東京", "京都"), np.ones((2, 3), np.float32))
    found = results(compare(REVIEWS, foreign, ASKED.model_copy(update={"seeds": 3, "epochs": 1}), 0))[-1]
    assert found.covered == 0 and all(0.3 < run.held_out[-1] < 0.7 for run in found.runs)
