"""What can be had without a network, beside scikit-learn and a plain count."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.naive_bayes import MultinomialNB

from engine.doctor.sequences.facts import (
    CONSTANT,
    constant_loss,
    counting_loss,
    facts_of,
    last_token_loss,
    line_loss,
    measured,
)
from engine.sequences.data import IGNORED, PAD
from engine.sequences.tasks.catalog import built
from engine.sequences.tasks.series import NoisySine, Stocks
from engine.sequences.tasks.texts import CountryNames, Mood
from engine.sequences.tasks.toy import Recall


@pytest.mark.parametrize("task", [NoisySine(samples=300), Stocks()], ids=["sine", "stocks"])
def test_the_line_is_scikit_learns(task: NoisySine | Stocks) -> None:
    data = built(task, 0)
    rows = [part.x.flatten(1).double().numpy() for part in (data.train, data.validation)]
    model = LinearRegression().fit(rows[0], data.train.y.double().numpy())
    expected = mean_squared_error(data.validation.y, model.predict(rows[1]))
    assert line_loss(data) == pytest.approx(expected, rel=1e-6)


def test_counting_words_is_scikit_learns_naive_bayes() -> None:
    data = built(Mood(), 0)
    tables = []
    for part in (data.train, data.validation):
        table = np.zeros((len(part), len(data.tokens)))
        for row, tokens in enumerate(part.x.tolist()):
            for token in tokens:
                table[row, token] += token != PAD
        tables.append(np.delete(table, PAD, axis=1))
    model = MultinomialNB(alpha=1.0).fit(tables[0], data.train.y)
    assert counting_loss(data) == pytest.approx(log_loss(data.validation.y, model.predict_proba(tables[1])), rel=1e-6)


def test_the_last_token_is_a_plain_count() -> None:
    data = built(CountryNames(), 0)
    pairs = [
        [(int(t), int(a)) for t, a in zip(part.x.flatten(), part.y.flatten(), strict=True) if a != IGNORED]
        for part in (data.train, data.validation)
    ]
    known, after = Counter(pairs[0]), Counter(token for token, _ in pairs[0])
    lost = [-math.log((known[t, a] + 1) / (after[t] + data.outputs)) for t, a in pairs[1]]
    assert last_token_loss(data) == pytest.approx(sum(lost) / len(lost), rel=1e-5)
    common = Counter(a for _, a in pairs[0])
    lost = [-math.log((common[a] + 1) / (len(pairs[0]) + data.outputs)) for _, a in pairs[1]]
    assert constant_loss(data) == pytest.approx(sum(lost) / len(lost), rel=1e-5)


def test_the_better_of_two_that_need_no_network_is_taken() -> None:
    for task in (Stocks(), Mood(), CountryNames(), NoisySine(samples=300)):
        data = built(task, 0)
        found = facts_of(task, 0, data)
        again = measured(task, data)
        assert found.plain_loss == pytest.approx(again.plain_loss, rel=1e-9)
        assert replace(again, plain_loss=found.plain_loss) == found and not found.is_exact
        is_constant = found.plain_loss == pytest.approx(constant_loss(data), rel=1e-9)
        assert (found.plain == CONSTANT) == is_constant and (is_constant or found.plain_loss < constant_loss(data))
    assert facts_of(NoisySine(samples=300), 0, built(NoisySine(samples=300), 0)).plain != CONSTANT


def test_a_task_with_exact_answers_leaves_nothing_to_chance() -> None:
    found = facts_of(Recall(samples=60), 0, built(Recall(samples=60), 0))
    assert found.is_exact and found.plain_loss == 0 and found.padding == 0
