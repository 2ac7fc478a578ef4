"""Parts left out: what is changed, what a network answers by itself, and what is not trained twice."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.kept import Kept
from engine.labs.transformer import leaving
from engine.labs.transformer.leaving import (
    Measured,
    alone,
    alone_name,
    blank,
    changed_model,
    experiment_of,
    leave_out,
    measured_of,
    variants,
)
from engine.labs.transformer.looking import answered
from engine.labs.transformer.measuring import rows_for, spread
from engine.labs.transformer.state import Ablating
from engine.sequences.data import IGNORED
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.toy import Brackets
from engine.sequences.transformer import Transformer
from tests.engine.labs.transformer.tiny import NAMES, SPEAKS, experiment, speaker, translator


def test_every_variant_changes_the_one_thing_it_names() -> None:
    base = Transformer(layers=2)
    found = {variant.id: changed_model(base, variant) for variant in variants(base)}
    assert list(found) == ["base", "positions", "feed_forward", "scaling", "residuals", "heads", "mask"]
    assert found["base"] == base
    assert found["positions"].positions.kind == "none"
    changes = {
        id: {k for k, v in model.model_dump().items() if v != base.model_dump()[k]} for id, model in found.items()
    }
    assert changes == {
        "base": set(),
        "positions": {"positions"},
        "feed_forward": {"feed_forward"},
        "scaling": {"scaled"},
        "residuals": {"residual"},
        "heads": {"heads"},
        "mask": {"causal"},
    }


def test_what_a_network_lacks_is_not_left_out_again_and_one_head_is_set_against_many() -> None:
    bare = Transformer(heads=1, feed_forward=0, causal=False)
    found = {variant.id: changed_model(bare, variant) for variant in variants(bare)}
    assert list(found) == ["base", "positions", "scaling", "residuals", "heads"]
    assert found["heads"].heads == 4


@pytest.mark.parametrize("causal", [True, False])
def test_cut_off_a_causal_text_has_the_loss_it_had_and_one_that_looked_ahead_has_not(causal: bool) -> None:
    data = speaker().data
    network = SPEAKS.model_copy(update={"causal": causal}).build(data, 0).eval()
    part = spread(data.validation, rows_for(data, leaving.ALONE_NUMBERS, 128, 16))
    places = np.unique(np.linspace(1, data.length, leaving.CUTS).round().astype(int)) - 1
    with torch.no_grad():
        whole = float(F.cross_entropy(network(part.x)[:, places].flatten(0, 1), part.y[:, places].flatten()))
    assert (alone(network, data) == pytest.approx(whole, abs=1e-5)) is causal


@pytest.mark.long
def test_by_itself_a_translator_is_right_where_all_that_it_writes_is() -> None:
    trained = translator()
    part = spread(trained.data.validation, rows_for(trained.data, leaving.ALONE_NUMBERS, 128, 16))
    with trained.network() as network:
        right = 0
        for x, y in zip(part.x, part.y, strict=True):
            written = answered(network, x[None, :5], 5)[0, 5:].tolist()
            right += written == [id for id in y[4:].tolist() if id != IGNORED][:-1]
        assert alone(network, trained.data) == pytest.approx(right / len(part))
    assert right / len(part) > 0.05


def test_an_answer_at_the_end_is_not_asked_for_by_itself() -> None:
    task = Brackets(samples=60, length=4)
    assert np.isnan(alone(SPEAKS.build(task.build(0), 0), task.build(0)))
    assert alone_name(experiment(task, SPEAKS)) == ""
    assert alone_name(experiment()) == "exact" and alone_name(experiment(NAMES, SPEAKS)) == "loss"


@pytest.mark.long
def test_every_variant_is_trained_from_every_seed_and_none_of_them_twice() -> None:
    done: Kept[Measured] = Kept(lambda: 1e6)
    own, settings = experiment(NAMES, SPEAKS), Ablating(updates=20, seeds=2)
    steps = list(leave_out(own, settings, done))
    found = steps[-1].result
    assert found is not None and steps[-1].share == 1.0
    assert found.loss.shape == (7, 2) and np.isfinite(found.loss).all() and np.isfinite(found.alone).all()
    run = SequenceRun(own.patched({"training.updates": 20, "seed": own.seed + 1, "model.scaled": False}))
    run.advance(20)
    wanted = measured_of(run)
    at = found.variants.index("scaling")
    assert (found.loss[at, 1], found.alone[at, 1]) == (wanted.loss, wanted.alone)
    assert found.parameters[at] == sum(p.numel() for p in run.parameters)
    again = list(leave_out(own, settings, done))
    assert len(again) == 2 * 14, "a beginning and an end of each"
    assert again[-1].result is not None
    np.testing.assert_array_equal(again[-1].result.loss, found.loss)


def test_the_blank_has_the_shapes_of_what_comes() -> None:
    found = blank(experiment(), Ablating(seeds=2))
    assert found.loss.shape == (7, 2) and np.isnan(found.loss).all()
    assert found.labels[0] == "as it is" and len(found.parameters) == 7


@pytest.mark.long
def test_the_loss_cheats_without_a_mask() -> None:
    own, settings = experiment(NAMES, SPEAKS.model_copy(update={"width": 32})), Ablating(updates=150, seeds=1)
    found = {}
    for variant in variants(own.model):  # type: ignore[arg-type]
        if variant.id in ("base", "mask"):
            run = SequenceRun(experiment_of(own, variant, settings, 0))
            run.advance(settings.updates)
            found[variant.id] = measured_of(run)
    assert found["mask"].loss < 0.9 * found["base"].loss
    assert found["mask"].alone > 1.1 * found["base"].alone
