"""Sentences are made of the numbers, whatever these are."""

from dataclasses import replace

import numpy as np
import pytest

from engine.labs.transformer import said
from engine.labs.transformer.formed import Formed
from engine.labs.transformer.looking import example
from engine.labs.transformer.results import Balanced, FewLabelled, Leaving
from engine.labs.transformer.taking import changed
from tests.engine.labs.transformer.tiny import speaker, translator


def leaving(loss: list[float], alone: list[float], name: str = "exact") -> Leaving:
    column = np.array(loss)[:, None]
    return Leaving(
        ("base", "positions", "mask"),
        ("as it is", "no positions", "no causal mask"),
        column,
        column,
        np.array(alone)[:, None],
        "exact",
        name,  # type: ignore[arg-type]
        (1, 2, 3),
        "nats",
        2.4,
    )


def test_cheating_is_said_only_where_the_loss_is_lower_and_the_network_worse() -> None:
    assert "The loss is lower and the network worse" in said.cheating(leaving([0.1, 1.0, 0.01], [0.9, 0.1, 0.0]))
    assert "worse:" not in said.cheating(leaving([0.1, 1.0, 0.2], [0.9, 0.1, 0.0]))
    assert "worse:" not in said.cheating(leaving([0.1, 1.0, 0.01], [0.9, 0.1, 0.95]))
    assert "The loss is lower" in said.cheating(leaving([2.0, 3.0, 0.5], [2.1, 3.0, 5.0], "loss"))
    assert said.cheating(leaving([0.1, 1.0, float("nan")], [0.9, 0.1, 0.0])) == ""
    assert said.cheating(leaving([0.1, 1.0, 0.01], [0.9, 0.1, 0.0], "")) == ""


def test_the_part_that_is_missed_most_is_named_and_what_is_no_better_than_chance() -> None:
    text = said.leaving(leaving([0.1, 2.35, 0.01], [0.0, 0.0, 0.0]))
    assert "*no positions* (2.35)" in text and "Hardly better" in text
    assert "Hardly better" not in said.leaving(leaving([0.1, 1.0, 0.01], [0.0, 0.0, 0.0]))
    assert "has not been measured" in said.leaving(leaving([float("nan")] * 3, [0.0, 0.0, 0.0]))


def test_a_head_s_role_is_said_where_it_has_one() -> None:
    trained = translator()
    course, shown = trained.course, trained.course.shown
    aligned = course.roles[0]
    strong = aligned.share.copy()
    strong[-1, 4] = (0.9, 0.3)
    changed_course = replace(course, roles=(replace(aligned, share=strong), *course.roles[1:]))
    assert "it looks where the answer comes from: 90% of its weight" in said.head(changed_course, shown, ("cross 1", 1))
    assert "no simple role: at most, 30% of its weight" in said.head(changed_course, shown, ("cross 1", 2))


def test_a_map_that_is_sure_and_a_head_that_hardly_matters_are_set_side_by_side() -> None:
    trained = translator()
    found = replace(
        trained.ablation,
        loss=0.1,
        without=np.full((6, 2), 1.0),
        sureness=np.full((6, 2), 0.5),
    )
    assert "every head costs something" in said.not_an_explanation(trained.course, found)
    without, sure = found.without.copy(), found.sureness.copy()
    without[3, 1], sure[3, 1] = 0.1001, 0.95
    text = said.not_an_explanation(trained.course, replace(found, without=without, sureness=sure))
    assert text.startswith("decoder 2, head 2 has a clear map: its strongest look takes 95%")
    alone = said.not_an_explanation(trained.course, replace(found, without=np.full_like(without, found.loss)))
    assert alone.endswith("No other head costs more."), "a head is not compared with itself"


def test_marks_are_told_with_their_steps() -> None:
    course = translator().course
    text = said.formations(course, "aligned", (Formed(("cross 1", 2), "aligned", 45, 0.8),))
    assert "cross 1, head 2 at update 45 (80% by now)" in text
    assert said.formations(course, "previous", ()).startswith("No head's share of weight on the token before rose")


def test_training_is_told_with_the_task_s_own_measure() -> None:
    assert "of the validation examples are answered without a mistake" in said.training(translator().course)
    assert "of the answers are right" in said.training(speaker().course)
    assert said.training(replace(translator().course, ending="It broke.")).endswith("It broke.")


def test_what_changes_is_counted() -> None:
    trained = translator()
    found = changed(trained, example(trained.data, 1), [("cross 1", 1), ("cross 1", 2)], [1])
    text = said.changed(found, 2, 1)
    assert text.startswith("With 2 heads off, over validation examples: the loss from")
    assert "With 1 token of this example masked" in text
    differs = sum(a != b for a, b in zip(found.before.guesses[-1], found.after.guesses[-1], strict=True))
    assert f"Of the 5 answers to this example {differs} change." in text
    assert said.changed(found, 0, 0) == ""


def test_a_stream_that_rises_is_said_to() -> None:
    found = translator().stream
    assert "higher than before" not in said.stream(replace(found, loss=np.array([3.0, 1.0, 0.5])), "nats")
    text = said.stream(replace(found, loss=np.array([3.0, 3.5, 0.5])), "nats")
    assert "most of it falls in block 2 (-3)" in text and "After block 1 it is higher than before" in text


@pytest.mark.parametrize("better", [0.2, -0.2])
def test_reading_first_is_counted_by_comparison(better: float) -> None:
    accuracy = np.full((3, 2, 2), 0.6)
    accuracy[1] += better
    accuracy[2, 0, 0] = np.nan
    found = FewLabelled((8, 64), ("from scratch", "language model first", "words"), accuracy, np.array([3.0, 5.0]), 100)
    text = said.few(found)
    assert text.startswith(
        f"Reading first is better in {4 if better > 0 else 0} of 4 comparisons, by {better * 100:+.1f} points"
    )
    assert "4 nats a token" in text
    assert said.few(replace(found, accuracy=np.full((3, 2, 2), np.nan))) == ""


def test_of_a_rare_class_both_sides_are_told() -> None:
    recall = np.array([[[1.0], [0.2]], [[0.8], [0.7]], [[np.nan], [np.nan]]])
    text = said.balance(Balanced(("as they are", "over-sampling", "x"), ("sad", "glad"), recall, (100, 10), 50))
    assert "as they are: 20% and 100%; over-sampling: 70% and 80%." in text
    assert "*over-sampling* (75%" in text
    assert said.balance(Balanced(("x",), ("a", "b"), np.full((1, 2, 1), np.nan), (100, 10), 0)) == ""


def test_the_alignment_names_the_best_head_and_an_even_look() -> None:
    found = translator().alignment
    assert found is not None
    share = np.array([[0.2, 0.3], [0.9, 0.1]], np.float32)
    text = said.alignment(replace(found, share=share))
    assert "cross-attention 2, head 1 puts 90.0% of its weight" in text
    assert "the least of all heads 10.0%; an even look would put 25.0%" in text
