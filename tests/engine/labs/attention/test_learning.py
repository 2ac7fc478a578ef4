"""Heads that learn tasks of places: the forward pass beside PyTorch's, seeds apart from each other, what is measured."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.labs.attention.learning import (
    SYMBOLS,
    WIDTH,
    Lesson,
    lessons,
    most_frequent,
    sentences,
    targets,
)
from engine.labs.attention.positions import EVERY, Learned, NoPositions, PositionsChoice, Rotary, Sinusoidal
from engine.labs.attention.said import positions as said
from engine.labs.attention.tasks import Before, First, Reverse, Same, Task, TaskChoice
from engine.labs.attention.views import Training
from engine.streams import stream
from tests.rows import defaults_of

SHORT = Training(length=6, seeds=2, steps=50)


@pytest.mark.parametrize("task", defaults_of(Task).values(), ids=str)
def test_every_task_asks_places_that_there_are(task: TaskChoice) -> None:
    sources = task.sources(8)
    assert sources.shape == (8,) and sources.min() >= -1 and sources.max() < 8
    assert (sources >= 0).any()


def test_the_answers_are_what_the_tasks_say() -> None:
    tokens = torch.tensor([[[3, 1, 4, 1, 5]]])
    expected = {
        Before(shift=2): [-1, -1, 3, 1, 4],
        Reverse(): [5, 1, 4, 1, 3],
        First(): [3] * 5,
        Same(): [3, 1, 4, 1, 5],
    }
    for task, answer in expected.items():
        assert targets(tokens, task.sources(5))[0, 0].tolist() == answer


@pytest.mark.parametrize("row", EVERY, ids=str)
def test_each_seed_computes_what_pytorchs_attention_does_with_its_weights(row: PositionsChoice) -> None:
    lesson = Lesson(SHORT, row, 3)
    tokens = lesson.test[:, :4]
    logits, looks = lesson.looker.forward(tokens)
    w = lesson.looker.weights
    for seed in range(2):
        h = F.embedding(tokens[seed], w["embed"][seed])
        table = w["table"][seed] if "table" in w else torch.from_numpy(row.added(np.zeros((6, WIDTH)))).float()
        h = h + table
        q, k = (
            torch.stack(
                [
                    torch.from_numpy(row.turned(each.detach().double().numpy())).float()
                    for each in h @ w[f"w_{name}"][seed] + w[f"b_{name}"][seed]
                ]
            )
            for name in "qk"
        )
        attended = F.scaled_dot_product_attention(q, k, h @ w["w_v"][seed])
        torch.testing.assert_close(logits[seed], attended @ w["w_o"][seed], atol=1e-4, rtol=1e-4)
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(WIDTH), dim=-1)
        torch.testing.assert_close(looks[seed], weights, atol=1e-5, rtol=1e-4)


def test_a_seed_learns_the_same_alone_and_beside_others() -> None:
    together, alone = Lesson(SHORT, Learned(), 0), Lesson(SHORT, Learned(), 1)
    for _ in range(10):
        together.update()
        alone.update()
    torch.testing.assert_close(together.looker.weights["w_q"][1], alone.looker.weights["w_q"][0], atol=1e-5, rtol=1e-4)


def test_training_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    Lesson(SHORT, Sinusoidal(), 0).update()
    assert torch.equal(before, torch.random.get_rng_state())


def test_accuracy_and_loss_are_those_of_the_test_sentences() -> None:
    lesson = Lesson(SHORT.model_copy(update={"task": Before()}), NoPositions(), 0)
    with torch.no_grad():
        logits, _ = lesson.looker.forward(lesson.test)
    y = targets(lesson.test, lesson.sources)[0, :, 1:]
    course = lesson.course
    loss = F.cross_entropy(logits[0, :, 1:].flatten(0, 1), y.flatten())
    assert course.loss[0, 0] == pytest.approx(float(loss), abs=1e-5)
    assert course.accuracy[0, 0] == pytest.approx(float((logits[0, :, 1:].argmax(-1) == y).float().mean()), abs=1e-6)


def test_the_most_frequent_token_is_right_as_often_as_it_stands_there() -> None:
    draws = [stream(0, "sampling")]
    tokens = sentences(range(1), 300, 10, draws)
    counted = [max((row == symbol).sum() for symbol in range(SYMBOLS)) / 10 for row in tokens[0].numpy()]
    assert most_frequent(tokens, Reverse().sources(10)) == pytest.approx(float(np.mean(counted)), abs=1e-6)


def test_absolute_positions_learn_to_read_backwards_and_distances_alone_do_not() -> None:
    asked = Training(length=6, seeds=2, steps=100)
    steps = list(lessons(asked, 0))
    shares = [step.share for step in steps]
    assert shares == sorted(shares) and shares[-1] == 1.0
    found = steps[-1].result
    assert found is not None
    ends = {course.kind: course.accuracy[:, -1] for course in found.courses}
    assert ends["learned"].min() > 0.95 and ends["sinusoidal"].min() > 0.95
    assert ends["rotary"].max() < 0.8 and ends["none"].max() < 0.55
    looks = {course.kind: course for course in found.courses}
    assert looks["learned"].on_source.min() > 0.8 and looks["none"].on_source.max() < 0.25
    np.testing.assert_allclose(looks["learned"].looks.sum(axis=1), 1, atol=1e-5)
    text = said.learned(found)
    assert "**Sinusoidal, Learned**" in text and "Rotary" in text.split("The others")[1]


def test_a_relative_task_is_learned_by_rotary_positions() -> None:
    asked = Training(length=6, seeds=2, steps=100, task=Before())
    *_, last = lessons(asked, 0, (NoPositions(), Rotary()))
    assert last.result is not None
    none, rotary = last.result.courses
    assert rotary.accuracy[:, -1].min() > 0.95 and none.accuracy[:, -1].max() < 0.6
