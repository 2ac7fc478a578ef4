"""Visits: found by their token, kept for who comes back, counted while their pages are open."""

from collections.abc import Iterator

import pytest

from engine.settings import Settings
from ui import visitors
from ui.visit import Visit


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(visitors, "_kept", type(visitors._kept)())
    yield


def sessions(monkeypatch: pytest.MonkeyPatch, *open_ones: str) -> None:
    """Only these sessions have a browser."""
    monkeypatch.setattr(visitors, "is_connected", lambda visit: visit.session_id in open_ones)


def test_a_visit_outlives_its_session_and_is_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(monkeypatch)
    token = Visit(session_id="a").token
    found = visitors.visit_of(token)
    assert found is not None
    assert found.token == token
    visitors._kept[token].seen -= Settings().forget_seconds + 1
    Visit(session_id="b")
    assert visitors.visit_of(token) is None


def test_a_visit_whose_page_is_open_is_not_forgotten_however_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(monkeypatch, "a")
    token = Visit(session_id="a").token
    visitors._kept[token].seen -= 10 * Settings().forget_seconds
    Visit(session_id="b")
    assert visitors.visit_of(token) is not None


def test_pages_are_counted_by_their_sessions_and_no_longer_than_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(monkeypatch, "a", "b")
    for session in ("a", "b", "b", "gone", ""):
        Visit(session_id=session)
    assert visitors.present() == 3, "one that has just gone may be on its way back"
    for kept in visitors._kept.values():
        kept.seen -= visitors.ABSENT_SECONDS + 1
    assert visitors.present() == 2


def test_visits_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(monkeypatch)
    monkeypatch.setattr(visitors, "settings", lambda: Settings(max_visits=2, kept_runs=3))
    tokens = [Visit(session_id=str(number)).token for number in range(20)]
    assert len(visitors._kept) == 5
    assert visitors.visit_of(tokens[0]) is None
    assert visitors.visit_of(tokens[-1]) is not None


def test_a_quiet_page_is_known_however_many_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(monkeypatch, "quiet")
    monkeypatch.setattr(visitors, "settings", lambda: Settings(max_visits=2, kept_runs=3))
    token = Visit(session_id="quiet").token
    for number in range(20):
        Visit(session_id=str(number))
    assert visitors.visit_of(token) is not None


def test_who_is_still_there_has_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(monkeypatch, "a")
    assert not visitors.has_left(Visit(session_id="a"), seconds=0.05)
    assert visitors.has_left(Visit(session_id="gone"), seconds=0.05)
