"""What is kept comes back as it was, and only to whom it belongs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from quiz.question import Answer
from quiz.records import Rating
from quiz.storage.store import BadRecord, Card, Learner, LearnerSettings, Store, TooMany, new_key, new_secret
from tests.quiz.storage.answering import START, answered, folded, ladder, whole

ME = "AAAAAAAAAAAAAAAAAAAAAA"


def test_an_answer_comes_back_as_it_was_given(store: Store) -> None:
    at = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    given = answered(
        answer="∇·E = ρ/ε₀", at=at, share=0.3, rating=Rating.HARD, seed=2**63 - 1, seconds=12.25, hints=2, sure=0.75
    )
    store.record(ME, replace(given, place="interview"), ladder)
    (back,) = store.answers(ME)
    assert back == replace(given, place="interview")
    assert back.at.tzinfo is UTC and back.at.microsecond == 123456
    assert type(back.rating) is Rating


@pytest.mark.parametrize("answer", [(), (0,), (3, 1, 2), "", "1e-3", "[1, 2]"])
def test_every_shape_of_an_answer_keeps_its_type(store: Store, answer: Answer) -> None:
    store.record(ME, answered(answer=answer), ladder)
    assert store.answers(ME)[0].answer == answer


def test_nothing_is_made_by_reading(store: Store) -> None:
    assert store.learner(ME) == Learner()
    assert (store.answers(ME), store.cards(ME), store.due(ME, START), store.contests(ME)) == ([], {}, [], [])
    assert store.interviews(ME) == [] and store.settings_of(ME) == LearnerSettings()
    assert store.export(ME)["answers"] == [] and store.replay(ME, ladder) == {}
    store.delete(ME)
    assert store.learner(ME).created is None


def test_a_card_goes_on_from_where_it_was(store: Store) -> None:
    first, second = answered(after=0), answered(after=5)
    assert store.record(ME, first, ladder)["past"] == [first.key]
    assert store.record(ME, second, ladder)["past"] == [first.key, second.key]
    assert store.cards(ME) == folded([first, second])
    assert store.learner(ME).answers == 2


def test_one_card_is_that_of_all_cards(store: Store) -> None:
    assert store.card(ME, "why-relu") is None
    store.record(ME, answered(), ladder)
    store.record(ME, answered("adam-bias"), ladder)
    assert store.card(ME, "why-relu") == store.cards(ME)["why-relu"]
    assert store.card(ME, "never-asked") is None
    assert store.card(new_secret(), "why-relu") is None


def test_the_same_answer_sent_twice_is_kept_once(store: Store) -> None:
    given = answered()
    cards = [store.record(ME, given, ladder) for _ in range(3)]
    assert cards == [cards[0]] * 3
    assert store.answers(ME) == [given] and store.learner(ME).answers == 1


def test_a_key_that_another_question_has_is_refused(store: Store) -> None:
    store.record(ME, given := answered(), ladder)
    store.record(ME, answered("adam-bias"), ladder)
    for question in ("adam-bias", "new-one"):
        with pytest.raises(BadRecord, match=r"^key: got '.*'; an answer to another question has it"):
            store.record(ME, answered(question, 3, key=given.key), ladder)
    assert len(store.answers(ME)) == 2 and whole(store, ME)


def test_two_learners_may_have_the_same_key(store: Store) -> None:
    given = answered()
    for who in (ME, other := new_secret()):
        store.record(who, given, ladder)
    assert store.answers(ME) == store.answers(other) == [given]


def test_an_answer_that_comes_late_takes_its_place(store: Store) -> None:
    first, second, third = answered(after=0), answered(after=5), answered(after=9)
    for given in (third, first, second):
        card = store.record(ME, given, ladder)
    assert card["past"] == [first.key, second.key, third.key]
    assert store.answers(ME) == [first, second, third] and whole(store, ME)


def test_what_is_due_is_named_longest_due_first(store: Store) -> None:
    for minutes, question in ((30, "second-one"), (0, "first-one"), (60, "third-one")):
        store.record(ME, answered(question, minutes), ladder)
    assert store.due(ME, START + timedelta(days=1, minutes=30)) == ["first-one", "second-one"]
    assert store.due(ME, START) == []


def test_answers_since_a_time_leave_out_the_earlier_ones(store: Store) -> None:
    given = [answered(after=minutes) for minutes in (0, 10, 20)]
    for each in given:
        store.record(ME, each, ladder)
    since = (START + timedelta(minutes=10)).astimezone(timezone(timedelta(hours=-8)))
    assert store.answers(ME, since) == given[1:]


def test_a_replay_makes_all_cards_anew(store: Store) -> None:
    for turn in range(12):
        store.record(ME, answered(f"question-{turn % 3}", turn), ladder)

    def other(card: Card | None, given: object) -> Card:
        return {**ladder(card, given), "other": True}  # type: ignore[arg-type]

    assert {card["other"] for card in store.replay(ME, other).values()} == {True}
    assert all(card["other"] for card in store.cards(ME).values())
    store.replay(ME, ladder)
    assert whole(store, ME)


def test_an_answer_is_not_kept_where_the_scheduler_fails(store: Store) -> None:
    def broken(card: Card | None, given: object) -> Card:
        raise ArithmeticError("no interval")

    store.record(ME, kept := answered(), ladder)
    with pytest.raises(ArithmeticError):
        store.record(ME, answered(after=3), broken)
    assert store.answers(ME) == [kept] and whole(store, ME)


def test_a_card_without_a_zone_in_its_due_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="due time needs its zone"):
        store.record(ME, answered(), lambda card, given: {"due": "2026-01-01T00:00:00"})
    assert store.answers(ME) == []


def test_a_second_browser_sees_and_changes_nothing(store: Store) -> None:
    store.record(ME, answered(), ladder)
    store.contest(ME, "why-relu", 0, "mine")
    interview = store.start_interview(ME, {"role": "applied"})
    store.settings_set(ME, LearnerSettings(new_a_day=3))
    before = store.export(ME)
    other = new_secret()
    assert store.answers(other) == [] and store.cards(other) == {} and store.contests(other) == []
    assert store.interviews(other) == [] and store.settings_of(other) == LearnerSettings()
    assert store.end_interview(other, interview.key) is None
    store.delete(other)
    store.record(other, answered(), ladder)
    assert {**store.export(ME), "exported": 0} == {**before, "exported": 0}
    assert len(store.answers(other)) == 1


@pytest.mark.parametrize(
    "secret", ["", "short", ME + "A", ME[:-1] + "!", ME[:-1] + "B", " " + ME[1:], "é" * 22, None, 5]
)
def test_a_secret_of_another_shape_opens_nothing(store: Store, secret: str) -> None:
    for call in (store.answers, store.learner, store.delete, lambda who: store.record(who, answered(), ladder)):
        with pytest.raises(BadRecord, match="128 bits") as caught:
            call(secret)
        assert not secret or str(secret) not in str(caught.value)


def test_settings_are_kept_and_what_is_not_known_any_more_is_left_out(store: Store) -> None:
    chosen = LearnerSettings(retention=0.85, new_a_day=0, topics=("attention", "optimizers"))
    store.settings_set(ME, chosen)
    assert store.settings_of(ME) == chosen
    store.settings_set(ME, LearnerSettings.model_construct(retention=7.0, new_a_day=5, topics=()))
    assert store.settings_of(ME) == LearnerSettings(new_a_day=5)


def test_contests_are_kept_in_order(store: Store) -> None:
    kept = [store.contest(ME, "why-relu", 7, "  it is right, too\n"), store.contest(ME, "why-relu", 8, "so is this")]
    assert store.contests(ME) == kept and kept[0].text == "it is right, too"
    again = store.contest(ME, "why-relu", 8, "sent twice", key=kept[1].key)
    assert again.key == kept[1].key and store.contests(ME) == kept


def test_an_interview_survives_a_reload_and_ends_once(store: Store) -> None:
    plan = {"role": "research", "minutes": 30, "questions": [["why-relu", 3], ["adam-bias", 0]]}
    begun = store.start_interview(ME, plan, key := new_key())
    assert store.start_interview(ME, {"another": 1}, key) == begun
    assert store.interviews(ME) == [begun] and begun.plan == plan and begun.ended is None
    ended = store.end_interview(ME, key)
    assert ended is not None and ended.ended is not None and ended.ended >= begun.started
    assert store.end_interview(ME, key) == ended and store.interviews(ME) == [ended]
    second = store.start_interview(ME, {})
    assert store.interviews(ME) == [second, ended]


HOSTILE = [
    "'; DROP TABLE answer; --",
    "%s %(x)s :y {z}",
    "<script>alert(1)</script>",
    "a\x00b",
    "\ud800!",
    "\u202eabc",
    "💥" * 50,
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_stays_text(store: Store, text: str) -> None:
    said = text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    store.record(ME, answered(answer=text), ladder)
    store.contest(ME, "why-relu", 0, text)
    store.start_interview(ME, {text: [text]})
    assert store.answers(ME)[0].answer == said
    assert store.contests(ME)[0].text == said
    assert store.interviews(ME)[0].plan in ({text: [text]}, {said: [said]})
    other = new_secret()
    store.import_(other, store.export(ME), ladder)
    assert store.answers(other) == store.answers(ME)


WRONG = [
    ({"question": "No Slug"}, r"^question: got 'No Slug'; "),
    ({"question": "x" * 61}, r"^question: got 'xxx.*; string should have at most 60"),
    ({"answer": 3.5}, r"^answer: got 3.5; an answer is a text or a list of places"),
    ({"answer": (True,)}, r"^answer: got \(True,\); an answer is a text or a list of places"),
    ({"answer": tuple(range(201))}, "^answer: got .*; 201 places; at most 200 are kept"),
    ({"answer": "x" * 4001}, "^answer: got 'xxx.*; 4,001 characters; at most 4,000 are kept"),
    ({"share": 1.5}, "^share: got 1.5; input should be less than or equal to 1"),
    ({"share": float("nan")}, "^share: got nan; "),
    ({"rating": 5}, "^rating: got 5; input should be less than or equal to 4"),
    ({"at": datetime(2026, 1, 1)}, "^at: got .*; input should have timezone info"),
    ({"at": datetime(1970, 1, 1, tzinfo=UTC)}, "^at: got .*; a time lies between 2000-01-01 and "),
    ({"at": datetime.now(UTC) + timedelta(days=2)}, "^at: got .*; a time lies between 2000-01-01 and "),
    ({"seed": -1}, "^seed: got -1; "),
    ({"seconds": float("inf")}, "^seconds: got inf; "),
    ({"hints": 101}, "^hints: got 101; "),
    ({"sure": 2.0}, "^sure: got 2.0; "),
    ({"place": "kitchen"}, "^place: got 'kitchen'; input should be 'practice', 'review' or 'interview'"),
    ({"key": ""}, "^key: got ''; string should have at least 8 characters"),
    ({"key": "../../etc"}, "^key: got '../../etc'; "),
]


@pytest.mark.parametrize(("values", "told"), WRONG, ids=[f"{next(iter(v))}-{n}" for n, (v, _) in enumerate(WRONG)])
def test_what_cannot_be_kept_is_refused_with_what_is_allowed(store: Store, values: dict, told: str) -> None:
    with pytest.raises(BadRecord, match=told):
        store.record(ME, answered(**values), ladder)
    assert store.learner(ME) == Learner()


def test_a_contest_has_between_one_and_2000_characters(store: Store) -> None:
    store.contest(ME, "why-relu", 0, "x" * 2000)
    for text in (" \n", "x" * 2001):
        with pytest.raises(BadRecord, match=r"^text: got .* characters; between 1 and 2,000 are kept"):
            store.contest(ME, "why-relu", 0, text)


@pytest.mark.parametrize("plan", [{"x": float("nan")}, {"x": object()}, {"x": "y" * 100_001}, {"x": START}])
def test_a_plan_is_json_of_a_bounded_size(store: Store, plan: dict) -> None:
    with pytest.raises(BadRecord, match=r"^plan: got .*; (a plan is made of what JSON knows|.* characters as JSON)"):
        store.start_interview(ME, plan)


def test_limits_of_a_learner_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.settings import settings

    for name in ("ANSWERS", "CONTESTS", "INTERVIEWS"):
        monkeypatch.setenv(f"GP_LEARNER_{name}", "2")
    settings.cache_clear()
    try:
        calls = {
            "answers": lambda: store.record(ME, answered(), ladder),
            "contested": lambda: store.contest(ME, "why-relu", 0, "no"),
            "interviews": lambda: store.start_interview(ME, {}),
        }
        for named, call in calls.items():
            call(), call()
            with pytest.raises(TooMany, match=f"3 {named}.* at most 2"):
                call()
        assert len(store.answers(ME)) == 2 and whole(store, ME)
        store.record(new_secret(), answered(), ladder)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_secrets_have_128_bits_and_never_repeat() -> None:
    made = {new_secret() for _ in range(1000)}
    assert len(made) == 1000 and {len(secret) for secret in made} == {22}
