"""Networks fitted on the spot: beside a bare loop, on few pictures of every class, tested on others."""

import torch
import torch.nn.functional as F

from engine.batches import Batches
from engine.labs.vision.fitting import BATCH, HELD, accuracy, answers, few_of, fit, held_back
from engine.vision.images import Part
from engine.vision.model import Cnn
from engine.vision.network import Asked
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits

DATA = built(Digits(), 0)


def network(seed: int = 0) -> torch.nn.Module:
    return Cnn().build(Asked.of(DATA, 10), seed)


def test_few_pictures_are_as_many_of_every_class_and_more_of_them_hold_the_fewer() -> None:
    few, more = few_of(DATA.train, 5, 1), few_of(DATA.train, 9, 1)
    assert torch.bincount(few.label).tolist() == [5] * 10 and torch.bincount(more.label).tolist() == [9] * 10
    known = {tuple(x.flatten().tolist()) for x in more.x}
    assert all(tuple(x.flatten().tolist()) in known for x in few.x)
    assert not torch.equal(few.x, few_of(DATA.train, 5, 2).x)
    assert len(few_of(DATA.train, 10_000, 0)) == len(DATA.train)


def test_held_back_pictures_are_none_of_those_that_are_learned_from() -> None:
    held = held_back(DATA)
    learned = {tuple(x.flatten().tolist()) for x in DATA.train.x}
    assert len(held) == HELD and held.x.shape[1:] == DATA.train.x.shape[1:]
    doubles = sum(tuple(x.flatten().tolist()) in learned for x in held.x)
    assert doubles <= 2, "a digit may be drawn alike twice"


def test_a_fit_is_the_bare_loop_with_adam() -> None:
    part = few_of(DATA.train, 8, 0)
    mine, other = network(), network()
    optimizer = torch.optim.Adam(mine.parameters(), lr=0.003)
    done = list(fit(mine, len(part), lambda chosen, step: (part.x[chosen], part.label[chosen]), 9, 4, optimizer))
    assert done[-1] == 9 and done == sorted(done)
    bare = torch.optim.Adam(other.parameters(), lr=0.003)
    batches = Batches(part.x, part.label, BATCH, 4)
    for _ in range(9):
        x, y = batches.draw()
        bare.zero_grad()
        F.cross_entropy(other(x), y).backward()
        bare.step()
    for one, two in zip(mine.state_dict().values(), other.state_dict().values(), strict=True):
        torch.testing.assert_close(one, two, rtol=1e-6, atol=1e-7)


def test_accuracy_counts_right_answers() -> None:
    part = Part(DATA.test.x[:50], DATA.test.label[:50])
    said = answers(network(), part.x).tolist()
    right = sum(answer == label for answer, label in zip(said, part.label.tolist(), strict=True))
    assert accuracy(network(), part) == right / 50
