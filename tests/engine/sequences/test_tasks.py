"""Every task on sequences: examples that are right by a second rule, the same for the same seed, of the shapes promised."""

import datetime
import math
from typing import Any

import pytest
import torch

from engine.choice import catalog
from engine.data.own.refusal import Refused
from engine.data.own.store import reading_as, store
from engine.refusal import Refusal
from engine.sequences.camera import chance_of
from engine.sequences.data import BEGIN, END, IGNORED, PAD, SPECIAL, Part, Sequences
from engine.sequences.tasks.catalog import AnyTask, built
from engine.sequences.tasks.pairs import Addition, Dates
from engine.sequences.tasks.series import NoisySine, Stocks
from engine.sequences.tasks.texts import CountryNames, Language, Mood
from engine.sequences.tasks.toy import Adding, Brackets, Copy, NextLetter, Recall, Reverse, Sort
from engine.text.corpora import Countries, OwnText, Reviews
from engine.text.text import Text

SMALL: dict[str, dict[str, Any]] = {"language": {"corpus": Countries(), "context": 16}}
KINDS = list(catalog(AnyTask))


def made(kind: str, seed: int = 0) -> Sequences:
    row = catalog(AnyTask)[kind]
    few = {"samples": 60} if "samples" in row.model_fields else {}
    return built(row(**few, **SMALL.get(kind, {})), seed)


def texts(data: Sequences) -> list[tuple[str, str]]:
    """(source, answer) of a mapping task's examples as texts."""
    found = []
    for x, y in zip(data.train.x.tolist(), data.train.y.tolist(), strict=True):
        source = "".join(data.tokens[t] for t in x[: data.source] if t != PAD)
        answer = [t for t in y if t != IGNORED]
        assert x[data.source] == BEGIN and answer[-1] == END
        assert x[data.source + 1 : data.source + len(answer)] == answer[:-1], "each right token is given for the next"
        found.append((source, "".join(data.tokens[t] for t in answer[:-1])))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_examples_have_the_shapes_that_the_task_promises(kind: str) -> None:
    data, task = made(kind), catalog(AnyTask)[kind]
    assert data.asks == task.asks  # type: ignore[attr-defined]
    for part in (data.train, data.validation):
        assert len(part) > 1
        if data.tokens:
            assert part.x.dtype == torch.int64 and part.x.min() >= 0 and part.x.max() < len(data.tokens)
            assert data.tokens[:4] == SPECIAL
        else:
            assert part.x.shape[2] == len(data.features)
        if data.answers_at == "end":
            assert part.y.shape == (len(part),)
        else:
            assert part.y.shape == part.x.shape[:2]
            assert ((part.y >= 0) | (part.y == IGNORED)).all() and part.y.max() < data.outputs
            assert data.asked(part).any(1).all(), "every example asks for something"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_examples_and_another_seed_others(kind: str) -> None:
    row = catalog(AnyTask)[kind]
    few = {"samples": 60} if "samples" in row.model_fields else {}
    task = row(**few, **SMALL.get(kind, {}))
    once, again, other = task.build(3), task.build(3), task.build(4)  # type: ignore[attr-defined]
    assert torch.equal(once.train.x, again.train.x) and torch.equal(once.train.y, again.train.y)
    if kind not in ("language", "stocks"):
        assert not torch.equal(once.train.x, other.train.x)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (Copy(samples=60), str),
        (Reverse(samples=60), lambda s: s[::-1]),
        (Sort(samples=60), lambda s: "".join(sorted(s))),
    ],
    ids=["copy", "reverse", "sort"],
)
def test_symbols_are_rearranged(task: Any, answer: Any) -> None:
    assert all(said == answer(source) and len(source) == 10 for source, said in texts(task.build(0)))


def test_sums_are_right_in_either_order() -> None:
    for source, answer in texts(Addition(digits=3, samples=200).build(1)):
        a, b = map(int, source.split("+"))
        assert answer == str(a + b)
    for source, answer in texts(Addition(digits=3, samples=200, reversed_answer=True).build(1)):
        a, b = map(int, source.split("+"))
        assert answer[::-1] == str(a + b)


def test_dates_are_the_same_days() -> None:
    for source, answer in texts(Dates(samples=300).build(0)):
        assert datetime.datetime.strptime(source, "%d %b %Y").date() == datetime.date.fromisoformat(answer)


def test_what_was_held_is_asked_for_after_the_delay() -> None:
    data = Recall(length=3, delay=7, samples=60).build(0)
    for x, y in zip(data.train.x.tolist(), data.train.y.tolist(), strict=True):
        assert [data.tokens[t] for t in x[3:10]] == ["·"] * 7 and [data.tokens[t] for t in x[10:]] == ["?"] * 3
        assert y[:10] == [IGNORED] * 10 and y[10:] == x[:3]
    assert chance_of(data) == pytest.approx(math.log(8), abs=0.05)


@pytest.mark.parametrize("varied", [False, True])
def test_brackets_are_judged_as_a_parser_judges_them(varied: bool) -> None:
    data = Brackets(length=10, pairs=3, samples=1000, varied=varied).build(0)
    closes = {")": "(", "]": "[", "}": "{"}

    def is_balanced(text: str) -> bool:
        held: list[str] = []
        for bracket in text:
            if bracket in closes:
                if not held or held.pop() != closes[bracket]:
                    return False
            else:
                held.append(bracket)
        return not held

    for x, y in zip(data.train.x.tolist(), data.train.y.tolist(), strict=True):
        assert is_balanced("".join(data.tokens[t] for t in x if t != PAD)) == bool(y)
    lengths = (data.train.x != PAD).sum(1)
    assert set(lengths.tolist()) == (set(range(2, 11, 2)) if varied else {10})
    assert torch.equal(data.train.x == PAD, torch.arange(10) >= lengths[:, None]), "padding stands behind"
    assert 0.4 < data.train.y.double().mean() < 0.6


def test_the_marked_numbers_are_added_one_from_each_half() -> None:
    data = Adding(length=11, samples=2000).build(0)
    x, y = data.train.x, data.train.y
    torch.testing.assert_close(y, (x[..., 0] * x[..., 1]).sum(1))
    assert (x[:, :5, 1].sum(1) == 1).all() and (x[:, 5:, 1].sum(1) == 1).all()
    assert chance_of(data) == pytest.approx(1 / 6, abs=0.02)


def test_a_window_of_text_asks_for_the_token_after_each() -> None:
    data = Language(corpus=Countries(), context=16).build(0)
    assert torch.equal(data.train.x[:, 1:], data.train.y[:, :-1])
    assert torch.equal(data.train.x[1, :8], data.train.x[0, 8:]), "windows begin half a context apart"
    assert data.train.x.untyped_storage().data_ptr() == data.train.y.untyped_storage().data_ptr(), "and share memory"


def test_a_text_too_short_for_its_context_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sequences.tasks.texts.MOST_CHARACTERS", 500)
    with pytest.raises(Refusal, match="The text has 500 tokens; a context of 256 needs at least 1,028"):
        Language(corpus=Countries(), context=256).build(0)


def test_fewer_labelled_reviews_are_as_many_of_each_class() -> None:
    few, all_of_them = Mood(examples=10).build(0), Mood().build(0)
    assert few.train.y.tolist().count(0) == few.train.y.tolist().count(1) == 5
    assert torch.equal(few.validation.x, all_of_them.validation.x)


def test_a_name_is_of_its_continent() -> None:
    data = CountryNames().build(0)
    for x, y in zip(data.train.x.tolist(), data.train.y.tolist(), strict=True):
        assert data.tokens[x[0]] in ("Africa", "Americas", "Asia", "Europe", "Oceania") and x[1] == BEGIN
        name = [t for t in y if t != IGNORED]
        assert name[-1] == END and x[2 : 1 + len(name)] == name[:-1]


def test_the_next_value_of_a_series_is_asked_for() -> None:
    sine = NoisySine(noise=0.0, length=20, samples=60).build(0)
    wave = torch.cat([sine.train.x[..., 0], sine.train.y[:, None]], dim=1).double()
    ratio = (wave[:, 2:] + wave[:, :-2]) / wave[:, 1:-1]  # of a pure wave: 2 cos(omega) at every step
    clear = wave[:, 1:-1].abs() > 0.2
    spread = [float(r[c].max() - r[c].min()) for r, c in zip(ratio, clear, strict=True)]
    assert max(spread) < 1e-3
    stocks = Stocks(length=5).build(0)
    assert torch.equal(stocks.train.x[1, :-1], stocks.train.x[0, 1:]) and torch.equal(
        stocks.train.x[1, -1, 0], stocks.train.y[0]
    )


def test_a_visitors_own_text_is_read_by_its_owner_alone_and_not_kept() -> None:
    text = Text("mine", ("the cat sees the dog. " * 40,))
    store().put("anna", text)
    task = Language(corpus=OwnText(file=text.digest), context=8)
    with reading_as("anna"):
        assert built(task, 0) is not built(task, 0)
    with reading_as("ben"), pytest.raises(Refused, match="stays with its owner"):
        built(task, 0)
    store().release("anna")


def test_the_letter_that_comes_next_is_the_alphabets() -> None:
    data = NextLetter(samples=200, symbols=5).build(0)
    assert data.train.x.shape == (200, 1)
    following = dict(zip("abcde", "bcdea", strict=True))
    for (x,), y in zip(data.train.x.tolist(), data.train.y.tolist(), strict=True):
        assert data.answers[y] == following[data.tokens[x]]


def test_reviews_of_one_subject_stand_in_one_part() -> None:
    text, data = Reviews().read(), Mood().build(2)
    rows = {tuple(x): group for x, group in zip(Mood().given().x.tolist(), text.groups, strict=True)}
    train, held = ({rows[tuple(x)] for x in part.x.tolist()} for part in (data.train, data.validation))
    assert train and held and not train & held
    assert 0.2 < len(data.validation) / len(text.lines) < 0.3


def test_measured_examples_are_spread_over_a_text() -> None:
    part = Part(torch.arange(1000)[:, None], torch.arange(1000))
    spread = part.spread(10)
    assert spread.x[:, 0].tolist() == spread.y.tolist() == list(range(0, 1000, 100))
    assert part.spread(1000) is part and len(part.spread(999)) == 999 and len(set(part.spread(999).y.tolist())) == 999
