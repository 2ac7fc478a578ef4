"""Transfer: what is kept stands still where it should, each group learns at its rate, and words follow the numbers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from engine.batches import Batches
from engine.kept import Kept
from engine.labs.vision import said_of_transfer as said
from engine.labs.vision.fitting import BATCH, accuracy, few_of, held_back
from engine.labs.vision.pictures_of import NETWORK, SHAPES
from engine.labs.vision.results.transfer import FIRST, WAYS, Transferred
from engine.labs.vision.transfer_settings import Transferring
from engine.labs.vision.transferring import begun, blank, groups, of_classes, rates, transferred, tuned
from engine.vision.blocks import Activate, Convolution, Dense, GlobalPool, Normalize
from engine.vision.images import Part
from engine.vision.model import Cnn, CnnNetwork
from engine.vision.network import Asked
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits

DATA = built(Digits(), 0)
FAST = Transferring(pictures="digits", first=5, before=20, updates=20, counts=(2, 4), seeds=2, kept=2)
WANTED = Asked.of(DATA, 5)


def learned(seed: int = 7) -> CnnNetwork:
    """A network with weights that no other has."""
    return NETWORK.build(WANTED, seed)


def last(asked: Transferring, known: Kept[Transferred] | None = None) -> Transferred:
    steps = transferred(asked, Digits(), NETWORK, 0, known or Kept(lambda: 1e6))
    return [progress.result for progress in steps if progress.result is not None][-1]


def others() -> Part:
    return few_of(of_classes(DATA.train, 5, 10), 4, 0)


def test_pictures_of_some_classes_are_counted_from_0() -> None:
    part = of_classes(DATA.train, 5, 10)
    assert set(part.label.tolist()) == set(range(5)) and len(part) == int((DATA.train.label >= 5).sum())
    assert torch.equal(part.x[0], DATA.train.x[DATA.train.label >= 5][0])


def test_groups_are_the_layers_with_weights_and_what_follows_each() -> None:
    assert [group.name for group in groups(learned())] == ["1 conv", "4 conv", "7 dense", "output"]
    assert [group.blocks for group in groups(learned())] == [(0, 1, 2), (3, 4, 5), (6, 7), ()]
    normed = Cnn(blocks=(Normalize(), Convolution(channels=3), Normalize(), Activate(), GlobalPool(), Dense(units=4)))
    parts = groups(normed.build(WANTED, 0))
    counted = sum(parameter.numel() for group in parts for parameter in group.module.parameters())
    assert counted == sum(parameter.numel() for parameter in normed.build(WANTED, 0).parameters())


@pytest.mark.parametrize("kept", [1, 2, 3, 9])
def test_what_is_kept_begins_as_it_was_learned_and_the_rest_anew(kept: int) -> None:
    asked = FAST.model_copy(update={"kept": kept})
    for way in WAYS:
        network, fresh = begun(way, NETWORK, WANTED, 3, learned(), asked), NETWORK.build(WANTED, 3)
        for place, (mine, old, new) in enumerate(zip(groups(network), groups(learned()), groups(fresh), strict=True)):
            wanted = old if way != "from scratch" and place < min(kept, 3) else new
            for one, two in zip(mine.module.parameters(), wanted.module.parameters(), strict=True):
                assert torch.equal(one, two)


def test_rates_fall_by_the_factor_from_the_output_to_the_picture() -> None:
    asked = FAST.model_copy(update={"rate": 0.01, "factor": 2.0})
    assert rates("discriminative rates", 4, asked) == (0.00125, 0.0025, 0.005, 0.01)
    assert rates("fine-tuned", 4, asked) == rates("from scratch", 4, asked) == (0.01,) * 4
    assert rates("frozen", 4, asked) == (0.0, 0.0, 0.01, 0.01)


def train(way: str, asked: Transferring = FAST) -> CnnNetwork:
    network = begun(way, NETWORK, WANTED, 3, learned(), asked)
    for _ in tuned(way, network, others(), asked, 3):
        pass
    return network


def test_frozen_groups_stand_still_bit_for_bit_and_the_rest_learns() -> None:
    network, before = train("frozen"), begun("frozen", NETWORK, WANTED, 3, learned(), FAST)
    moved = [
        any(not torch.equal(*pair) for pair in zip(new.module.parameters(), old.module.parameters(), strict=True))
        for new, old in zip(groups(network), groups(before), strict=True)
    ]
    assert moved == [False, False, True, True]


def by_hand(way: str, learning_rates: tuple[float, ...]) -> CnnNetwork:
    """Whole passes through the network, each group in an optimizer of its own."""
    network = begun(way, NETWORK, WANTED, 3, learned(), FAST)
    optimizers = [
        torch.optim.Adam(group.module.parameters(), lr=rate)
        for group, rate in zip(groups(network), learning_rates, strict=True)
        if rate
    ]
    part = others()
    batches = Batches(part.x, part.label, BATCH, 3)
    for _ in range(FAST.updates):
        x, y = batches.draw()
        network.zero_grad()
        F.cross_entropy(network(x), y).backward()
        for optimizer in optimizers:
            optimizer.step()
    return network


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_the_loop_with_one_optimizer_a_group(way: str) -> None:
    mine, other = train(way), by_hand(way, rates(way, 4, FAST))
    for one, two in zip(mine.state_dict().values(), other.state_dict().values(), strict=True):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-6)


def test_what_is_measured_is_that_of_the_networks() -> None:
    found = last(FAST)
    assert found.is_done and found.known == 2 and np.isfinite(found.moved).all()
    assert found.first == tuple("01234") and found.second == tuple("56789") and found.chance == 0.2
    held = of_classes(held_back(DATA), 5, 10)
    assert found.held == len(held)
    network = NETWORK.build(WANTED, 0)
    few = few_of(of_classes(DATA.train, 5, 10), 2, 0)
    for _ in tuned("from scratch", network, few, FAST, 0):
        pass
    assert found.accuracy[0, 0, 0] == accuracy(network, held)
    assert (found.moved[WAYS.index("frozen"), :2] == 0).all() and (found.moved[WAYS.index("frozen"), 2:] > 0).all()
    names = [name for name, _ in found.filters]
    assert names == [FIRST, *WAYS] and all(kernels.shape == (8, 1, 3, 3) for _, kernels in found.filters)
    kernels = dict(found.filters)
    assert np.array_equal(kernels[FIRST], kernels["frozen"])
    assert not np.array_equal(kernels[FIRST], kernels["fine-tuned"])
    slow, fast = (np.abs(kernels[way] - kernels[FIRST]).max() for way in ("discriminative rates", "fine-tuned"))
    assert 0 < slow < fast


def test_what_was_measured_to_the_end_is_not_trained_again() -> None:
    asked, known = (
        FAST.model_copy(update={"updates": 20, "before": 20, "counts": (2, 3)}),
        Kept[Transferred](lambda: 1e6),
    )
    found = last(asked, known)
    again = list(transferred(asked, Digits(), NETWORK, 0, known))
    assert len(again) == 1 and again[0].result is found and found.nbytes > found.accuracy.nbytes


def test_at_least_two_classes_are_learned_first_and_two_are_left() -> None:
    for first, wanted in ((2, 2), (5, 5), (100, 8)):
        assert len(blank(FAST.model_copy(update={"first": first}), Digits(), NETWORK).first) == wanted
    assert len(blank(Transferring(), SHAPES, NETWORK).second) == 2


def test_counts_are_sorted_and_out_of_bounds_refused() -> None:
    assert Transferring(counts=(50, 5, 5, 20)).counts == (5, 20, 50)
    with pytest.raises(ValidationError, match="each from 2 to 200"):
        Transferring(counts=(1, 5))


@pytest.mark.long
def test_frozen_features_help_with_few_shapes_and_fine_tuning_catches_up() -> None:
    asked = Transferring(counts=(5, 50), seeds=3)
    found = [p.result for p in transferred(asked, SHAPES, NETWORK, 0) if p.result is not None][-1]
    frozen, scratch = WAYS.index("frozen"), WAYS.index("from scratch")
    assert float(np.median(found.before)) > 0.95
    assert float(np.median(found.accuracy[scratch, 1])) > float(np.median(found.accuracy[scratch, 0]))
    assert float(np.median(found.accuracy[frozen, 0] - found.accuracy[scratch, 0])) > 0


# --- what is said -----------------------------------------------------------------------------------------------------


def known(scratch: list[float], frozen: list[float]) -> Transferred:
    found = blank(Transferring(counts=(5, 50), seeds=len(scratch)), SHAPES, NETWORK)
    table = np.full(found.accuracy.shape, 0.4)
    table[0], table[1] = scratch, frozen
    before = np.full(len(scratch), 0.99)
    moved = np.full(found.moved.shape, 0.25)
    return replace(found, accuracy=table, before=before, moved=moved, held=230, is_done=True)


def test_keeping_pays_costs_or_makes_no_difference_as_the_seeds_say() -> None:
    pays = said.verdict(known([0.6, 0.5, 0.55], [0.8, 0.7, 0.75]))
    assert "Keeping the layers pays: the best way to keep them (frozen)" in pays and "by 20.0 points" in pays
    assert "The first network recognises 99.0 % of held-back pictures of circle, square, triangle" in pays
    costs = said.verdict(known([0.8, 0.9, 0.85], [0.7, 0.7, 0.7]))
    assert "costs: even the best way to keep them (frozen) is behind starting from scratch in every seed" in costs
    same = said.verdict(known([0.6, 0.5, 0.55], [0.5, 0.6, 0.55]))
    assert "makes no difference that the seeds agree on" in same and "ahead of starting from scratch in 1 of 3" in same


def test_one_seed_says_little() -> None:
    found = known([0.6, 0.6], [0.75, 0.75])
    found.accuracy[:, :, 1] = np.nan
    text = said.verdict(found)
    assert "In one seed, which says little, the best way to keep them (frozen) is 15.0 points ahead of starting" in text


def test_how_far_groups_moved_is_said_with_their_rates() -> None:
    text = said.layers(known([0.6, 0.6], [0.6, 0.6]))
    assert "1 conv move by 25.0 %" in text and "from 0.000171 to 0.003" in text


def test_nothing_is_said_before_anything_is_known() -> None:
    empty = blank(Transferring(), SHAPES, NETWORK)
    assert said.verdict(empty) == said.layers(empty) == ""
