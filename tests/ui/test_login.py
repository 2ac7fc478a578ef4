"""What a page makes of what Streamlit tells of a login: whose it is, when it ends, what is forgotten then."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from quiz.scheduling import advanced
from quiz.storage.store import Account, new_secret, open_store
from tests.quiz.learners import answered
from ui import login

APP = str(Path(__file__).parents[2] / "app.py")
ADA = {"is_logged_in": True, "iss": "https://accounts.example.org", "name": "Ada"}


class Told(dict[str, Any]):
    """What Streamlit tells of the visitor."""

    to_dict = dict.copy


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """A server with accounts, at which nobody has logged in so far."""
    found = Told(is_logged_in=False)
    monkeypatch.setattr(login.st, "user", found)
    return found


def open_progress() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/progress.py")
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    return " ".join(item.value for kind in (app.caption, app.warning, app.info) for item in kind)


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def test_a_server_without_accounts_offers_no_login() -> None:
    app = open_progress()
    assert not {"Log in", "Log out"} & buttons(app)


def test_an_account_takes_along_what_the_browser_had(told: Told) -> None:
    app = open_progress()
    assert "Log in" in buttons(app)
    secret = app.session_state["gradient_playground"].passing
    open_store().record(secret, answered("init-zeros-symmetry", key=new_secret()), advanced)
    sub = new_secret()
    told.update(ADA, sub=sub, nonce="1")
    run(app)
    assert "Kept under your account, Ada" in words(app)
    assert len(open_store().answers(Account(ADA["iss"], sub))) == 1


def test_ending_a_login_ends_it_on_every_page_that_tells_of_it(told: Told) -> None:
    told.update(ADA, sub=new_secret(), nonce="1")
    one, other = open_progress(), open_progress()
    other.session_state["gradient_playground"].desks["practice"] = None
    one.button(key="progress.logout").click()
    run(one)
    for app in (one, run(other), open_progress()):
        assert "Log in" in buttons(app)
        assert "Kept under your account" not in words(app)
    assert not other.session_state["gradient_playground"].desks, "what lay there was theirs"
    told["nonce"] = "2"
    assert "Log out" in buttons(run(other)), "the next login is another one"


@pytest.mark.parametrize("lacking", ["iss", "sub"])
def test_a_login_that_does_not_say_whose_is_none(told: Told, lacking: str) -> None:
    for value in (None, "", 7):
        told.update(ADA, sub="ada", nonce="1")
        told[lacking] = value
        assert "Log in" in buttons(open_progress())


def test_many_logins_are_remembered_and_not_all() -> None:
    kept: dict[int, None] = {}
    for number in range(login.MANY + 5):
        login._remember(kept, number, None)
    assert list(kept) == list(range(5, login.MANY + 5))
