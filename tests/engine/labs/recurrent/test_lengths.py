"""The search for the longest length: what counts as learned, what is left out, what is said of it."""

import dataclasses

import pytest
import torch

from engine.jobs import Progress
from engine.labs.recurrent.lengths import THRESHOLD, blank, experiment, search, trained_until
from engine.labs.recurrent.results.lengths import Search, Trial
from engine.labs.recurrent.said_of_lengths import criterion, sizes, verdict
from engine.labs.recurrent.state import Lengths
from engine.sequences.camera import answered, scores
from engine.sequences.run import SequenceRun

pytestmark = pytest.mark.long

SHORT = Lengths(lengths=(3, 60), kinds=("rnn", "gru"), units=8, seeds=2, updates=160)


def last(steps: list[Progress[Search]]) -> Search:
    assert steps[-1].share == 1.0 and steps[-1].result is not None
    return steps[-1].result


def test_short_lengths_are_learned_and_long_ones_not_in_so_few_updates() -> None:
    steps = list(search(SHORT, 0))
    found = last(steps)
    assert found.is_done and len(found.trials) == 8 and blank(SHORT).trials == ()
    shares = [step.share for step in steps]
    assert shares == sorted(shares)
    by_length = {length: [t for t in found.trials if t.length == length] for length in (3, 60)}
    assert all(t.outcome == "learned" and t.score >= THRESHOLD for t in by_length[3])
    assert all(t.outcome == "not learned" and t.updates == 160 for t in by_length[60])
    assert [found.longest(cell, seed) for cell in found.cells for seed in (0, 1)] == [3] * 4
    assert all(size > 0 for size in found.parameters)


def test_the_score_is_measured_on_examples_held_back() -> None:
    run = SequenceRun(experiment(SHORT, "gru", 3, 1))
    *_, trial = trained_until(run, "GRU", 3, 1)
    with torch.no_grad():
        again = scores(*answered(run.network, run.data.validation.spread(256)), run.data)
    assert trial.score == pytest.approx(again[1]) and trial.updates == run.steps


def test_another_seed_moves_the_figures() -> None:
    def scored(seed: int) -> list[float]:
        asked = SHORT.model_copy(update={"lengths": (3, 8), "kinds": ("rnn",), "updates": 40, "go_on": True})
        return [trial.score for trial in last(list(search(asked, seed))).trials]

    assert scored(0) == scored(0) and scored(0) != scored(5)


def test_after_a_failure_longer_lengths_are_left_out_unless_asked_for() -> None:
    asked = SHORT.model_copy(update={"lengths": (40, 50), "kinds": ("rnn",), "updates": 50, "seeds": 2})
    outcomes = [trial.outcome for trial in last(list(search(asked, 0))).trials]
    assert outcomes == ["not learned"] * 2 + ["not tried"] * 2
    more = last(list(search(asked.model_copy(update={"go_on": True}), 0)))
    assert [trial.outcome for trial in more.trials] == ["not learned"] * 4


def test_the_adding_task_is_judged_by_r2() -> None:
    asked = Lengths(task="adding", lengths=(4, 5), kinds=("gru",), units=16, seeds=2, updates=300)
    found = last(list(search(asked, 0)))
    assert found.score == "r2" and "R² on examples" in criterion(found.score)
    assert all(trial.outcome == "learned" for trial in found.trials)


def made(reached: dict[str, list[int]], lengths: tuple[int, ...] = (5, 10, 20)) -> Search:
    trials = tuple(
        Trial(
            cell,
            length,
            seed,
            1.0 if length <= longest else 0.2,
            40,
            0.1,
            "learned" if length <= longest else "not learned",
        )
        for cell, each in reached.items()
        for seed, longest in enumerate(each)
        for length in lengths
    )
    seeds = len(next(iter(reached.values())))
    return Search("recall", "accuracy", 0.95, tuple(reached), lengths, seeds, (100,) * len(reached), trials, True)


@pytest.mark.parametrize(
    ("reached", "said"),
    [
        ({"Plain RNN (tanh)": [5, 5, 5], "LSTM": [10, 10, 20]}, "As in textbooks, every gated cell"),
        (
            {"Plain RNN (tanh)": [5, 5, 5], "LSTM": [10, 10, 20]},
            "its worst seed goes further than the best of Plain RNN",
        ),
        ({"Plain RNN (tanh)": [5, 10, 20], "LSTM": [10, 20, 20]}, "against Plain RNN (tanh) the seeds overlap"),
        ({"Plain RNN (tanh)": [10, 10, 20], "LSTM": [5, 5, 10]}, "Unlike in textbooks, LSTM stays behind"),
        ({"Plain RNN (tanh)": [10, 10, 10], "LSTM": [5, 10, 10]}, "LSTM gets no further than the plain RNN"),
        ({"Plain RNN (tanh)": [5, 5], "LSTM": [5, 5], "GRU": [5, 5]}, "LSTM and GRU get no further than the plain RNN"),
        ({"LSTM": [20, 20, 20]}, "**LSTM** 20, 20, 20, the longest tried (median 20)."),
        ({"LSTM": [0, 0, 5]}, "none, none, 5 (median 0)"),
    ],
)
def test_the_verdict_says_what_the_numbers_say(reached: dict[str, list[int]], said: str) -> None:
    assert said in verdict(made(reached))


def test_a_seed_that_learns_a_longer_length_than_one_it_failed_is_told() -> None:
    found = made({"LSTM": [20, 20]})
    upset = [
        dataclasses.replace(t, outcome="not learned") if (t.seed, t.length) == (1, 10) else t for t in found.trials
    ]
    odd = dataclasses.replace(found, trials=tuple(upset))
    assert odd.longest("LSTM", 1) == 5 and odd.longest("LSTM", 0) == 20
    assert "1 of 2 seeds failed at one length and learned a longer one" in verdict(odd)
    assert "6 runs" in sizes(odd) and "may rise" not in sizes(odd)
    left = [dataclasses.replace(t, outcome="not tried") if t.length == 20 else t for t in found.trials]
    assert "may rise" in sizes(dataclasses.replace(found, trials=tuple(left)))


def test_nothing_is_claimed_before_the_end() -> None:
    found = dataclasses.replace(made({"Plain RNN (tanh)": [5], "LSTM": [10]}), is_done=False)
    assert verdict(found).startswith("So far: ") and "textbooks" not in verdict(found)
    assert verdict(blank(SHORT)) == ""
