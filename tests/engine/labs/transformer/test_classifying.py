"""Classifiers from few labels: what is carried over, how it is measured, and that reading first helps where texts abound."""

import numpy as np
import pytest
import torch

from engine.labs.transformer import classifying
from engine.labs.transformer.classifying import (
    COMMON,
    COUNTING,
    COUNTS,
    FEW,
    RARE,
    blank_few,
    blank_rare,
    classifier,
    counted,
    few_labels,
    learn,
    model_of,
    rare_class,
    recalls,
)
from engine.labs.transformer.state import FewLabels
from engine.labs.transformer.stocks import STOCKS, labelled
from engine.sequences.data import Part

pytestmark = pytest.mark.long

SMALL = FewLabels(texts="drawn", width=16, layers=1, reading=50, updates=20, seeds=1, dropout=0.0)


def test_the_classifier_begins_with_all_of_the_reader_but_its_output() -> None:
    given = STOCKS["drawn"].given(0)
    reader = model_of(SMALL).build(given.unlabelled, 5)
    mine, fresh = (classifier(SMALL, given.labelled, 0, start) for start in (reader, None))
    for name, weight in mine.state_dict().items():
        source = fresh if name.startswith("output.") else reader
        assert torch.equal(weight, source.state_dict()[name]), name
    list(learn(mine, given.labelled.train, 3, 0))
    again = model_of(SMALL).build(given.unlabelled, 5)
    assert all(
        torch.equal(a, b) for a, b in zip(reader.state_dict().values(), again.state_dict().values(), strict=True)
    )


def test_what_is_recognised_is_counted_class_by_class() -> None:
    given = STOCKS["drawn"].given(0)
    network, part = classifier(SMALL, given.labelled, 0, None), given.held.first(40)
    said = [int(network(x[None]).argmax()) for x in part.x]
    for label, share in enumerate(recalls(network, part)):
        own = [s for s, y in zip(said, part.y.tolist(), strict=True) if y == label]
        assert share == pytest.approx(own.count(label) / len(own))


def test_counting_words_is_scikit_learn_s_logistic_regression_on_which_words_occur() -> None:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import balanced_accuracy_score

    given = STOCKS["reviews"].given(0)
    few, held = labelled(given.train, (30, 30), 0), given.held

    def said(part: Part) -> list[str]:
        return [" ".join(f"w{id}" for id in row if id > 3) for row in part.x.tolist()]

    counts = CountVectorizer(binary=True, vocabulary=[f"w{id}" for id in range(4, len(given.tokens))])
    fitted = LogisticRegression(max_iter=1000).fit(counts.transform(said(few)), few.y.numpy())
    wanted = balanced_accuracy_score(held.y.numpy(), fitted.predict(counts.transform(said(held))))
    assert counted(few, held, len(given.tokens)) == pytest.approx(wanted, abs=0.02)


def test_every_method_is_measured_at_every_number_of_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifying, "COUNTS", (8,))
    steps = list(few_labels(SMALL, 0))
    found = steps[-1].result
    assert found is not None and steps[-1].share == 1.0
    assert found.counts == (8, 2000) and found.methods == (*(method.label for method in FEW), COUNTING)
    assert np.isfinite(found.accuracy).all() and found.accuracy.shape == (5, 2, 1)
    shares = [step.share for step in steps]
    assert shares == sorted(shares)


def test_every_remedy_is_measured_on_both_classes() -> None:
    *_, last = rare_class(SMALL, 0)
    assert last.result is not None
    assert last.result.recall.shape == (len(RARE), 2, 1) and np.isfinite(last.result.recall).all()
    assert last.result.labels == (COMMON, SMALL.rare)


def test_the_blanks_have_the_shapes_of_what_comes() -> None:
    few, rare = blank_few(SMALL), blank_rare(SMALL, ("a", "b"))
    assert few.accuracy.shape == (5, len(COUNTS), 1) and np.isnan(few.accuracy).all()
    assert rare.recall.shape == (5, 2, 1) and np.isnan(rare.recall).all()


def test_where_texts_abound_reading_first_makes_eight_labels_do() -> None:
    settings, given = FewLabels(texts="drawn", updates=60), STOCKS["drawn"].given(0)
    reader = model_of(settings).build(given.unlabelled, 0)
    list(learn(reader, given.unlabelled.train, 450, 0, rate=classifying.READING_RATE))
    few = labelled(given.train, (4, 4), 0)
    accuracy = []
    for start in (None, reader):
        network = classifier(settings, given.labelled, 0, start)
        list(learn(network, few, settings.updates, 0))
        accuracy.append(float(np.mean(recalls(network, given.held))))
    assert accuracy[1] > 0.9 > accuracy[0]
