"""The session, without a page around it."""

from typing import Any

import pytest
import streamlit as st

from ui import session


class State(dict[str, Any]):
    """Streamlit's session state, as far as the session asks it."""

    def to_dict(self) -> dict[str, Any]:
        return dict(self)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What widgets hold, without a page."""
    held = State({"form.depth": 2, "preset": None, "player": {"send": 1}})
    monkeypatch.setattr(st, "session_state", held)
    return held


def test_a_control_that_moved_without_a_page_run_is_noticed(state: dict[str, Any]) -> None:
    session.page_begins()
    session.page_ends()
    assert not session.page_is_behind()
    state["form.depth"] = 3
    assert session.page_is_behind()
    session.page_begins()
    assert not session.page_is_behind()
    session.page_ends()
    assert not session.page_is_behind()


def test_what_the_player_sends_and_widgets_that_went_do_not_count(state: dict[str, Any]) -> None:
    session.page_ends()
    state["player"] = {"send": 2}
    del state["form.depth"]
    assert not session.page_is_behind()


def test_before_the_first_page_run_nothing_is_behind(state: dict[str, Any]) -> None:
    assert not session.page_is_behind()
