"""The next token and texts written on."""

import numpy as np
import pytest
import torch

from engine.labs.recurrent.next_token import compared, continued, following, of
from engine.labs.recurrent.said_of_next import beside, way
from engine.labs.recurrent.said_of_next import following as said_following
from engine.labs.recurrent.said_of_next import trained as said_trained
from engine.labs.recurrent.state import NextToken, RecurrentLab
from engine.labs.recurrent.training import Trained, trained
from engine.refusal import Refusal
from engine.sequences.decoding import Decoding
from engine.sequences.tasks.texts import vocabulary_of
from tests.engine.labs.recurrent.networks import fresh


@pytest.fixture(scope="module")
def found() -> Trained:
    state = RecurrentLab(next=NextToken(units=16, updates=40))
    last = list(trained(of(state), 40)())[-1].result
    assert last is not None
    return last


def test_probabilities_are_the_networks_after_the_whole_text(found: Trained) -> None:
    shown = following(found, "the cat s", Decoding(temperature=0.5, top_k=5))
    vocabulary = vocabulary_of(found.experiment.task)
    assert vocabulary is not None and shown.read == tuple("the cat s")
    with torch.no_grad():
        whole = found.network(torch.tensor([vocabulary.encode("the cat s").ids]))[0, -1].double().softmax(0)
    for token, own in zip(shown.tokens, shown.own, strict=True):
        assert own == pytest.approx(float(whole[vocabulary.tokens.index(token)]), rel=1e-4)
    assert list(shown.own) == sorted(shown.own, reverse=True) and shown.left == 5
    assert (shown.chosen > 0).sum() == 5 and shown.chosen.sum() == pytest.approx(1)
    assert shown.entropy == pytest.approx(float(-(whole * whole.log()).sum()), rel=1e-4)
    assert "5 may be chosen" in said_following(shown)


def test_unknown_tokens_are_counted_and_nothing_is_refused(found: Trained) -> None:
    shown = following(found, "the cat ß", Decoding())
    assert shown.unknown == 1 and "1 of the 9 tokens read are <unk>" in said_following(shown)
    with pytest.raises(Refusal, match="Type something"):
        following(found, "", Decoding())


def test_the_same_draw_writes_the_same_and_another_another(found: Trained) -> None:
    one, again, other = (continued(found, "the ", Decoding(), 30, draw) for draw in (1, 1, 2))
    assert (one.text, one.tokens, one.own.tolist()) == (again.text, again.tokens, again.own.tolist())
    assert one.tokens != other.tokens and len(one.tokens) == 30 == len(one.own)
    assert "".join(one.tokens) == one.text and one.nats == pytest.approx(float(-np.log(one.own).mean()))


def test_greedy_takes_the_likeliest_each_time(found: Trained) -> None:
    text, greedy = "the ", continued(found, "the ", Decoding(greedy=True), 8, 0)
    for token in greedy.tokens:
        coming = following(found, text, Decoding(greedy=True))
        assert token == coming.tokens[int(coming.chosen.argmax())]
        text += token


def test_ways_that_are_the_same_stand_once(found: Trained) -> None:
    assert [item.label for item in compared(found, "a", Decoding(), 5, 0)] == ["as chosen", "greedy"]
    assert [item.label for item in compared(found, "a", Decoding(greedy=True), 5, 0)] == ["as chosen", "drawn as it is"]
    ways = compared(found, "a", Decoding(temperature=2.0, top_k=3, top_p=0.5), 40, 0)
    assert len(ways) == 3 and "temperature 2, top-k 3, top-p 0.5" in way(
        ways[0], Decoding(temperature=2.0, top_k=3, top_p=0.5)
    )
    greedy = ways[1]
    threes = [greedy.tokens[place : place + 3] for place in range(38)]
    once = [three for three in threes if threes.count(three) == 1]
    assert greedy.distinct == pytest.approx(len(once) / 38)
    assert "nats per token" in beside(ways)


def test_how_well_it_models_the_text_is_said_beside_an_even_guess(found: Trained) -> None:
    said = said_trained(found)
    assert f"{found.scores['validation.loss']:.3g} nats" in said
    assert f"would take {np.log(len(found.data.tokens)):.3g}" in said


def test_tasks_without_text_are_refused() -> None:
    with pytest.raises(Refusal, match="reads no text"):
        following(fresh(), "a", Decoding())
