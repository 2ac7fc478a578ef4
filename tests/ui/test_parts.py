"""A form that is only read: it says what its widgets hold and draws nothing."""

from typing import Any

import pytest
import streamlit as st

from ui.parts import Form


def _drawn(*_: Any, **__: Any) -> None:
    raise AssertionError("drawn while only read")


def test_a_form_that_is_read_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"form.depth": 3})
    form = Form("network")
    assert form.is_read
    assert form.widget(_drawn, "Hidden layers", 0, 12, key="form.depth") == 3
    with form.within(_drawn, "Split"), form.columns(2)[1]:
        form.say(_drawn, "something")


def drawn_form(order: list[str]) -> Any:
    """The callback of a drawn widget, which notes in ``order`` what is called."""
    made: dict[str, Any] = {}
    form = Form("network", take_in=lambda: order.append("taken in"))
    form.widget(
        lambda *_, **options: made.update(options), "Depth", key="form.depth", before=lambda: order.append("before")
    )
    return made["on_change"]


def test_a_drawn_widget_is_called_back_and_its_part_read_before_anything_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(st, "session_state", {"form.depth": 3})
    order: list[str] = []
    drawn_form(order)()
    assert order == ["before", "taken in"]


def test_what_a_browser_says_of_a_control_that_was_moved_meanwhile_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"form.depth": 3}
    monkeypatch.setattr(st, "session_state", state)
    order: list[str] = []
    moved = drawn_form(order)
    del state["form.depth"]
    moved()
    assert order == []
