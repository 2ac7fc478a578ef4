"""The answer of a prediction is what the engine measures, and it is the same at three seeds, by a margin."""

import math
from urllib.parse import parse_qsl

import numpy as np
import pytest
from pydantic import ValidationError

from engine.experiment import Experiment
from engine.permalink import decode
from quiz.bank import bank
from quiz.criteria import SCORES, Curve, Ends, First, Reaches
from quiz.kinds.predict import NotMeasured, Predict
from quiz.predicting import Race, outcome, raced
from quiz.question import BadAnswer

QUESTIONS = [question for question in bank().values() if isinstance(question, Predict)]
SEEDS = (0, 1, 2)
EACH = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
GIVEN = {
    "kind": "predict",
    "id": "predict-made-up",
    "topic": "predictions",
    "level": "foundation",
    "text": "Which?",
    "explanation": "measured",
    "source": "none",
    "base": {"data.kind": "circle", "data.samples": 60, "training.optimizer.lr": 0.05},
    "contestants": [
        {"label": "none", "change": {"model.hidden": []}},
        {"label": "few", "change": {"model.hidden": [2]}},
        {"label": "many", "change": {"model.hidden": [16]}},
    ],
    "criterion": {"kind": "reaches", "score": "train.accuracy", "value": 0.9, "within": 40, "margin": 0.01},
}


def curves(*listed: list[float], score: str = "train.loss") -> list[Curve]:
    updates = 10 * np.arange(max(map(len, listed)))
    blank = {name: np.full(len(updates), np.nan) for name in SCORES}
    return [
        Curve(str(place), updates[: len(values)], blank | {score: np.array(values)})
        for place, values in enumerate(listed)
    ]


@pytest.mark.long
@EACH
def test_the_outcome_is_the_same_at_three_seeds_by_its_margin(question: Predict) -> None:
    found = []
    for seed in SEEDS:
        *_, last = raced(question, seed)
        assert last.result is not None
        found.append(outcome(question, last.result))
    assert len({each.holds for each in found}) == 1
    assert 0 < len(found[0].holds) < len(question.contestants)
    assert not question.criterion.is_single or len(found[0].holds) == 1
    assert min(each.margin for each in found) >= question.criterion.margin
    assert question.grade(found[0].holds, found[0]).is_right


@EACH
def test_a_contestant_s_link_opens_its_experiment(question: Predict) -> None:
    assert {each.experiment.seed for each in question.contestants} <= set(SEEDS)
    for each in question.contestants:
        link, wrong = decode(dict(parse_qsl(each.link.partition("?")[2], keep_blank_values=True)))
        assert wrong == []
        assert link.experiment == each.experiment


@EACH
def test_contestants_train_long_enough_to_be_judged(question: Predict) -> None:
    for each in question.contestants:
        rows, training = 0.6 * getattr(each.experiment.data, "samples", 500), each.experiment.training
        assert isinstance(training.batch_size, int)
        assert training.epochs * rows / training.batch_size >= question.criterion.within


def test_there_is_no_answer_before_the_runs() -> None:
    question = Predict.model_validate(GIVEN)
    with pytest.raises(NotMeasured, match="run the experiments first"):
        _ = question.solution
    with pytest.raises(NotMeasured):
        question.grade((0,))
    with pytest.raises(NotMeasured, match="still running"):
        outcome(question, Race(()))


def test_a_race_shows_all_runs_on_their_way() -> None:
    question = Predict.model_validate(GIVEN)
    seen = list(raced(question))
    first, last = seen[0].result, seen[-1].result
    assert first is not None
    assert last is not None
    assert not first.is_over
    assert last.is_over
    assert [len(curve.updates) for curve in first.curves] == [2, 2, 2]
    assert [curve.updates[-1] for curve in last.curves] == [40, 40, 40]
    assert all(np.isfinite(curve.scores["train.loss"]).all() for curve in last.curves)
    assert math.isnan(last.curves[0].scores["dead"][0])
    assert seen[-1].share == 1.0


def test_the_same_question_gives_the_same_numbers() -> None:
    question = Predict.model_validate(GIVEN)
    (*_, once), (*_, again) = raced(question), raced(question)
    assert once.result is not None
    assert again.result is not None
    for mine, theirs in zip(once.result.curves, again.result.curves, strict=True):
        assert np.array_equal(mine.scores["train.loss"], theirs.scores["train.loss"])


def test_a_run_that_diverges_has_no_last_score() -> None:
    wild = {"training.optimizer.kind": "sgd", "training.optimizer.lr": 10, "model.activation.kind": "linear"}
    given = {
        **GIVEN,
        "base": {"data.kind": "sine", "model.hidden": [16], "model.initializer.kind": "normal"},
        "contestants": [
            {"label": "wild", "change": wild},
            {"label": "tame", "change": {"training.optimizer.lr": 0.01}},
            {"label": "slow", "change": {"training.optimizer.lr": 0.001}},
        ],
        "criterion": {"kind": "ends", "score": "train.loss", "side": "lowest", "within": 60, "margin": 0.01},
    }
    question = Predict.model_validate(given)
    *_, last = raced(question)
    assert last.result is not None
    wild_curve = last.result.curves[0]
    assert wild_curve.ended
    assert math.isnan(wild_curve.scores["train.loss"][-1])
    assert outcome(question, last.result).holds == (1,)


def test_shares_and_notes_of_an_answer() -> None:
    question = Predict.model_validate(GIVEN)
    measured = Reaches(score="train.loss", value=0.5, side="at most", within=20, margin=0.1).judge(
        curves([1, 0.9], [1, 0.4], [1, 0.2])
    )
    assert measured.holds == (1, 2)
    assert measured.margin == pytest.approx(0.1)
    assert "by update 10" in measured.said[1]
    assert question.grade((2, 1), measured).is_right
    assert question.grade((1,), measured).share == pytest.approx(2 / 3)
    assert [note.is_right for note in question.grade((1,), measured).notes] == [True, True, False]


def test_one_is_chosen_where_one_is_asked_for() -> None:
    given = {
        **GIVEN,
        "criterion": {"kind": "ends", "score": "gap", "side": "highest", "within": 40, "margin": 0.1},
    }
    question = Predict.model_validate(given)
    measured = question.criterion.judge(curves([0, 1], [0, 3], [0, math.nan], score="gap"))
    assert measured.holds == (1,)
    assert measured.margin == 2
    assert question.grade((1,), measured).is_right
    assert question.grade((0,), measured).share == 0
    with pytest.raises(BadAnswer, match="choose one"):
        question.grade((0, 1), measured)


def test_the_end_may_be_compared_by_factors() -> None:
    ends = Ends(score="gradient.ratio", side="lowest", by="factor", within=10, margin=10)
    measured = ends.judge(curves([1, 1e-6], [1, 1e-3], [1, 2], score="gradient.ratio"))
    assert measured.holds == (0,)
    assert measured.margin == pytest.approx(1000)


def test_who_is_first_and_by_what_share() -> None:
    first = First(score="train.loss", value=0.5, side="at most", within=40, margin=0.1)
    measured = first.judge(curves([1, 0.9, 0.9, 0.4], [1, 0.5, 0.4, 0.3], [1, 1, 1, 1]))
    assert measured.holds == (1,)
    assert measured.margin == pytest.approx(1 - 10 / 30)
    assert "was not reached" in measured.said[2]
    assert first.judge(curves([1, 1], [1, 1])).holds == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base": {"data.kind": "cirle"}}, "cirle"),
        ({"contestants": GIVEN["contestants"][:2]}, "at least 3"),
        ({"contestants": [GIVEN["contestants"][0]] * 3}, "two contestants have the same label"),
        ({"criterion": {**GIVEN["criterion"], "score": "train.acuracy"}}, "did you mean 'train.accuracy'"),
    ],
)
def test_a_bad_question_is_refused(change: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Predict.model_validate({**GIVEN, **change})


def test_a_question_reads_back_what_it_dumps() -> None:
    question = Predict.model_validate(GIVEN)
    assert Predict.model_validate(question.model_dump()) == question
    assert question.contestants[2].experiment == Experiment().patched({**GIVEN["base"], "model.hidden": (16,)})
