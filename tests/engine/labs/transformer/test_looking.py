"""Examples of a task and a visitor's own, on their way through a network."""

import numpy as np
import pytest
import torch

from engine.labs.transformer.looking import answered, can_type, example, label, look, typed
from engine.refusal import Refusal
from engine.sequences.data import BEGIN, END, PAD
from engine.sequences.tasks.series import NoisySine
from engine.sequences.tasks.texts import CountryNames
from engine.sequences.tasks.toy import Brackets
from tests.engine.labs.transformer.tiny import SPEAKS, speaker, translator


def test_an_example_is_shown_with_its_tokens_its_maps_and_what_was_asked() -> None:
    trained = translator()
    x, y = example(trained.data, 3)
    with trained.network() as network:
        shown = look(network, trained.data, (x, y))
        scores = network(x)[0].softmax(1)
    letters = [trained.data.tokens[id] for id in x[0].tolist()]
    assert shown.source == tuple(letters[:4])
    assert shown.tokens == ("<bos>", *letters[5:])
    assert shown.asked == (*reversed(letters[:4]), "<eos>")
    assert shown.down("cross 1") == shown.answered == shown.tokens and shown.across("cross 1") == shown.source
    assert shown.down("encoder 2") == shown.across("encoder 2") == shown.source
    assert [maps.shape for maps in shown.maps] == [(2, 4, 4)] * 2 + [(2, 5, 5)] * 2 + [(2, 5, 4)] * 2
    assert shown.heads[-1] == ("cross 2", 2)
    np.testing.assert_array_equal(shown.map_of(("cross 2", 2)), shown.maps[-1][1])
    assert list(shown.guesses[-1]) == [trained.data.answers[id] for id in scores.argmax(1)]
    wanted = [float(scores[i, y[0, 4 + i]]) for i in range(5)]
    np.testing.assert_allclose(shown.right[-1], wanted, atol=1e-6)


def test_after_the_last_example_they_begin_again() -> None:
    data = translator().data
    count = len(data.validation)
    assert torch.equal(example(data, 1)[0], example(data, count + 1)[0])


def test_a_typed_source_is_answered_by_the_network_itself_token_by_token() -> None:
    trained = translator()
    with trained.network() as network:
        (x, y), note = typed(network, trained.experiment.task, trained.data, " abcd ")
        assert [trained.data.tokens[id] for id in x[0, :5].tolist()] == ["a", "b", "c", "d", "<bos>"]
        assert note == "" and bool((y < 0).all())
        written = x[:, :5]
        while written.shape[1] < 9:
            following = int(network(written)[0, -1].argmax())
            if following == END:
                break
            written = torch.cat([written, torch.tensor([[following]])], dim=1)
        assert torch.equal(x, written)
        short, _ = typed(network, trained.experiment.task, trained.data, "ab")
    assert short[0][0, :5].tolist() == [PAD, PAD, *[trained.data.tokens.index(c) for c in "ab"], BEGIN]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abcz!", "got '!z'; this task is written in 'abcd' only"),
        ("abcdabcd", "got 8 tokens; this network was trained on 1 to 4 of them"),
        ("<pad>", "this task is written in 'abcd' only"),
    ],
)
def test_what_the_task_has_no_word_for_is_refused_with_what_it_has(text: str, said: str) -> None:
    trained = translator()
    with trained.network() as network, pytest.raises(Refusal, match=said):
        typed(network, trained.experiment.task, trained.data, text)


def test_of_a_text_the_end_is_shown_and_the_next_token_asked_for() -> None:
    trained = speaker()
    with trained.network() as network:
        (x, y), note = typed(network, trained.experiment.task, trained.data, "Francia and Spain")
        shown = look(network, trained.data, (x, y), note)
    assert "".join(shown.tokens) == "ia␣and␣Spain"
    assert "".join(shown.asked) == "a␣and␣Spain" and shown.asked[-1] == ""
    assert note == "Of 17 tokens the last 12 are shown: the context ends there."
    with trained.network() as network:
        _, note = typed(network, trained.experiment.task, trained.data, "Spaŋn")
    assert note.startswith("1 of 5 tokens are not in the vocabulary.")
    with trained.network() as network, pytest.raises(Refusal, match="nothing is left to show"):
        typed(network, trained.experiment.task, trained.data, "")


def test_one_answer_at_the_end_and_numbers_are_shown_as_well() -> None:
    brackets = Brackets(samples=60, length=4).build(0)
    network = SPEAKS.build(brackets, 0)
    shown = look(network, brackets, example(brackets, 1))
    assert shown.answered == ("end",) and shown.asked[0] in ("balanced", "not balanced")
    (x, y), _ = typed(network, Brackets(samples=60, length=4), brackets, "()")
    assert look(network, brackets, (x, y)).asked == ("",)
    sine = NoisySine(samples=60, length=6).build(0)
    shown = look(SPEAKS.build(sine, 0), sine, example(sine, 1))
    assert float(shown.asked[0]) == pytest.approx(float(example(sine, 1)[1]), abs=0.01)
    assert shown.guesses[-1][0] == f"{float(shown.sureness[-1, 0]):.3g}"
    assert np.isnan(shown.right).all()


def test_tasks_that_cannot_be_typed_say_so() -> None:
    sine = NoisySine(samples=60).build(0)
    assert not can_type(NoisySine(), sine)
    assert not can_type(CountryNames(), translator().data)
    assert can_type(translator().experiment.task, translator().data)


def test_a_batch_is_answered_as_each_example_alone_is() -> None:
    trained = translator()
    x = trained.data.validation.x[:8, :5]
    with trained.network() as network:
        together = answered(network, x, 4)
        for row in range(8):
            alone = answered(network, x[row : row + 1], 4)
            assert torch.equal(together[row, : alone.shape[1]], alone[0])
            assert bool((together[row, alone.shape[1] :] == PAD).all())


def test_spaces_are_seen() -> None:
    assert label("a b\n") == "a␣b↵"
