"""Widgets for the engine's catalogs: a menu for the rows, a widget for each knob, help from the row's own texts.

State lives in the widgets: a key (``key_of``) is ``form.`` + the setting's dotted path (with its row's kind, so that a knob
of another row has its own). A key that is not there yet takes its value from the experiment on screen.
"""

import math
import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.choice import Choice, Frozen, Knob, catalog, knobs
from ui.locks import PREFIX as PREFIX
from ui.parts import Callback, Form

MOVES = "controls moved by the server"
TOLD = "controls told anew"
"""Whether the browser is told in this run where every control stands, also of those it should know of."""
STALE_SECONDS = 1.0
"""How long a browser may still send where a slider stood before the server moved it."""


def key_of(path: str) -> str:
    """The key of the control at ``path``: another one each time the server has moved it (``forget``).

    A browser that has not heard of that yet still says where the old control stood, which is then nobody's.
    """
    moves = st.session_state.get(MOVES, {})
    count = sum(times for start, times in moves.items() if path.startswith(start))
    return f"{PREFIX}{path}#{count}" if count else f"{PREFIX}{path}"


def forget(path: str = "") -> None:
    """Drop the state of every control under ``path``: the next run fills them from the experiment again."""
    stood = [key for key in st.session_state if str(key).startswith(f"{PREFIX}{path}")]
    if not stood:
        return
    for key in stood:
        del st.session_state[key]
    moves = st.session_state.get(MOVES, {})
    st.session_state[MOVES] = {**moves, path: moves.get(path, 0) + 1}


def move(path: str, value: Any) -> None:
    """Set the control at ``path``, from a callback: it stays the same control, unlike after ``forget``."""
    if (key := key_of(path)) in st.session_state:
        st.session_state[key] = value


def replace(path: str, value: Any) -> str:
    """Let another control at ``path`` take the place of the present one, with ``value``; returns its key."""
    forget(path)
    st.session_state[key_of(path)] = value
    return key_of(path)


def choose(
    form: Form,
    union: Any,
    path: str,
    current: Choice,
    title: str,
    offered: Sequence[str] | None = None,
    apart: Sequence[str] = (),
) -> dict[str, Any]:
    """A menu of a catalog's rows and the knobs of the chosen one; returns the choice as a dict to validate.

    Knobs named in ``apart`` are left to the caller.
    """
    rows = catalog(union)
    kinds = [kind for kind in rows if offered is None or kind in offered]
    if current.kind not in kinds:
        kinds = [*kinds, current.kind]
    key = keep(key_of(f"{path}.kind"), current.kind, kinds)
    kind = form.widget(
        st.selectbox,
        title,
        kinds,
        key=key,
        format_func=lambda k: rows[k].label,
        help=help_of(rows, kinds, st.session_state[key]),
    )
    row = rows[kind]
    values = current if current.kind == kind else row(kind=kind)
    return {"kind": kind, **fields(form, row, f"{path}.{kind}", values, skip=apart)}


def fields(form: Form, model: type[Frozen], path: str, current: Frozen, skip: Sequence[str] = ()) -> dict[str, Any]:
    """A widget for each scalar knob of ``model``; returns their values by name."""
    chosen = [knob for knob in knobs(model) if knob.name not in skip]
    return {knob.name: widget(form, knob, f"{path}.{knob.name}", getattr(current, knob.name)) for knob in chosen}


def widget(form: Form, knob: Knob, path: str, value: Any) -> Any:
    """The widget that fits a knob: toggle, menu, or a slider with its number beside it."""
    key = key_of(path)
    title = f"{knob.title} ({knob.unit})" if knob.unit else knob.title
    if knob.type is bool:
        return form.widget(st.toggle, title, key=keep(key, value), help=knob.help or None)
    if knob.options and knob.type is str:
        keep(key, value, knob.options)
        return form.widget(st.selectbox, title, knob.options, key=key, help=knob.help or None)
    if knob.low is None or knob.high is None:
        return value
    if knob.optional:
        keep(f"{key}/own", value is not None)
        if not form.widget(st.toggle, f"Own {title[0].lower()}{title[1:]}", key=f"{key}/own"):
            return None
    return number(form, knob, key, title, knob.low if value is None else value)


def number(form: Form, knob: Knob, key: str, title: str, value: float | int) -> float | int:
    """A slider for the feel and a field for the exact value; each follows the other."""
    whole = knob.type is int
    cast = int if whole else float
    keep(key, cast(value))
    low, high = min(cast(knob.low or 0), st.session_state[key]), max(cast(knob.high or 0), st.session_state[key])
    slider = f"{key}/slider"
    stops = sorted({*log_stops(low, high, whole), st.session_state[key]}) if knob.scale == "log" else None
    step = cast(knob.step) if knob.step else (1 if whole else _nice_step(float(low), float(high)))
    first, last = (low, high) if whole else on_grid(low, high, step)

    moved = f"{slider}/moved"

    def to_number() -> None:
        stale, when = st.session_state.get(moved, (None, 0.0))
        if st.session_state[slider] == stale and time.monotonic() - when < STALE_SECONDS:
            return to_slider()  # the browser had not heard yet that the slider follows a typed number
        st.session_state[key] = cast(st.session_state[slider])
        st.session_state.pop(f"{key}/refused", None)

    def to_slider() -> None:
        exact, before = st.session_state[key], st.session_state.get(slider)
        st.session_state[slider] = nearest(stops, exact) if stops else min(max(exact, first), last)
        if before is not None and before != st.session_state[slider]:
            st.session_state[moved] = (before, time.monotonic())

    to_slider()
    left, right = form.columns([3, 2], of=key, vertical_alignment="bottom")
    with left:
        if stops:
            form.widget(
                st.select_slider, title, stops, key=slider, before=to_number, help=knob.help or None, format_func=short
            )
        else:
            form.widget(
                st.slider,
                title,
                first,
                last,
                step=step,
                key=slider,
                before=to_number,
                help=knob.help or None,
                format="%d" if whole else "%.4g",
            )
    with right:
        style = {"label_visibility": "collapsed", "format": "%d" if whole else "%.6g"}
        typed(form, f"{title}, exact", low, high, key, cast(value), then=to_slider, step=step, **style)
    refusal(form, key)
    return cast(st.session_state[key])


def typed(
    form: Form,
    title: str,
    low: float | int,
    high: float | int,
    key: str,
    value: float | int,
    then: Callback | None = None,
    **options: Any,
) -> Any:
    """A field for a number. One out of bounds is not taken: ``value`` comes back, and ``refusal`` says why."""

    def check() -> None:
        given = st.session_state[key]
        fits = given is not None and low <= given <= high
        name = title.removesuffix(", exact")
        st.session_state[f"{key}/refused"] = (
            ""
            if fits
            else f"{name}: got {short(given or 0)}, choose from {short(low)} to {short(high)}. {short(value)} stays."
        )
        if not fits:
            st.session_state[key] = value
        if then is not None:
            then()

    return form.widget(st.number_input, title, key=key, before=check, **options)


def refusal(form: Form, key: str) -> None:
    """Why the number last typed at ``key`` was not taken, if it was not."""
    if text := st.session_state.get(f"{key}/refused"):
        form.say(st.warning, text, icon=":material/rule:")


def on_grid(low: float, high: float, step: float) -> tuple[float, float]:
    """The lowest and the highest multiple of ``step`` from ``low`` to ``high``: where a slider begins and ends."""
    first, last = math.ceil(low / step - 1e-9) * step, math.floor(high / step + 1e-9) * step
    return float(f"{first:.9g}"), float(f"{last:.9g}")


def log_stops(low: float, high: float, whole: bool) -> list[float | int]:
    """1, 2, 3, 5 times powers of ten from ``low`` to ``high``; a bound of 0 stays a stop of its own."""
    floor = low if low > 0 else 1e-6 if not whole else 1
    powers = range(math.floor(math.log10(floor)), math.ceil(math.log10(high)) + 1)
    stops = [digit * 10.0**power for power in powers for digit in (1, 2, 3, 5)]
    kept = {float(f"{stop:.3g}") for stop in stops if floor <= stop * (1 + 1e-9) and stop <= high * (1 + 1e-9)}
    kept |= {float(high), float(low)}
    return sorted({int(stop) for stop in kept} if whole else kept)


def nearest(stops: Sequence[float | int], value: float) -> float | int:
    """The stop closest to ``value``."""
    return min(stops, key=lambda stop: abs(stop - value))


def short(value: float | int) -> str:
    """A number as a person writes it: 0.03, 1e-06, 1,000."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def help_of(rows: dict[str, type[Choice]], kinds: Sequence[str], chosen: str) -> str:
    """Formula, lesson and source of the ``chosen`` row of a menu, and the lessons of the others, as Markdown."""
    row = rows[chosen]
    own = f"**{row.label}** $\\;{row.formula}$  \n{row.lesson} *({row.source})*"
    others = [f"- **{rows[kind].label}**: {rows[kind].lesson}" for kind in kinds if kind != chosen]
    return "\n\n".join([own, "\n".join(others)])


def _nice_step(low: float, high: float) -> float:
    return float(10.0 ** math.floor(math.log10((high - low) / 20)))


def keep(key: str, value: Any, options: Sequence[Any] | None = None) -> str:
    """Make sure ``key`` holds a usable value before its widget is made; what the person chose stays."""
    if key not in st.session_state or (options is not None and st.session_state[key] not in options):
        st.session_state[key] = value
    elif st.session_state.get(TOLD):
        st.session_state[key] = st.session_state[key]
    return key
