"""Beside scikit-learn's own network: the same rows, sizes and settings lead to as good a classifier."""

from functools import cache

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from engine.activations import ReLU
from engine.data.bundled import BreastCancer, Digits
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.optimizers import Adam
from engine.supervised import SupervisedRun

SEEDS = range(3)
ROWS = {
    "breast_cancer": Experiment(
        data=BreastCancer(),
        model=Model(hidden=(16,), activation=ReLU()),
        training=Training(optimizer=Adam(lr=0.005), batch_size=32, epochs=30),
    ),
    "digits": Experiment(
        data=Digits(),
        model=Model(hidden=(32,), activation=ReLU()),
        training=Training(optimizer=Adam(lr=0.005), batch_size=64, epochs=20),
    ),
}


@cache
def ours(name: str, seed: int) -> SupervisedRun:
    """The run at the end of its epochs."""
    run = SupervisedRun(ROWS[name].patched({"seed": seed}))
    run.advance(run.last_step)
    assert run.ending is not None
    assert run.ending.kind == "finished"
    return run


@cache
def theirs(name: str, seed: int) -> MLPClassifier:
    """scikit-learn's network after as many passes over the same training rows."""
    run, training = ours(name, seed), ROWS[name].training
    assert isinstance(training.optimizer, Adam)
    peer = MLPClassifier(
        ROWS[name].model.hidden,
        activation="relu",
        solver="adam",
        alpha=0.0,
        batch_size=training.batch_size,
        learning_rate_init=training.optimizer.lr,
        max_iter=training.epochs,
        n_iter_no_change=training.epochs + 1,
        random_state=seed,
    )
    with pytest.warns(ConvergenceWarning, match="Maximum iterations"):
        peer.fit(run.data.train.x.numpy(), run.data.train.y.numpy())
    assert peer.n_iter_ == training.epochs
    return peer


@pytest.mark.parametrize("name", ROWS)
def test_test_accuracy_is_within_two_points_of_scikit_learns_network_or_better(name: str) -> None:
    gains = []
    for seed in SEEDS:
        run, peer = ours(name, seed), theirs(name, seed)
        accuracy = run.snapshot(detail=False).scores[run.score_names.index("test.accuracy")]
        gains.append(accuracy - peer.score(run.data.test.x.numpy(), run.data.test.y.numpy()))
    assert np.mean(gains) > -0.02, gains


@pytest.mark.parametrize("name", ROWS)
def test_the_training_loss_falls_as_far_as_scikit_learns(name: str) -> None:
    """scikit-learn tells the mean over its last epoch, while its weights still moved: a little above the loss at its end."""
    own = [ours(name, seed).snapshot(detail=False).scores[0] for seed in SEEDS]
    told = [theirs(name, seed).loss_ for seed in SEEDS]
    assert 0.5 < np.mean(own) / np.mean(told) < 1.5, (own, told)
