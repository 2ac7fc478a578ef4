"""The player's component, for whoever has a run on screen, and what the browser asks through it."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui.component import component

_COMPONENT = component("gradient_player", "player.js", "gp-player")


def player(key: str, token: str, heard: Callable[[], None]) -> None:
    """Mount it: it shows what the feed tells of ``token``; ``heard`` is called when the browser asks for something."""
    _COMPONENT(key=key, data={"feed": token}, on_send_change=heard)


def new_commands(key: str, done: int) -> list[Mapping[str, Any]]:
    """What the browser asks for with this request and was not carried out by the command ``done``, oldest first."""
    letter = st.session_state[key].get("send")
    asked = letter.get("commands") if isinstance(letter, Mapping) else None
    commands = [c for c in (asked if isinstance(asked, list) else []) if isinstance(c, dict)]
    new = [command for command in commands if whole(command.get("id")) > done]
    return sorted(new, key=lambda command: whole(command["id"]))


def whole(value: Any) -> int:
    """``value`` if it is a whole number, else 0: browsers may send anything."""
    return value if isinstance(value, int) else 0
