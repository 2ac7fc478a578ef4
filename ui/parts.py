"""The parts of the Playground's page: each can be drawn anew alone, and a change draws only those that depend on it.

What the controls of a part say is taken in first, while nothing is drawn yet: so the first frame of what changed is on
its way to the player before the page is.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from ui import locks

Callback = Callable[[], None]

ALL = (
    "data",
    "network",
    "training",
    "regularization",
    "seed",
    "presets",
    "plane",
    "notices",
    "tour",
    "doctor",
    "further",
    "player",
)
OF_THE_WHOLE = ("presets", "plane", "tour", "doctor", "further", "player")
"""They tell of the experiment or the run as a whole: drawn after every change."""
AT_REST = ("tour", "doctor", "further")
"""They tell of where the run stands: drawn when it has come to rest."""
DEPENDENT = {"data": ("training", "regularization", "notices"), "training": ("regularization",)}
"""Which groups of controls offer something else when another group changes."""
LAST = "last"
SETTLE_SECONDS = 0.03


@dataclass(frozen=True)
class Form:
    """The widgets of one part: drawn, or only read. Reading and drawing go through the same code."""

    part: str
    take_in: Callback | None = None
    """Reads the part's widgets and acts on what they say; None for a form that is being read itself."""
    redraws: bool = True
    """Whether a change draws parts of the Playground anew; else Streamlit draws what the widget stands in."""

    @property
    def is_read(self) -> bool:
        """Whether nothing is drawn: widgets then say what they hold."""
        return self.take_in is None

    def widget(
        self, make: Callable[..., Any], *args: Any, key: str, before: Callback | None = None, **options: Any
    ) -> Any:
        """A widget, such as ``st.slider``; ``key`` must hold a value. ``before`` is called when it has moved.

        One that a class link has locked is drawn disabled, one that it has put away is not: both keep their value.
        """
        if self.take_in is None:
            return st.session_state[key]
        access = locks.access(self.part, key)
        if access == "hidden":
            return st.session_state.get(key)  # a button that is not there was not pressed
        if access == "locked":
            options["disabled"] = True
        event = "on_click" if make is st.button else "on_change"
        return make(*args, key=key, **{event: partial(self._moved, key, before)}, **options)

    def within(
        self, make: Callable[..., Any], *args: Any, of: Sequence[str] = (), **options: Any
    ) -> AbstractContextManager[Any]:
        """A container, such as ``st.popover``; none where all controls with the keys ``of`` are put away."""
        return make(*args, **options) if self._has(*of) else nullcontext()

    def columns(self, spec: int | list[int], of: str = "", **options: Any) -> list[Any]:
        """Containers beside each other, for the control with the key ``of``."""
        count = spec if isinstance(spec, int) else len(spec)
        return list(st.columns(spec, **options)) if self._has(of) else [nullcontext() for _ in range(count)]

    def _has(self, *keys: str) -> bool:
        """Whether anything is drawn for these keys, or of the part where there are none."""
        return not self.is_read and any(locks.access(self.part, key) != "hidden" for key in keys or ("",))

    def say(self, make: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Text, such as ``st.warning``."""
        if not self.is_read:
            make(*args, **options)

    def _moved(self, key: str, before: Callback | None) -> None:
        if key not in st.session_state:
            return  # the server has moved this control meanwhile: what the browser says of the old one is nobody's
        if before is not None:
            before()
        if self.take_in is not None:
            self.take_in()
        if self.redraws:
            redraw(self.part, *DEPENDENT.get(self.part, ()), *OF_THE_WHOLE)


def controls(name: str) -> Callable[[Callable[[Form], None]], Callback]:
    """Make a function that reads widgets and acts on what they say a part of the page."""

    def decorate(body: Callable[[Form], None]) -> Callback:
        @st.fragment(key=name)
        @wraps(body)
        def draw() -> None:
            if locks.access(name) == "hidden":
                return
            body(Form(name, take_in=lambda: body(Form(name))))

        return draw

    return decorate


def redraw(*names: str) -> None:
    """From a widget's callback: draw these parts, in this order, and nothing else."""
    try:
        st.rerun([*names, LAST])
    except StreamlitAPIException:
        return  # one of them is not there yet: Streamlit then draws the whole page


def redraw_all(before: Callback) -> Callback:
    """A widget's callback: ``before``, then every part."""

    def moved() -> None:
        before()
        redraw(*ALL)

    return moved


@st.fragment(key=LAST)
def last() -> None:
    """The end of the page: call it last.

    Streamlit sends every 10 ms. A request of the player that came meanwhile is served right after a run, and what was
    not sent of the player by then is dropped: the browser would take it for gone and mount it anew. So wait a little.
    """
    time.sleep(SETTLE_SECONDS)
