"""How questions are answered that need no run: the widgets of each kind."""

from collections.abc import Callable

import streamlit as st

from quiz.catalogue import mixed
from quiz.kinds.arranging import Match, Order
from quiz.kinds.choices import Several, Single
from quiz.kinds.line import GAP, Line
from quiz.kinds.number import Number
from quiz.kinds.short import LONGEST, Short
from ui.quiz.desk import Desk

CHOICES, GO = "quiz-choices", "quiz-go"
"""The containers in which the keyboard finds what the digits choose, and what Enter presses (``assets/player/keys.js``)."""
HandIn = Callable[[], None]


def numbered(place: int, text: str) -> str:
    """A choice with the digit that chooses it."""
    return f":gray[{place}]\N{EN SPACE}{text}"


def go(label: str, hand_in: HandIn, desk: Desk, *, disabled: bool = False) -> None:
    """The button that Enter presses."""
    with st.container(key=GO):
        st.button(
            label,
            key=f"{desk.key}.go",
            type="primary",
            icon=":material/keyboard_return:",
            on_click=hand_in,
            disabled=disabled,
            help="Enter",
        )


def single(question: Single, desk: Desk, hand_in: HandIn) -> None:
    order = mixed(len(question.options), question.id, desk.seed)
    with st.container(key=CHOICES):
        chosen = st.radio(
            "Options",
            order,
            index=None,
            format_func=lambda place: numbered(order.index(place) + 1, question.options[place].text),
            key=f"{desk.key}.option",
            label_visibility="collapsed",
        )
    desk.draft = None if chosen is None else (chosen,)
    go("Answer", hand_in, desk, disabled=chosen is None)


def several(question: Several, desk: Desk, hand_in: HandIn) -> None:
    order = mixed(len(question.options), question.id, desk.seed)
    with st.container(key=CHOICES):
        ticked = [
            place
            for number, place in enumerate(order, start=1)
            if st.checkbox(numbered(number, question.options[place].text), key=f"{desk.key}.option.{place}")
        ]
    desk.draft = tuple(sorted(ticked))
    go("Answer", hand_in, desk, disabled=not ticked)


def _typed(label: str, placeholder: str, desk: Desk, hand_in: HandIn, most: int) -> None:
    """A field that Enter hands in."""
    key = f"{desk.key}.typed"

    def given() -> None:
        desk.draft = str(st.session_state[key])
        hand_in()

    with st.form(f"{desk.key}.form", border=False):
        st.text_input(label, key=key, placeholder=placeholder, max_chars=most, autocomplete="off")
        with st.container(key=GO):
            st.form_submit_button("Answer", type="primary", icon=":material/keyboard_return:", on_click=given)


def number(question: Number, desk: Desk, hand_in: HandIn) -> None:
    unit = f" in {question.unit}" if question.unit else ""
    _typed(f"Your number{unit}", "0.25, 1/4 or 2.5e-1", desk, hand_in, 40)


def line(question: Line, desk: Desk, hand_in: HandIn) -> None:
    st.code(question.code.rstrip(), language="python")
    _typed(f"What stands in the gap, {GAP}", "a line of PyTorch", desk, hand_in, 200)


def _tapped(desk: Desk, texts: tuple[str, ...], place: int) -> None:
    """One more was chosen."""
    chosen = desk.draft if isinstance(desk.draft, tuple) else ()
    if place not in chosen and len(chosen) < len(texts):
        desk.draft = (*chosen, place)


def _taken_back(desk: Desk) -> None:
    """The last one was not meant."""
    if isinstance(desk.draft, tuple):
        desk.draft = desk.draft[:-1]


def _left_over(desk: Desk, texts: tuple[str, ...], order: tuple[int, ...]) -> None:
    """What is still to choose, as buttons that the digits press."""
    chosen = desk.draft if isinstance(desk.draft, tuple) else ()
    left = [place for place in order if place not in chosen]
    with st.container(key=CHOICES, gap="small"):
        for number, place in enumerate(left, start=1):
            st.button(
                numbered(number, texts[place]),
                key=f"{desk.key}.tap.{place}",
                width="stretch",
                wrap=True,
                on_click=_tapped,
                args=(desk, texts, place),
            )


def _below(desk: Desk, texts: tuple[str, ...], hand_in: HandIn) -> None:
    """Hand in, or take the last one back."""
    chosen = desk.draft if isinstance(desk.draft, tuple) else ()
    with st.container(horizontal=True):
        go("Answer", hand_in, desk, disabled=len(chosen) < len(texts))
        st.button(
            "Take the last one back",
            key=f"{desk.key}.back",
            icon=":material/undo:",
            on_click=_taken_back,
            args=(desk,),
            disabled=not chosen,
        )


def order(question: Order, desk: Desk, hand_in: HandIn) -> None:
    order = mixed(len(question.steps), question.id, desk.seed)
    chosen = desk.draft if isinstance(desk.draft, tuple) else ()
    for number, place in enumerate(chosen, start=1):
        st.markdown(f"**{number}.** {question.steps[place]}")
    _left_over(desk, question.steps, order)
    _below(desk, question.steps, hand_in)


def match(question: Match, desk: Desk, hand_in: HandIn) -> None:
    rights = tuple(pair.right for pair in question.pairs)
    chosen = desk.draft if isinstance(desk.draft, tuple) else ()
    for number, pair in enumerate(question.pairs):
        if number < len(chosen):
            st.markdown(f"{pair.left}  \N{RIGHTWARDS ARROW}  {rights[chosen[number]]}")
        elif number == len(chosen):
            st.markdown(f"**{pair.left}**  \N{RIGHTWARDS ARROW}  *which one?*")
        else:
            st.markdown(f":gray[{pair.left}]")
    _left_over(desk, rights, mixed(len(rights), question.id, desk.seed))
    _below(desk, rights, hand_in)


def _in_own_words(desk: Desk) -> None:
    """A form: what is typed arrives together with the press of its button, not some time after."""
    key = f"{desk.key}.words"

    def given() -> None:
        desk.words, desk.is_compared = str(st.session_state[key]), True

    with st.form(f"{desk.key}.form", border=False):
        st.text_area(
            "Your answer, as you would say it",
            key=key,
            height=120,
            max_chars=LONGEST,
            help="It stays in this page: only the points that you tick are kept.",
        )
        with st.container(key=GO):
            st.form_submit_button("Compare", type="primary", icon=":material/keyboard_return:", on_click=given)


def short(question: Short, desk: Desk, hand_in: HandIn) -> None:
    if not desk.is_compared:
        _in_own_words(desk)
        return
    st.text_area("Your answer", desk.words, key=f"{desk.key}.said", height=120, disabled=True)
    st.markdown(f"**A good answer:** {question.model}")
    st.caption("Tick what yours had.")
    with st.container(key=CHOICES):
        ticked = [
            place
            for place, point in enumerate(question.points)
            if st.checkbox(numbered(place + 1, point), key=f"{desk.key}.point.{place}")
        ]
    desk.draft = tuple(ticked)
    go("Done", hand_in, desk)
