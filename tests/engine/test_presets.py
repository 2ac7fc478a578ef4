"""Every preset shows what its sentence promises: each is run to its end."""

from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.metrics import precision_recall_fscore_support

from charts import theme
from engine.permalink import Link, encode
from engine.presets import PRESETS, Preset, preset
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from scripts.draw_presets import picture

pytestmark = pytest.mark.long

PICTURES = Path(__file__).parent.parent.parent / "assets" / "presets"


@cache
def finished(id: str) -> tuple[SupervisedRun, Snapshot, Snapshot]:
    """(run, first frame, last frame) of a preset."""
    run = SupervisedRun(preset(id).experiment)
    first = run.snapshot()
    run.advance(run.last_step)
    return run, first, run.snapshot()


def score(id: str, name: str) -> float:
    run, _, last = finished(id)
    return float(last.scores[run.score_names.index(name)])


def test_there_are_at_least_ten_with_names_and_sentences_of_their_own() -> None:
    assert len(PRESETS) >= 10
    assert len({item.id for item in PRESETS}) == len({item.look_for for item in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize("item", PRESETS, ids=lambda item: item.id)
def test_the_picture_is_of_the_experiment_as_it_is(item: Preset) -> None:
    run, _, _ = finished(item.id)
    for mode in ("light", "dark"):
        with Image.open(PICTURES / mode / f"{item.id}.png") as picture:
            text = picture.text
        assert text["experiment"] == urlencode(encode(Link(item.experiment))), "run `make pictures`"
        assert float(text["loss"]) == pytest.approx(score(item.id, "train.loss"), rel=0.05, abs=1e-3)
    assert run.ending is not None


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("id", ["sine", "line"])
def test_a_picture_drawn_anew_is_the_one_that_is_kept(id: str, mode: str) -> None:
    run, _, last = finished(id)
    drawn = np.asarray(picture(run.scene, last, getattr(theme, mode.upper())), float)
    with Image.open(PICTURES / mode / f"{id}.png") as kept:
        away = np.abs(drawn - np.asarray(kept.convert("RGB"), float))
    assert away.mean() < 6, "run `make pictures`"


@pytest.mark.parametrize(
    ("id", "name", "least"),
    [
        ("spiral", "test.accuracy", 0.97),
        ("breast_cancer", "test.accuracy", 0.93),
        ("line", "test.accuracy", 0.97),
        ("xor", "test.accuracy", 0.93),
        ("features", "test.accuracy", 0.97),
        ("sparse", "test.accuracy", 0.95),
        ("five_arms", "test.accuracy", 0.9),
        ("sine", "test.r2", 0.95),
        ("houses", "test.r2", 0.95),
        ("digits", "test.accuracy", 0.95),
    ],
)
def test_presets_that_promise_success_succeed(id: str, name: str, least: float) -> None:
    assert score(id, name) >= least


def test_dying_relu_leaves_dead_units() -> None:
    _, first, last = finished("dying_relu")
    assert first.detail.dead.max() == 0
    assert last.detail.dead.max() >= 0.5


def test_vanishing_with_sigmoid_starves_the_first_layer_and_stays_at_ln_2() -> None:
    _, _, last = finished("vanishing")
    assert last.gradient_norm[0] < 1e-4 * last.gradient_norm[-1]
    assert score("vanishing", "train.loss") == pytest.approx(np.log(2), abs=0.01)


def test_symmetric_units_stay_copies() -> None:
    run, _, _ = finished("symmetry")
    weights = run.model.linears[0].weight.detach().numpy()
    np.testing.assert_allclose(weights, np.repeat(weights[:1], len(weights), axis=0), rtol=1e-4)


def test_with_zeros_only_the_output_bias_moves() -> None:
    run, _, _ = finished("zeros")
    assert all((linear.weight == 0).all() for linear in run.model.linears)
    assert (run.model.linears[0].bias == 0).all()


def test_exploding_is_held_by_clipping_and_diverges_without_it() -> None:
    run, _, _ = finished("exploding")
    assert run.ending.kind == "finished"
    free = SupervisedRun(preset("exploding").experiment.patched({"training.clip.kind": "none"}))
    free.advance(free.last_step)
    assert free.ending.kind == "diverged"


def test_the_over_fitted_network_is_worse_on_validation_than_it_was() -> None:
    run = SupervisedRun(preset("overfit").experiment)
    validation = run.score_names.index("validation.loss")
    losses = []
    while run.ending is None:
        run.advance(run.steps_per_epoch * 10)
        losses.append(run.snapshot(detail=False).scores[[0, validation]])
    train, held = np.array(losses).T
    assert train[-1] < 0.1 * held[-1]
    assert held[-1] > 5 * held.min()


@pytest.mark.parametrize("cure", ["stopped_early", "dropout"])
def test_its_cures_do_better_on_validation(cure: str) -> None:
    assert score(cure, "validation.loss") < 0.3 * score("overfit", "validation.loss")


def test_the_proximal_step_leaves_exact_zeros() -> None:
    _, _, last = finished("sparse")
    assert last.detail.weight_zeros[0] >= 0.5


def test_accuracy_flatters_where_a_class_is_rare_and_balanced_weights_help_f1() -> None:
    assert score("rare_class", "test.accuracy") > 0.97
    assert score("rare_class", "test.f1") < 0.4
    balanced = SupervisedRun(preset("rare_class").experiment.patched({"training.class_weights": "balanced"}))
    balanced.advance(balanced.last_step)
    scores = dict(zip(balanced.score_names, balanced.snapshot().scores, strict=True))
    assert scores["test.f1"] > score("rare_class", "test.f1") + 0.1
    assert scores["test.accuracy"] < score("rare_class", "test.accuracy")


@cache
def fraud_found(sampling: str, seed: int) -> tuple[float, float, float]:
    """(precision, recall, F1) of fraud on the test part, by scikit-learn; the run's own chart says the same."""
    patch = {"training.sampling.kind": sampling, "seed": seed}
    run = SupervisedRun(preset("rare_class").experiment.patched(patch))
    run.advance(run.last_step)
    test = run.data.test
    with torch.no_grad():
        guess = (run.model.eval()(test.x)[:, 0] > 0).numpy()
    found = precision_recall_fscore_support(test.raw_y, guess, labels=[1], zero_division=0)[:3]
    precision, recall, f1 = (float(value[0]) for value in found)
    np.testing.assert_allclose(run.snapshot().detail.by_class[:, 1], (precision, recall, f1), rtol=1e-6)
    return precision, recall, f1


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sampling_finds_more_of_a_rare_class_and_raises_more_false_alarms(seed: int) -> None:
    precision, recall, _ = fraud_found("none", seed)
    for sampling in ("oversampling", "undersampling"):
        other_precision, other_recall, _ = fraud_found(sampling, seed)
        assert other_recall > recall + 0.05
        assert other_precision < precision


def test_over_sampling_helps_the_f1_of_the_presets_own_seed_and_too_few_updates_help_none() -> None:
    plain, over, under = (fraud_found(kind, 0)[2] for kind in ("none", "oversampling", "undersampling"))
    assert over > plain + 0.1
    assert under < plain
