"""Early stopping against a run that really stops; noisy inputs against ridge."""

import numpy as np
import pytest
import torch

from engine.labs.regularization.state import Stopping
from engine.labs.regularization.stopping import JitteredRun, experiment, jittered, recorded, replayed
from engine.stopping import Patience
from engine.supervised import SupervisedRun

SMALL = Stopping(epochs=150, patience=15, samples=60, units=16)


def test_the_replayed_rule_says_what_a_run_with_the_rule_does() -> None:
    *_, last = recorded(SMALL, 1)
    found = last.result
    assert found is not None
    best, stopped = replayed(Patience(epochs=SMALL.patience), found.validation.tolist())
    assert stopped is not None
    run = SupervisedRun(experiment(SMALL, 1, stops=True))
    run.advance(SMALL.epochs)
    assert run.ending is not None and run.ending.kind == "stopped early"
    assert run.steps == stopped
    assert f"step {best}" in run.ending.message


def test_the_rule_waits_for_its_patience() -> None:
    losses = [3.0, 2.0, 2.5, 2.4, 1.0]
    assert replayed(Patience(epochs=2), losses) == (2, 4)
    assert replayed(Patience(epochs=3), losses) == (5, None)


def test_without_noise_a_jittered_run_is_the_engines_own() -> None:
    asked = experiment(SMALL, 0, stops=False)
    noisy, plain = JitteredRun(asked, 0.0), SupervisedRun(asked)
    noisy.advance(30)
    plain.advance(30)
    assert all(torch.equal(a, b) for a, b in zip(noisy.weights, plain.weights, strict=True))


def test_the_noise_is_new_in_every_step_and_has_the_asked_deviation() -> None:
    run = JitteredRun(experiment(Stopping(samples=400), 0, stops=False), 0.3)
    x = run.data.train.x
    moved = []
    for _ in range(20):
        order = run.batches._order.clone()
        moved.append((run.batches.draw()[0] - x[order]).ravel())
    assert float(torch.cat(moved).std()) == pytest.approx(0.3, rel=0.05)
    assert not torch.equal(moved[0], moved[1])


def test_for_a_linear_model_noisy_inputs_are_ridge() -> None:
    rng = np.random.default_rng(0)
    x, y, noise, copies = rng.standard_normal((40, 3)), rng.standard_normal(40), 0.5, 20_000
    gram = np.zeros((3, 3))
    for _ in range(20):
        many = np.repeat(x, copies // 20, axis=0) + noise * rng.standard_normal((40 * copies // 20, 3))
        gram += many.T @ many / len(many) / 20
    np.testing.assert_allclose(gram, x.T @ x / len(x) + noise**2 * np.eye(3), atol=0.01)
    ridge = np.linalg.solve(x.T @ x / len(x) + noise**2 * np.eye(3), x.T @ y / len(x))
    np.testing.assert_allclose(np.linalg.solve(gram, x.T @ y / len(x)), ridge, atol=0.01)


def test_noise_raises_the_training_error() -> None:
    found = next(step.result for step in jittered(SMALL, 0) if step.result is not None and len(step.result.rows) == 2)
    still, moved = found.rows
    assert (still.noise, moved.noise) == (0.0, 0.2)
    assert moved.train > still.train
