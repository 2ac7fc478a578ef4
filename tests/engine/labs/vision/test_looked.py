"""What it looked at: which pictures, whose score, and the maps of one picture in depth."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.labs.vision.looked import answered, chosen, fit, looking, looking_closely, one, rows_of, subject, wall
from engine.labs.vision.looked_settings import Looked
from engine.labs.vision.results.looked import Wall
from engine.vision.attribution.gradients import IntegratedGradients, Saliency
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.heads.segment import Segment
from engine.vision.sources.scenes import ShapeScenes
from tests.engine.labs.vision.small import EXPERIMENT, digits, trained

SPREAD = [{"kind": "convolution", "channels": 4}, {"kind": "activation"}]
"""Blocks that keep the picture's size."""
HEADS: list[dict[str, object]] = [
    {"head.kind": "box"},
    {"head.kind": "angle"},
    {"head.kind": "detect", "model.blocks": [*SPREAD, {"kind": "pool"}]},
    {"head.kind": "segment", "model.kind": "unet", "model.width": 4},
]
QUICK = Looked(right=2, wrong=2, integrated=IntegratedGradients(steps=8))


def whole(asked: Looked) -> Wall:
    return list(wall(subject(digits()), asked))[-1]


def test_right_answers_are_the_surest_of_different_classes_and_wrong_ones_the_surest_mistakes() -> None:
    mine, asked = subject(digits()), QUICK.model_copy(update={"right": 8, "wrong": 8})
    found = answered(mine.network, mine.part)
    label = mine.part.label.numpy()
    rows = chosen(found, label, asked.right, asked.wrong)
    rights, wrongs = rows[:8], rows[8:]
    assert found.is_right[rights].all() and not found.is_right[wrongs].any() and wrongs
    assert len(set(label[rights])) == 8
    for row in rights:
        assert found.sureness[row] == found.sureness[found.is_right & (label == label[row])].max()
    mistakes = np.sort(found.sureness[~found.is_right])[::-1]
    assert found.sureness[wrongs].tolist() == mistakes[: len(wrongs)].tolist()


def test_sureness_is_the_softmax_s_and_the_second_is_the_next_likely() -> None:
    mine = subject(digits())
    found = answered(mine.network, mine.part)
    with torch.no_grad():
        order = F.softmax(mine.network(mine.part.x).double(), 1).sort(1, descending=True)
    assert found.guess.tolist() == order.indices[:, 0].tolist()
    assert found.second.tolist() == order.indices[:, 1].tolist()
    np.testing.assert_allclose(found.sureness, order.values[:, 0], atol=1e-6)


@pytest.mark.parametrize("explained", ["answer", "truth", "class"])
def test_the_maps_explain_the_class_that_was_asked_for(explained: str) -> None:
    asked = QUICK.model_copy(update={"explained": explained, "label": 3})
    mine, found = subject(digits()), whole(asked)
    wrong = found.seen[-1]
    expected = {"answer": wrong.answer, "truth": wrong.truth, "class": "3"}[explained]
    assert wrong.explained == expected and not wrong.is_right
    by_hand = Saliency().map(mine.question([wrong.number - 1], [int(expected)]))[0]
    np.testing.assert_allclose(wrong.maps[0], by_hand, atol=1e-6)


def test_the_wall_grows_picture_by_picture_and_counts_all_mistakes() -> None:
    steps = list(wall(subject(digits()), QUICK))
    assert [len(step.seen) for step in steps] == [1, 2, 3, 4] and steps[-1].is_done and not steps[-2].is_done
    last = steps[-1]
    assert len(last.methods) == 7 and last.seen[0].maps.shape == (7, 8, 8)
    accuracy = digits().moments[-1].scores["test.accuracy"]
    assert 1 - last.mistakes / last.examined == pytest.approx(accuracy)
    assert last.seen[0].pixels.shape == (1, 8, 8) and last.seen[0].pixels.max() == 255


def test_one_picture_has_the_maps_of_two_answers_and_what_they_are_made_of() -> None:
    asked = QUICK.model_copy(update={"picture": 4})
    mine = subject(digits())
    found = one(mine, asked)
    assert found.seen.explained == found.seen.answer != found.against == found.seen.truth
    with torch.no_grad():
        scores = mine.network(mine.part.x[found.seen.number - 1][None])[0]
    assert found.scores == pytest.approx(
        [float(scores[int(k)]) for k in (found.seen.explained, found.against)], abs=1e-5
    )
    integral = found.integral
    assert integral.steps == (2, 4, 8) and integral.answer == pytest.approx(found.scores[0])
    place = found.methods.index("Integrated gradients")
    assert integral.totals[-1] == pytest.approx(found.maps[0, place].sum(), abs=1e-3)
    assert not integral.baseline.any()
    assert found.weighed is not None and found.weighed.layer == "5 ReLU"
    assert np.all(np.diff(np.abs(found.weighed.weights)) <= 1e-9)


def test_a_network_without_maps_is_asked_without_grad_cam() -> None:
    flat = EXPERIMENT.patched({"model.blocks": [], "training.epochs": 1})
    mine = subject(trained(flat))
    assert [method.kind for method in fit(mine, QUICK)].count("grad_cam") == 0
    assert one(mine, QUICK).weighed is None


def test_a_picture_that_is_no_longer_there_is_the_last_one() -> None:
    asked = QUICK.model_copy(update={"picture": 16})
    mine = subject(digits())
    assert one(mine, asked).seen.number == rows_of(mine, asked)[-1][0] + 1


@pytest.mark.parametrize("patch", HEADS, ids=lambda patch: patch["head.kind"])
def test_other_heads_are_asked_for_one_of_their_numbers(patch: dict[str, object]) -> None:
    asked = VisionExperiment(data=ShapeScenes(size=16, samples=120), training=VisionTraining(epochs=1)).patched(patch)
    mine = subject(trained(asked))
    found = list(wall(mine, QUICK))[-1]
    assert len(found.seen) == 4 and not found.examined and found.seen[0].explained == mine.names[0]
    assert all(np.isfinite(seen.maps).all() for seen in found.seen)
    outputs = mine.head.explained(mine.network(mine.part.x[:1])).detach()
    assert outputs.shape == (1, len(mine.names))
    seen = one(mine, QUICK)
    assert seen.scores == pytest.approx([float(outputs[0, 0]), float(outputs[0, 1 % len(mine.names)])], abs=1e-4)
    assert seen.weighed is not None


def test_of_every_pixel_the_score_of_a_class_is_added_up_where_the_class_is_given() -> None:
    scores = torch.randn((2, 3, 4, 5), generator=torch.Generator().manual_seed(0))
    found = Segment().explained(scores)
    for picture in range(2):
        for label in range(3):
            places = [s[label] for s in scores[picture].flatten(1).T if int(s.argmax()) == label]
            assert float(found[picture, label]) == pytest.approx(float(sum(places)), abs=1e-5)


def test_there_are_maps_of_the_first_weights_before_anything_is_learned() -> None:
    short = EXPERIMENT.patched({"training.epochs": 2, "seed": 4})
    known = [step.result for step in looking(short, QUICK) if step.result is not None]
    assert known[0].updates == 0 and known[0].mistakes > 200 and not known[0].is_done
    assert known[-1].updates == 68 and known[-1].mistakes < known[0].mistakes and known[-1].is_done
    assert [each.updates for each in known] == sorted(each.updates for each in known)
    close = [step.result for step in looking_closely(short, QUICK) if step.result is not None]
    assert [seen.updates for seen in close] == [68], "kept: there is no need to train it again"
    assert not [s for s in looking_closely(short, Looked(right=0, wrong=0)) if s.result is not None]
