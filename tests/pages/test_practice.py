"""The pages that ask: an answer is graded, kept, scheduled; what is chosen decides what is asked; nothing is lost."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from quiz.bank import bank
from quiz.broken.faults import FAULTS
from quiz.catalogue import catalogue
from quiz.kinds.table import KINDS
from quiz.records import Rating, now
from quiz.storage.database import Database, StorageDown
from quiz.storage.store import Store, open_store
from ui.quiz import flow, records
from ui.quiz.desk import Desk
from ui.quiz.table import ON_SCREEN

APP = str(Path(__file__).parents[2] / "app.py")
BY_KIND = {entry.kind: entry.id for entry in catalogue().values() if entry.kind not in ("broken", "predict")}


def down(self: Database) -> None:
    """Instead of a transaction."""
    raise StorageDown("it does not work")


def open_page(name: str, id: str = "", seed: int = 3) -> AppTest:
    """A page as a new learner sees it; with ``id``, that question lies on the desk."""
    app = AppTest.from_file(APP, default_timeout=60).run()
    if id:
        visit(app).desks[name] = Desk(id, seed, name)  # type: ignore[arg-type]
    return shown(app, name)


def shown(app: AppTest, name: str) -> AppTest:
    app.switch_page(f"pages/{name}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def visit(app: AppTest) -> Any:
    return app.session_state["gradient_playground"]


def desk(app: AppTest, name: str = "practice") -> Desk:
    return visit(app).desks[name]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if label in button.label).click().run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.success, app.error, app.warning, app.info)
    return " ".join(item.value for items in kinds for item in items)


def give(app: AppTest, question: Any, answer: Any, key: str) -> None:
    """Answer as a learner does, with the widgets of the question's kind."""
    if question.kind == "single":
        app.radio(key=f"{key}.option").set_value(answer[0]).run()
    elif question.kind == "several":
        for place in answer:
            app.checkbox(key=f"{key}.option.{place}").check()
        app.run()
    elif question.kind in ("order", "match"):
        for place in answer:
            app.button(key=f"{key}.tap.{place}").click().run()
    elif question.kind == "short":
        app.text_area(key=f"{key}.words").set_value("mine")
        press(app, "Compare")
        for place in answer:
            app.checkbox(key=f"{key}.point.{place}").check()
        app.run()
        press(app, "Done")
        return
    else:
        app.text_input(key=f"{key}.typed").set_value(answer)
    press(app, "Answer")


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_an_answer_of_every_kind_is_graded_kept_and_scheduled(kind: str) -> None:
    app = open_page("practice", BY_KIND[kind])
    lying = desk(app)
    give(app, lying.question, lying.question.solution, lying.key)
    assert lying.grade is not None and lying.grade.is_right
    assert "Right." in words(app)
    assert lying.question.explanation in words(app)
    (kept,) = open_store().answers(visit(app).passing)
    assert (kept.question, kept.share, kept.seed, kept.place) == (lying.id, 1.0, lying.seed, "practice")
    assert lying.id in open_store().cards(visit(app).passing)
    press(app, "Good")
    assert desk(app) is not lying
    (kept,) = open_store().answers(visit(app).passing)
    assert kept.rating == Rating.GOOD, "the learner's own rating takes the place of the suggested one"


def test_a_wrong_answer_says_why_and_suggests_to_ask_again() -> None:
    app = open_page("practice", "init-zeros-symmetry")
    question = bank()["init-zeros-symmetry"]
    wrong = next(place for place, option in enumerate(question.options) if not option.right)  # type: ignore[attr-defined]
    give(app, question, (wrong,), desk(app).key)
    assert "Not right." in words(app)
    assert all(option.why in words(app) for option in question.options)  # type: ignore[attr-defined]
    assert desk(app).rating == Rating.AGAIN


def test_what_cannot_be_read_is_told_and_costs_nothing() -> None:
    app = open_page("practice", BY_KIND["number"])
    lying = desk(app)
    give(app, lying.question, "about five", lying.key)
    assert "is no number" in words(app)
    assert open_store().answers(visit(app).passing) == []
    give(app, lying.question, lying.question.solution, lying.key)
    assert lying.grade is not None and lying.grade.is_right


def test_hints_are_counted_and_who_does_not_know_sees_the_answer() -> None:
    app = open_page("practice", "init-zeros-symmetry")
    press(app, "Hint (2 left)")
    assert len(desk(app).hints) == 1
    assert desk(app).hints[0].text in words(app)
    press(app, "I don't know")
    (kept,) = open_store().answers(visit(app).passing)
    assert (kept.hints, kept.share, kept.rating) == (1, 0.0, Rating.AGAIN)
    assert "Here is the answer." in words(app)


def test_how_sure_one_says_to_be_is_kept() -> None:
    app = open_page("practice", "init-zeros-symmetry")
    lying = desk(app)
    app.get("button_group")[0].set_value(0.75).run()
    give(app, lying.question, lying.question.solution, lying.key)
    assert open_store().answers(visit(app).passing)[0].sure == 0.75


def test_what_is_chosen_decides_what_is_asked_and_is_kept() -> None:
    app = open_page("practice")
    app.multiselect(key="quiz.options.topics").set_value(["losses"]).run()
    app.multiselect(key="quiz.options.kinds").set_value(["single"]).run()
    entry = catalogue()[desk(app).id]
    assert (entry.topic, entry.kind) == ("losses", "single")
    assert open_store().settings_of(visit(app).passing).topics == ("losses",)
    app.number_input(key="quiz.options.new_per_day").set_value(0).run()
    assert "That is all for today" in words(app)
    press(app, "Go on without waiting")
    assert catalogue()[desk(app).id].topic == "losses"


def test_an_answer_can_be_contested_and_hostile_words_stay_words() -> None:
    app = open_page("practice", "init-zeros-symmetry")
    lying = desk(app)
    give(app, lying.question, lying.question.solution, lying.key)
    app.text_area(key=f"{lying.key}.contest").set_value("<script>alert(1)</script> '; DROP TABLE answer; --")
    press(app, "Send")
    (contest,) = open_store().contests(visit(app).passing)
    assert contest.text == "<script>alert(1)</script> '; DROP TABLE answer; --"


def test_review_asks_what_is_due_and_tells_what_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("review")
    assert "Nothing to review yet" in words(app)
    app = open_page("practice", "init-zeros-symmetry")
    give(app, desk(app).question, desk(app).question.solution, desk(app).key)
    press(app, "Good")
    shown(app, "review")
    assert "Nothing is due now." in words(app)
    later = now() + timedelta(days=400)
    monkeypatch.setattr(records, "moment", lambda: later)
    shown(app, "review")
    assert desk(app, "review").id == "init-zeros-symmetry"
    assert "**1** due now" in words(app)


def test_a_whole_interview_says_nothing_until_its_end() -> None:
    app = open_page("interview")
    app.get("button_group")[0].set_value(10).run()
    press(app, "Begin")
    asked = 0
    while "Question by question" not in [item.value for item in app.subheader]:
        lying = desk(app, "interview")
        assert lying.question.explanation not in words(app)
        if asked == 0 and lying.question.kind in ("single", "several", "number", "line"):
            give(app, lying.question, lying.question.solution, lying.key)
        else:
            press(app, "Pass")
        asked += 1
        assert asked < 40
    assert asked >= 4
    assert f"of {asked} questions were right" in words(app)
    assert all(answer.place == "interview" for answer in open_store().answers(visit(app).passing))
    assert len(open_store().answers(visit(app).passing)) == asked
    press(app, "Another interview")
    assert any("10 min" in button.label for button in app.button), "it can be opened again"


def test_an_interview_goes_on_after_the_page_is_closed() -> None:
    app = open_page("interview")
    press(app, "Begin")
    first = desk(app, "interview").id
    visit(app).desks.clear()
    shown(app, "progress")
    shown(app, "interview")
    assert desk(app, "interview").id == first


def test_progress_measures_and_the_records_go_and_come() -> None:
    app = open_page("progress")
    assert "Nothing answered yet" in words(app)
    app = open_page("practice", "init-zeros-symmetry")
    give(app, desk(app).question, desk(app).question.solution, desk(app).key)
    shown(app, "progress")
    assert [metric.value for metric in app.metric][:2] == ["1", "100%"]
    secret = visit(app).passing
    exported = json.dumps(open_store().export(secret))
    press(app, "Delete everything")
    assert open_store().answers(secret) == []
    assert "Nothing answered yet" in words(app)
    assert open_store().import_(secret, exported, records.advanced) == 1


def test_a_second_browser_sees_nothing_of_the_first() -> None:
    first = open_page("practice", "init-zeros-symmetry")
    give(first, desk(first).question, desk(first).question.solution, desk(first).key)
    second = open_page("progress")
    assert "Nothing answered yet" in words(second)
    assert visit(first).passing != visit(second).passing


def test_a_run_of_the_page_reads_all_cards_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("practice", "init-zeros-symmetry")
    read: list[str] = []
    for name in ("cards", "introduced"):
        real = getattr(Store, name)
        monkeypatch.setattr(Store, name, lambda *a, name=name, real=real: (read.append(name), real(*a))[1])
    for label in ("I don't know", "Good"):
        read.clear()
        press(app, label)
        assert sorted(read) == ["cards", "introduced"]


def test_every_kind_has_its_widgets() -> None:
    assert set(BY_KIND) == set(KINDS) - {"broken", "predict"}
    assert set(ON_SCREEN) == set(KINDS)


def until(app: AppTest, condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Look at the page until longer work has come so far."""
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.1)
        app.run()
        assert not app.exception, app.exception
    assert condition()


def test_a_fault_named_and_mended_is_right_and_half_of_it_is_half() -> None:
    app = open_page("practice", "broken-rate-low")
    lying = desk(app)
    question: Any = lying.question
    app.radio(key=f"{lying.key}.suspect").set_value(question.solution[0]).run()
    press(app, "Name it")
    assert lying.named is not None and lying.named.is_right
    assert not lying.is_answered
    mending = FAULTS[question.fault].fixes[0]
    app.radio(key=f"{lying.key}.fix").set_value(mending).run()
    press(app, "Train with it")
    until(app, lambda: lying.is_answered)
    assert lying.grade is not None and lying.grade.is_right
    assert "on fresh data" in words(app)
    assert "Its signs here" in words(app)
    (kept,) = open_store().answers(visit(app).passing)
    assert (kept.question, kept.share) == ("broken-rate-low", 1.0)


def test_a_prediction_is_graded_by_what_is_measured() -> None:
    app = open_page("practice", "predict-xor-units")
    lying = desk(app)
    for place in (1, 2):
        app.checkbox(key=f"{lying.key}.predicted.{place}").check()
    app.run()
    press(app, "Run them")
    until(app, lambda: lying.is_answered)
    assert lying.grade is not None and lying.grade.is_right
    assert lying.grade.notes[0].text in words(app)
    (kept,) = open_store().answers(visit(app).passing)
    assert (kept.answer, kept.share) == ((1, 2), 1.0)


def test_a_question_that_has_left_the_bank_is_replaced() -> None:
    app = open_page("practice", "gone-for-good")
    assert desk(app).id in catalogue()


def test_own_words_stay_in_sight_beside_the_model_answer() -> None:
    app = open_page("practice", BY_KIND["short"])
    key = desk(app).key
    app.text_area(key=f"{key}.words").set_value("mine <b>")
    press(app, "Compare")
    assert app.text_area(key=f"{key}.said").value == "mine <b>"


def test_where_nothing_can_be_read_each_page_says_so_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "reading", down)
    for name in ("practice", "review", "interview", "progress"):
        app = open_page(name)
        assert [error.value for error in app.error] == ["It does not work\\."]
        assert "Try again" in [button.label for button in app.button]


@pytest.mark.parametrize("page", ["practice", "interview"])
def test_an_answer_that_cannot_be_kept_waits_and_tells_nothing(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(page, "init-zeros-symmetry" if page == "practice" else "")
    if page == "interview":
        press(app, "Begin")
    lying = desk(app, page)
    with monkeypatch.context() as broken:
        broken.setattr(Database, "writing", down)
        press(app, "I don't know" if page == "practice" else "Pass")
        assert [error.value for error in app.error] == ["Your answer is not kept yet. It does not work\\."]
        assert lying.question.explanation not in words(app)
        press(app, "Try again")
        assert not lying.is_kept
    press(app, "Try again")
    assert [kept.key for kept in open_store().answers(visit(app).passing)] == [lying.key]
    assert (desk(app, page) is lying) == (page == "practice")


def test_a_rating_that_cannot_be_kept_leaves_the_answer_there(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("practice", "init-zeros-symmetry")
    lying = desk(app)
    press(app, "I don't know")
    with monkeypatch.context() as broken:
        broken.setattr(Database, "writing", down)
        press(app, "Easy")
        assert desk(app) is lying and "It does not work\\." in words(app)
    press(app, "Easy")
    assert desk(app) is not lying


def test_a_second_click_on_a_rating_rates_nothing_else() -> None:
    app = open_page("practice", "init-zeros-symmetry")
    lying = desk(app)
    press(app, "I don't know")
    press(app, "Easy")
    following = desk(app)
    flow._rate(lying, Rating.AGAIN)
    assert desk(app) is following
    (kept,) = open_store().answers(visit(app).passing)
    assert kept.rating == Rating.EASY


def test_what_nothing_fits_is_told_from_a_day_that_is_done() -> None:
    app = open_page("practice")
    app.multiselect(key="quiz.options.topics").set_value(["broken"]).run()
    app.multiselect(key="quiz.options.kinds").set_value(["single"]).run()
    assert "No question is of all that you chose" in words(app)


def test_two_pages_share_one_interview() -> None:
    first, second = open_page("interview"), open_page("interview")
    visit(second).passing = visit(first).passing
    shown(second, "interview")
    press(first, "Begin")
    press(second, "Begin")
    assert len(open_store().interviews(visit(first).passing)) == 1
    assert desk(second, "interview").id == desk(first, "interview").id
    press(first, "End it")
    press(second, "Pass")
    assert "Begin" in [button.label for button in second.button]


def test_an_interview_without_levels_is_told_in_words() -> None:
    app = open_page("interview")
    for level in ("foundation", "practitioner", "expert"):
        app.number_input(key=f"interview.mix.{level}").set_value(0.0)
    press(app, "Begin")
    assert [warning.value for warning in app.warning] == ["Give at least one level a share above 0\\."]


def test_an_export_is_made_where_no_session_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("practice", "init-zeros-symmetry")
    press(app, "I don't know")
    offered: list[Any] = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, *_, **__: offered.append(data))
    shown(app, "progress")
    with ThreadPoolExecutor(1) as elsewhere:
        made = json.loads(elsewhere.submit(offered[-1]).result())
    assert [answer["question"] for answer in made["answers"]] == ["init-zeros-symmetry"]


def test_what_an_import_brings_is_on_the_page_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("practice", "init-zeros-symmetry")
    press(app, "I don't know")
    exported = json.dumps(open_store().export(visit(app).passing)).encode()
    other = open_page("progress")
    monkeypatch.setattr("streamlit.file_uploader", lambda *_, **__: BytesIO(exported))
    shown(other, "progress")
    press(other, "Add what is new in it")
    assert [toast.value for toast in other.toast] == ["1 answer was new."]
    assert "Nothing answered yet" not in words(other)
    monkeypatch.setattr("streamlit.file_uploader", lambda *_, **__: BytesIO(b"{"))
    shown(other, "progress")
    press(other, "Add what is new in it")
    assert "The file is no JSON" in words(other)
