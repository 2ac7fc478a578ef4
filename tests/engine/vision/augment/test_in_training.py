"""Augmentation within a run: drawn for each update alone, in training only, the same again after every way back."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from engine.choice import catalog, problems
from engine.codec import decode_model, encode_model
from engine.run import Edit
from engine.vision.augment.catalog import AnyAugmentation, augmented
from engine.vision.augment.mixing import MixUp
from engine.vision.augment.moves import Affine, Flip, Rotate, Shift
from engine.vision.augment.shading import CutOut, Noise
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.experiment import VisionExperiment, consequence
from engine.vision.heads.angle import Angle
from engine.vision.heads.box import Localise
from engine.vision.heads.classify import Classify
from engine.vision.heads.detect import Detect
from engine.vision.heads.segment import Segment
from engine.vision.heads.steering import Steer
from engine.vision.images import Part, Truth
from engine.vision.model import Cnn
from engine.vision.run import VisionRun
from engine.vision.sources.roads import Roads
from engine.vision.sources.scenes import ShapeScenes

TINY = Cnn(blocks=(Convolution(channels=3), Activate(), Pool(), Dense(units=8), Activate()))
STACK = (Shift(), Rotate(), Noise())


def run(rows: tuple[Any, ...], planned: tuple[Edit, ...] = ()) -> VisionRun:
    return VisionRun(VisionExperiment(model=TINY, augmentation=rows), planned)


def weights(of: VisionRun) -> list[np.ndarray]:
    return [value.numpy().copy() for value in of.network.state_dict().values()]


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


@pytest.mark.long
@pytest.mark.parametrize("kind", catalog(AnyAugmentation))
def test_every_row_trains_and_gives_the_same_numbers_after_going_back(kind: str) -> None:
    made = run((catalog(AnyAugmentation)[kind](kind=kind),))
    made.advance(3)
    kept = made.checkpoint()
    made.advance(40)
    once = weights(made)
    assert all(np.isfinite(weight).all() for weight in once)
    made.restore(kept)
    made.advance(40)
    assert same(once, weights(made))


def test_pausing_stepping_and_watching_change_nothing() -> None:
    whole, stepped = run(STACK), run(STACK)
    whole.advance(20)
    for _ in range(20):
        stepped.advance(1)
        stepped.snapshot()
    assert same(weights(whole), weights(stepped))


def test_a_step_is_the_one_that_a_bare_loop_takes_on_the_changed_batch() -> None:
    made, other = run((Shift(), MixUp())), run((Shift(), MixUp()))
    train, network = other.data.train, other.network
    optimizer = torch.optim.Adam(network.parameters(), lr=made.experiment.training.optimizer.lr)
    for step in range(5):
        chosen = other.batches.draw_rows()
        changed = augmented((Shift(), MixUp()), Part(train.x[chosen], train.label[chosen]), 10, 0, step)
        soft = -(changed.truth.shares * F.log_softmax(network(changed.x), dim=1)).sum(1).mean()
        optimizer.zero_grad()
        soft.backward()
        optimizer.step()
    made.advance(5)
    for mine, theirs in zip(weights(made), weights(other), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def test_nothing_else_is_drawn_otherwise_and_frames_measure_pictures_as_they_are() -> None:
    plain, changed = run(()), run(STACK)
    assert same(weights(plain), weights(changed))
    assert torch.equal(plain.batches.draw_rows(), changed.batches.draw_rows())
    plain, changed = run(()), run(STACK)
    assert np.array_equal(plain.snapshot().scores, changed.snapshot().scores)


def test_knobs_may_change_in_mid_run_and_other_rows_begin_anew() -> None:
    old = VisionExperiment(model=TINY, augmentation=(Shift(most=0.1),))
    stronger = old.patched({"augmentation.0.most": 0.3})
    assert consequence(old, stronger) == "continue"
    assert consequence(old, old.model_copy(update={"augmentation": (Rotate(),)})) == "restart"
    assert consequence(old, old.model_copy(update={"augmentation": ()})) == "restart"
    live = VisionRun(old)
    live.advance(4)
    live.apply({"augmentation.0.most": 0.3})
    live.advance(4)
    planned = VisionRun(old, (Edit(4, (("augmentation.0.most", 0.3),)),))
    planned.advance(8)
    assert same(weights(live), weights(planned))
    assert planned.experiment.augmentation == (Shift(most=0.3),)


def test_a_link_holds_the_rows_and_their_order() -> None:
    made = VisionExperiment(augmentation=(Flip(axis="top and bottom"), Affine(a=0.5), Shift(most=0.3)))
    back, wrong = decode_model(VisionExperiment, encode_model(made))
    assert back == made and not wrong


def test_more_rows_than_allowed_and_one_twice_are_refused() -> None:
    every = tuple(row(kind=kind) for kind, row in catalog(AnyAugmentation).items())
    with pytest.raises(ValidationError, match="at most 8"):
        VisionExperiment(augmentation=every)
    with pytest.raises(ValidationError, match="Shift stands there twice"):
        VisionExperiment(augmentation=(Shift(), Noise(), Shift(most=0.3)))


SMALL = ShapeScenes(size=16, samples=100)
HEADS = [
    pytest.param(SMALL, Localise(), Rotate(), id="box"),
    pytest.param(SMALL, Detect(), CutOut(), id="objects"),
    pytest.param(SMALL, Angle(), Flip(), id="angle"),
    pytest.param(SMALL, Segment(), MixUp(), id="mask"),
    pytest.param(Roads(size=16, samples=100), Steer(), Shift(), id="steering"),
]


@pytest.mark.parametrize(("source", "head", "row"), HEADS)
def test_a_row_that_loses_what_the_head_asks_for_is_refused_by_name(source: Any, head: Any, row: Any) -> None:
    model = Cnn(blocks=(Convolution(channels=3), Activate()))
    with pytest.raises(ValidationError) as refused:
        VisionExperiment(data=source, model=model, head=head, augmentation=(Noise(), row))
    problem = problems(refused.value, VisionExperiment)[0]
    assert (problem.field, problem.value) == ("augmentation.1", row.kind)
    assert f"{row.label} does not say what becomes of" in problem.allowed and head.label in problem.allowed


@pytest.mark.parametrize(("source", "head", "row"), HEADS)
def test_every_head_trains_on_pictures_whose_truth_follows(source: Any, head: Any, row: Any) -> None:
    model = Cnn(blocks=(Convolution(channels=3), Activate()))
    rows = tuple(
        made
        for kind, each in catalog(AnyAugmentation).items()
        if not (made := each(kind=kind)).misfit(head.needs) and kind not in ("warp", "affine")
    )
    assert row.kind not in {each.kind for each in rows} and len(rows) >= 2
    experiment = VisionExperiment(data=source, model=model, head=head, augmentation=rows[:8])
    made = VisionRun(experiment)
    made.advance(3)
    assert made.ending is None and all(np.isfinite(weight).all() for weight in weights(made))


def test_mixed_pictures_ask_for_the_shares_of_their_classes() -> None:
    shares = torch.tensor([[0.7, 0.3], [0.0, 1.0]])
    part = Part(torch.zeros(2, 1, 4, 4), torch.tensor([0, 1]), Truth(shares=shares))
    assert torch.equal(Classify().target(part), shares)
    outputs = torch.tensor([[1.0, -1.0], [0.5, 2.0]])
    by_hand = sum(
        share * F.cross_entropy(outputs[row : row + 1], torch.tensor([label]))
        for row in range(2)
        for label, share in enumerate(shares[row])
    )
    assert float(Classify().loss(outputs, shares)) == pytest.approx(float(by_hand) / 2, rel=1e-6)
