"""MLP against CNN: what is trained, how pictures move, what an MLP makes of a shuffle."""

import numpy as np
import pytest
import torch
from scipy.ndimage import shift as scipy_shift

from engine.kept import Kept
from engine.labs.vision import said_of_against as said
from engine.labs.vision.against_mlp_settings import Against
from engine.labs.vision.contest import accuracy_by_shift, blank, contest, experiment, models, moved, source
from engine.labs.vision.results.against import KINDS, Contest
from engine.vision.run import VisionRun
from engine.vision.sources.catalog import built
from engine.vision.sources.rearranged import Rearranged, permutation

QUICK = Against(budget=1000, border=2, shift=2, pictures=200, epochs=2, seeds=2)


@pytest.fixture(scope="module")
def found() -> tuple[list[Contest], int]:
    """(what was known after each run, how many runs were kept)."""
    held: Kept = Kept(lambda: 1e6)
    known = [step.result for step in contest(QUICK, 5, held) if step.result is not None]
    return known, len(held._held)


@pytest.mark.parametrize("way", [(0, 0), (2, 0), (-1, 0), (0, 3), (0, -2)])
def test_pictures_move_by_whole_pixels_as_scipy_s_do(way: tuple[int, int]) -> None:
    x = torch.rand((2, 3, 7, 6), generator=torch.Generator().manual_seed(0))
    by_scipy = scipy_shift(x.numpy(), (0, 0, *way), order=0, mode="nearest")
    np.testing.assert_allclose(moved(x, *way), by_scipy, atol=1e-7)


def test_the_budget_is_met_by_all_three() -> None:
    for match, model in models(QUICK):
        assert abs(match.parameters / QUICK.budget - 1) < 0.15
        run = VisionRun(experiment(QUICK, model, 0, shuffled=False))
        assert sum(parameter.numel() for parameter in run.parameters) == match.parameters
        assert str(match.parameters) in said.matched(match, QUICK.budget).replace(",", "")


def test_every_kind_is_trained_in_place_and_shuffled_from_every_seed(found: tuple[list[Contest], int]) -> None:
    known, runs = found
    assert runs == len(KINDS) * 2 * 2 == len(known) - 1
    assert np.isnan(known[0].accuracy).sum() == known[0].accuracy.size - 3, "what was shown before stays"
    last = known[-1]
    assert last.is_done and np.isfinite(last.accuracy).all() and last.pictures == (200, 359)


def test_an_accuracy_is_that_of_the_run_counted_by_hand(found: tuple[list[Contest], int]) -> None:
    last, (_, model) = found[0][-1], models(QUICK)[2]
    run = VisionRun(experiment(QUICK, model, 6, shuffled=True))
    run.advance(run.last_step)
    test, network = built(source(QUICK, shuffled=False), 6).test, run.network.eval()
    order, right = permutation(test.x, 6), []
    for down, across in ((0, 2), (0, -2), (2, 0), (-2, 0)):
        for picture, label in zip(test.x, test.label, strict=True):
            there = torch.from_numpy(scipy_shift(picture.numpy(), (0, down, across), order=0, mode="nearest"))
            mixed = there.flatten(1)[:, order].reshape(1, *there.shape)
            right.append(int(network(mixed).argmax()) == int(label))
    assert last.accuracy[2, 1, 2, 1] == pytest.approx(np.mean(right))


def test_what_is_known_is_not_trained_again(monkeypatch: pytest.MonkeyPatch) -> None:
    held: Kept = Kept(lambda: 1e6)
    small = QUICK.model_copy(update={"epochs": 1, "pictures": 50})
    first = [step.result for step in contest(small, 0, held)][-1]
    monkeypatch.setattr("engine.labs.vision.contest.VisionRun", None)
    again = [step.result for step in contest(small, 0, held)][-1]
    assert np.array_equal(first.accuracy, again.accuracy)


def test_an_mlp_that_began_with_shuffled_weights_makes_the_same_of_shuffled_pixels() -> None:
    _, model = models(QUICK)[0]
    plain, other = (VisionRun(experiment(QUICK, model, 0, shuffled=mixed)) for mixed in (False, True))
    order = permutation(plain.data.train.x, 0)
    first = next(iter(other.network.matrices.values()))
    with torch.no_grad():
        first.copy_(first[:, order])
    for run in (plain, other):
        run.network.double()
        run.batches.x = run.batches.x.double()
    for _ in range(8):
        plain.step()
        other.step()
    with torch.no_grad():
        scores = [run.network(run.data.test.x.double()) for run in (plain, other)]
    torch.testing.assert_close(scores[0], scores[1], atol=1e-6, rtol=0)
    weights = [next(iter(run.network.matrices.values())) for run in (plain, other)]
    torch.testing.assert_close(weights[0][:, order], weights[1], atol=1e-6, rtol=0)


def test_a_shuffled_picture_is_moved_before_it_is_shuffled() -> None:
    _, model = models(QUICK)[0]
    run = VisionRun(experiment(QUICK, model, 0, shuffled=True))
    pictures = run.experiment.data
    assert isinstance(pictures, Rearranged)
    framed = built(source(QUICK, shuffled=False), 0).test
    by_shift = accuracy_by_shift(run.network.eval(), framed, pictures, 0)
    at_rest = (run.network(run.data.test.x).argmax(1) == run.data.test.label).double().mean()
    assert by_shift[0] == pytest.approx(float(at_rest))


def test_sentences_follow_the_numbers() -> None:
    table = np.zeros((3, 2, 3, 2))
    table[:, 0, 0] = [[0.90, 0.92], [0.95, 0.96], [0.91, 0.97]]
    table[:, 1, 0] = [[0.91, 0.91], [0.90, 0.91], [0.80, 0.81]]
    table[:, 0, 2] = [[0.1, 0.2], [0.3, 0.4], [0.8, 0.9]]
    shown = Contest(blank(QUICK).matches, 1000, (0, 1, 2), table, (200, 359), 2, 2, True)
    text = said.moved(shown)
    assert "*CNN, flattened* is best in the median, its worst seed better than the best of *MLP*" in text
    assert "against *CNN, global average* the seeds overlap" in text
    assert "Moved by 2 pixels: MLP 15.0 % (10.0 % to 20.0 %)" in text and "of *MLP* and of *CNN, flattened*" in text
    assert "CNN, flattened −5.0 (−5.0 to −5.0)" in said.shuffled(shown)
    assert "*CNN, flattened* over the MLP goes from +4.5 to −0.5 points" in said.shuffled(shown)
    assert said.moved(blank(QUICK)) == said.shuffled(blank(QUICK)) == ""
