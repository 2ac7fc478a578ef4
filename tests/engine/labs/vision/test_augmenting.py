"""Augmentation looked at and measured: what is drawn, what is compared with what, what is said of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import ndimage
from sklearn.metrics import confusion_matrix

from engine.kept import Kept
from engine.labs.vision import said_of_augmentation as said
from engine.labs.vision.augment_settings import RECIPES, Augmenting
from engine.labs.vision.changed_pictures import DRAWS, TOGETHER, drawn
from engine.labs.vision.fitting import answers, few_of, fit, held_back
from engine.labs.vision.pictures_of import NETWORK, SHAPES
from engine.labs.vision.results.augmentation import Compared
from engine.labs.vision.with_and_without import Measured, blank, compared, confused, shifts_of, shower, trial
from engine.vision.augment.catalog import augmented
from engine.vision.augment.mixing import MixUp
from engine.vision.augment.moves import Flip, Rotate, Shift
from engine.vision.augment.shading import Noise
from engine.vision.images import Part
from engine.vision.network import Asked
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits

DATA = built(Digits(), 0)
FAST = Augmenting(each=4, updates=20, seeds=2)


def results(asked: Augmenting, done: Kept[Measured] | None = None) -> list[Compared]:
    steps = compared(asked, Digits(), NETWORK, 0, done or Kept(lambda: 1e6))
    return [progress.result for progress in steps if progress.result is not None]


# --- the pictures -----------------------------------------------------------------------------------------------------


def test_each_row_is_drawn_alone_and_then_all_in_turn() -> None:
    rows = (Shift(), Noise(deviation=0.3))
    found = drawn(DATA, rows, 7, 3, 0)
    assert found.names == ("Shift", "Noise", TOGETHER) and found.draws.shape == (3, DRAWS, 8, 8, 1)
    original = (DATA.train.x[6, 0] * 255).round().byte().numpy()
    assert np.array_equal(found.original[..., 0], original)
    assert found.label == str(int(DATA.train.label[6])) and all(set(line) == {found.label} for line in found.said)
    batch = Part(DATA.train.x[6:7].expand(DRAWS, -1, -1, -1), DATA.train.label[6:7].expand(DRAWS))
    alone = augmented((Flip(probability=1.0),), batch, 10, 0, 0).x[0, 0]
    flipped = drawn(DATA, (Flip(probability=1.0),), 7, 1, 0)
    assert np.array_equal(flipped.draws[0, 0, :, :, 0], (alone * 255).round().byte().numpy())
    assert np.array_equal(flipped.draws[0, 0, :, :, 0], np.fliplr(original))


def test_another_draw_is_another_picture_and_a_number_beyond_the_last_begins_anew() -> None:
    one, other = (drawn(DATA, (Shift(),), 1, draw, 0) for draw in (1, 2))
    assert not np.array_equal(one.draws, other.draws) and np.array_equal(one.original, other.original)
    assert drawn(DATA, (), len(DATA.train) + 1, 1, 0).number == 1
    assert drawn(DATA, (), 1, 1, 0).draws.shape[0] == 0


def test_a_mixed_picture_says_how_much_of_each_class_is_in_it() -> None:
    found = drawn(DATA, (MixUp(alpha=1.0),), 1, 1, 0)
    for told in found.said[0]:
        shares = [float(part.split(" % ")[0]) for part in told.split(", ")]
        assert sum(shares) == pytest.approx(100, abs=0.2) and shares == sorted(shares, reverse=True)
    assert any(", " in told for told in found.said[0])


# --- with and without -------------------------------------------------------------------------------------------------


def test_test_pictures_are_moved_to_all_sides_and_turned_both_ways() -> None:
    held = held_back(DATA).first(20)
    tested = trial(held)
    assert [len(each) for each in tested.shifted] == [1, 4, 4] and shifts_of(8) == (0, 1, 2)
    x = held.x[3, 0].numpy()
    for part, move in zip(tested.shifted[2], [(0, 2), (0, -2), (2, 0), (-2, 0)], strict=True):
        assert np.array_equal(part.x[3, 0].numpy(), ndimage.shift(x, move, order=0))
    wide = np.pad(x.astype(float), 8)
    for part, degrees in zip(tested.turned[2], (30, -30), strict=True):
        there = ndimage.rotate(wide, degrees, reshape=False, order=1)[8:-8, 8:-8]
        assert np.abs(part.x[3, 0].numpy() - there).max() < 1e-5


def test_confusion_is_scikit_learns_and_a_class_without_pictures_is_not_known() -> None:
    network = NETWORK.build(Asked.of(DATA, 10), 0)
    part = Part(DATA.test.x, DATA.test.label)
    wanted = confusion_matrix(part.label, answers(network, part.x), labels=range(10), normalize="true")
    np.testing.assert_allclose(confused(network, part, 10), wanted, atol=1e-12)
    without = part.rows(torch.nonzero(part.label != 3).flatten())
    assert np.isnan(confused(network, without, 10)[3]).all()


def test_both_networks_begin_alike_and_the_one_without_is_a_plain_fit() -> None:
    found = results(replace_updates(1))[-1]
    network = NETWORK.build(Asked.of(DATA, 10), 0)
    few = few_of(DATA.train, 4, 0)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    for _ in fit(network, len(few), lambda chosen, step: (few.x[chosen], few.label[chosen]), 20, 0, optimizer):
        pass
    held = held_back(DATA)
    assert found.plain[0, 0] == float((answers(network, held.x) == held.label).double().mean())
    assert found.learned[0, 0] == float((answers(network, few.x) == few.label).double().mean())


def replace_updates(seeds: int) -> Augmenting:
    return FAST.model_copy(update={"seeds": max(2, seeds)})


def test_rows_that_change_nothing_make_no_difference() -> None:
    asked = FAST.model_copy(update={"rows": (Shift(most=0.0), Rotate(probability=0.0))})
    found = results(asked)[-1]
    for table in (found.learned, found.shifted, found.turned, found.confusion):
        assert np.array_equal(table[0], table[1], equal_nan=True)


def test_what_is_known_grows_and_keeps_what_was_shown_and_nothing_is_trained_twice() -> None:
    done: Kept[Measured] = Kept(lambda: 1e6)
    found = results(FAST, done)
    assert [each.known for each in found] == [0, 0, 1, 1, 2, 2] and found[-1].is_done
    assert np.isnan(found[0].plain).all() and np.isfinite(found[-1].shifted).all()
    steps = list(compared(FAST, Digits(), NETWORK, 0, done))
    assert not any(progress.said.endswith("update 20") for progress in steps)
    assert np.array_equal(steps[-1].result.confusion, found[-1].confusion)  # type: ignore[union-attr]


def test_recall_is_the_diagonal_and_the_first_shift_is_none() -> None:
    found = results(FAST)[-1]
    weights = torch.bincount(held_back(DATA).label, minlength=10).double().numpy()
    np.testing.assert_allclose(np.average(found.recall, axis=2, weights=weights), found.plain, atol=1e-12)
    np.testing.assert_allclose(found.turned[:, :, 0], found.plain, atol=1e-12)


def test_mixed_labels_reach_the_loss() -> None:
    few = few_of(DATA.train, 2, 0)
    x, y = shower(few, (MixUp(),), DATA, 0)(torch.arange(20), 0)
    assert y.shape == (20, 10) and torch.allclose(y.sum(1), torch.ones(20))
    plain_x, plain = shower(few, (), DATA, 0)(torch.arange(20), 0)
    assert torch.equal(plain, few.label) and torch.equal(plain_x, few.x) and not torch.equal(x, plain_x)


@pytest.mark.long
def test_small_moves_help_on_moved_digits_and_any_turn_makes_sixes_nines() -> None:
    asked = Augmenting(updates=400, seeds=2)
    small = results(asked)[-1]
    assert (small.shifted[1, :, 1] > small.shifted[0, :, 1] + 0.1).all()
    turned = results(asked.model_copy(update={"rows": RECIPES["any"].rows}))[-1]
    assert (turned.confusion[1, :, 6, 9] > turned.confusion[0, :, 6, 9] + 0.1).all()


# --- what is said -----------------------------------------------------------------------------------------------------


def known(seeds: int = 3) -> Compared:
    """Three classes, numbers by hand."""
    asked = Augmenting(seeds=seeds)
    found = blank(asked, SHAPES, 300)
    confusion = np.tile(np.eye(5), (2, seeds, 1, 1))
    confusion[1, :, 2] = [0.0, 0.0, 0.8, 0.2, 0.0]
    confusion[0, :, 4] = [0.5, 0.0, 0.0, 0.0, 0.5]
    shifted, turned = found.shifted.copy(), found.turned.copy()
    shifted[0], shifted[1] = 0.5, 0.75
    turned[0], turned[1] = 0.6, 0.6
    learned = np.array([[1.0] * seeds, [0.9] * seeds])
    return replace(
        found, confusion=confusion, shifted=shifted, turned=turned, learned=learned, pictures=50, is_done=True
    )


def test_the_verdict_has_medians_and_whether_the_seeds_agree() -> None:
    text = said.verdict(known())
    assert "as they are **50.0 %** and **75.0 %** (+25.0 points, more in every seed)" in text
    assert "turned by 30 degrees **60.0 %** and **60.0 %** (+0.0 points)" in text
    assert "they know 100.0 % and 90.0 %: with augmentation there is more to learn" in text
    mixed = known()
    mixed.turned[1, 0], mixed.turned[1, 1] = 0.7, 0.5
    assert "more in 1 and fewer in 1 of 3 seeds" in said.verdict(mixed)
    assert said.verdict(replace(known(), is_done=False)).startswith("So far: ")


def test_of_the_classes_the_most_gained_and_the_most_lost_are_named_with_what_they_are_taken_for() -> None:
    text = said.classes(known())
    names = SHAPES.classes
    assert f"most is gained by **{names[4]}** (+50.0 points)" in text
    assert (
        f"most is lost by **{names[2]}** (-20.0 points: taken for {names[3]} in 0.0 % of cases without, 20.0 % with)"
        in text
    )
    assert text.startswith("1 of 5 classes are recognised more often, 1 less often")


def test_nothing_is_said_before_anything_is_known() -> None:
    empty = blank(Augmenting(), Digits())
    assert said.verdict(empty) == said.classes(empty) == ""
