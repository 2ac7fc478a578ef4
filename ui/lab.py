"""What the labs' pages share: state in the address, controls, longer work, proofs, the way to the Playground."""

import re
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st
from pydantic import ValidationError

from engine import stage
from engine.choice import Frozen, problems
from engine.codec import decode_model, encode_model
from engine.experiment import Experiment
from engine.jobs import Job, Progress
from engine.kinds import KINDS, consequence
from engine.labs.lab import Lab
from engine.labs.proof import Proof, Proved
from engine.limits import PARAMETERS, LimitReached
from engine.permalink import read_edits
from engine.recipe import Recipe
from engine.size import parameters_of
from ui import knobs, session
from ui.parts import SETTLE_SECONDS, Form
from ui.plain import bare, escaped
from ui.visit import Bench, visit

S = TypeVar("S", bound=Frozen)
T = TypeVar("T")

STEP, EDITS = "view.step", "view.edits"
"""The keys under which a link to a live run names the step that was on screen, and the changes in mid-run."""
STALE_SECONDS = 3.0
"""How long a browser may still send the address that this page had before."""
FIRST_SECONDS = 0.25
"""How long a page waits for the first result of longer work, so that it opens with a picture."""
TICK_SECONDS = 0.4
"""How often a page looks whether longer work has come further."""
DRAWN = 3
"""Of so many parts of a lab what they showed last is kept."""
WORD_JOINER = "\N{WORD JOINER}"
AGAIN = "a lab is drawn again by itself"
FORM = Form("lab", take_in=lambda: None, redraws=False)
"""Draws the controls of a lab: a change draws its page anew."""


def head(lab: Lab) -> None:
    """The title and the question; what of an opened link could not be used."""
    st.header(lab.title, anchor=False)
    st.markdown(f"**{lab.question}** {lab.aim}")
    bench = visit().labs.get(lab.id)
    if bench and bench.problems:
        listed = "\n".join(f"- {escaped(bare(str(problem), 200))}" for problem in bench.problems)
        st.warning(f"Some of this link could not be used:\n{listed}", icon=":material/link_off:")


def state(lab: Lab, model: type[S]) -> S:
    """What the lab shows: from the address where that is new, else as it was left, else the defaults of ``model``."""
    mine = visit()
    st.session_state[knobs.TOLD] = st.session_state.pop(AGAIN, False)
    query = {key: str(value) for key, value in st.query_params.items()}
    step, changes = query.pop(STEP, ""), query.pop(EDITS, "")
    bench = mine.labs.get(lab.id)
    if bench is None or not isinstance(bench.state, model) or _is_opened(bench, query):
        value, found = decode_model(model, query)
        knobs.forget(path(lab))
        bench = mine.labs[lab.id] = Bench(value, found, query, goal=int(step) if step.isdecimal() else 0)
        _change(bench, changes)
        mine.stands.pop(lab.id, None)
    return bench.state  # type: ignore[return-value]


def _change(bench: Bench, changes: str) -> None:
    """Take in the changes that a link's run made on its way."""
    begun = getattr(bench.state, "experiment", None)
    if not changes or not isinstance(begun, Recipe) or type(begun) not in KINDS:
        return
    edits, wrong = read_edits(changes, begun, consequence)
    now = begun
    for edit in edits:
        now = now.patched(dict(edit.patch))
    bench.state = bench.state.model_copy(update={"experiment": now})
    bench.begun, bench.edits, bench.problems = begun, edits, [*bench.problems, *wrong]


def _is_opened(bench: Bench, query: Mapping[str, str]) -> bool:
    """Whether somebody opened a link: another address than those that the page wrote itself of late."""
    if not query or query == bench.written:
        return False
    before, when = bench.replaced
    return not (query == before and time.monotonic() - when < STALE_SECONDS)


def path(lab: Lab, *below: str) -> str:
    """The path of a control of a lab, for ``knobs``: two labs may have settings of the same name."""
    return ".".join(["lab", lab.id, *below])


def take(lab: Lab, now: S, values: Mapping[str, Any]) -> S:
    """What the controls say as the lab's new state; the address follows.

    Values that do not go together are told on the page, and the state stays ``now``.
    """
    try:
        new = type(now).model_validate({**now.model_dump(), **values})
    except ValidationError as error:
        for problem in problems(error, type(now)):
            st.warning(escaped(bare(str(problem), 200)), icon=":material/rule:")
        new = now
    put(lab, new, refill=False)
    query = encode_model(new)
    bench = visit().labs[lab.id]
    is_held, bench.is_held = bench.is_held, False
    if is_held:
        return new  # each address is a step of the browser's way back: a drag is one
    if dict(st.query_params) != query:
        st.query_params.from_dict(query)
    if query != bench.written:
        bench.replaced, bench.written = (dict(bench.written), time.monotonic()), query
    return new


def segments(
    lab: Lab,
    name: str,
    value: str,
    offered: Mapping[str, str],
    label: str,
    *,
    is_bare: bool = False,
    before: Callable[[str], None] | None = None,
) -> str:
    """A row of choices, of which one is on; ``name`` is its setting's dotted path, ``offered`` what each is called.

    ``is_bare`` hides the label from those who see the row. ``before`` is called with its key when another is chosen.
    """
    key = knobs.keep(knobs.key_of(path(lab, name)), value, list(offered))
    picked = FORM.widget(
        st.segmented_control,
        label,
        list(offered),
        key=key,
        before=partial(before, key) if before else None,
        format_func=offered.__getitem__,
        required=True,
        label_visibility="collapsed" if is_bare else "visible",
        wrap=True,
    )
    return str(picked or value)


def put(lab: Lab, new: Frozen, refill: bool = True) -> None:
    """Set the lab's state, from a callback: ``refill`` fills the controls from it."""
    mine = visit()
    bench = mine.labs.setdefault(lab.id, Bench(new))
    if new != bench.state:
        bench.problems = []
    bench.state = new
    if refill:
        knobs.forget(path(lab))


def follow(lab: Lab, new: Frozen, part: str, values: Mapping[str, Any], *, is_held: bool) -> None:
    """Set the lab's state from a drag, from a callback: the controls of ``part`` named in ``values`` move along."""
    put(lab, new, refill=False)
    for name, value in values.items():
        knobs.move(path(lab, part, name), value)
    visit().labs[lab.id].is_held = is_held


def open_in_playground(experiment: Experiment, key: str, label: str = "Open in the Playground") -> None:
    """A button that takes the lab's experiment to the Playground, where it begins to train; words where it is too large."""
    if parameters_of(experiment) > PARAMETERS():
        st.caption(f"{label}: for that, choose fewer or narrower layers.")
        return
    if st.button(
        label, key=key, icon=":material/play_circle:", help="The same network and data, trained before your eyes."
    ):
        session.show_experiment(experiment, play=True)
        st.switch_page("pages/playground.py")


def open_one(experiments: Mapping[str, Experiment], key: str, first: str = "") -> None:
    """A menu of experiments of the lab, ``first`` chosen at first, and the button that takes one to the Playground."""
    names = list(experiments)
    at = names.index(first) if first in experiments else 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        taken = st.selectbox("Take one to the Playground", names, at, key=f"{key}.which", width=340)
        open_in_playground(experiments.get(taken, experiments[names[at]]), key)


# --- longer work ----------------------------------------------------------------------------------------------------


def work(lab: Lab, place: str, asked: Hashable, steps: Callable[[], Iterator[Progress[T]]]) -> Job[T] | None:
    """The longer work of one part of the page: begun where ``asked`` is new, else as far as it has come.

    Waits a moment for its first result. None where the server has no room for it: the page then says why.
    """
    try:
        job = stage.workshop().ask(visit().token, f"{lab.id}.{place}", asked, steps)
    except LimitReached as reached:
        st.warning(str(reached), icon=":material/hourglass_disabled:")
        return None
    stage.workshop().wait(job, FIRST_SECONDS)
    return job


def watch(lab: Lab, job: Job[T], show: Callable[[T], None], key: str, first: T | None = None) -> None:
    """Show what is known of longer work, again and again until it is over; with its progress, and a way to stop it.

    While nothing is known yet, ``first`` is shown: pictures that are still empty, where they will be filled. Without one
    what was shown before, of other settings, stays: pictures that went and came back would move all that is below them.
    """
    clock = None if job.is_over else TICK_SECONDS
    bench = visit().labs[lab.id]
    drawn, asked = bench.drawn, bench.state

    @st.fragment(key=key, run_every=clock)
    def watched() -> None:
        if bench.state != asked:
            st.rerun()  # a click in one of its pictures asks for other work than this
        was_over = job.is_over
        stage.workshop().look(job)
        known = first if job.result is None else job.result
        if known is not None:
            drawn.pop(key, None)
            drawn[key] = partial(show, known)
            for longest_ago in list(drawn)[:-DRAWN]:
                del drawn[longest_ago]
        _progress(job, key, was_over=was_over, is_before=known is None and key in drawn)
        if key in drawn and job.status != "failed":
            drawn[key]()
        if was_over and clock is not None:
            # What was not sent by then would be dropped, and with it what the controls of a page just opened hold; a busy
            # browser may not have drawn them either, so they are told it again.
            time.sleep(SETTLE_SECONDS)
            st.session_state[AGAIN] = True
            st.rerun()  # the page is drawn once more, without the clock

    watched()


def _progress(job: Job[Any], key: str, *, was_over: bool, is_before: bool) -> None:
    """How far work has come, with a way to stop it: a row as high when it is over, so that nothing below it moves."""
    with st.container(key=f"progress.{key}", horizontal=True, vertical_alignment="center", wrap=False):
        if job.status == "failed":
            st.error(escaped(bare(job.failure, 400)), icon=":material/error:")
        elif not was_over:
            before = " (still shown: the settings before)" if is_before else ""
            st.progress(min(max(job.share, 0.0), 1.0), f"{job.said or 'Working'}{before}")
            st.button("Stop", key=f"{key}.stop", on_click=stage.workshop().stop, args=(job,))
        elif job.status == "stopped":
            st.caption("Stopped: this is what was known by then. Any change begins it anew.")
        else:
            st.caption(f":material/check: Measured: {_took(job.seconds)} of computing.")


def _took(seconds: float) -> str:
    """Two digits of it; less than a millisecond is nothing to a reader."""
    return f"{seconds:.2g} s" if seconds >= 0.001 else "under 0.001 s"


# --- proofs ---------------------------------------------------------------------------------------------------------


def proofs(lab: Lab, items: Sequence[Proof]) -> None:
    """What is often written, what is right, and a button that measures it."""
    st.subheader("Often written, and what is right", anchor=False)
    for proof in items:
        _proof(lab, proof)


def _proof(lab: Lab, proof: Proof) -> None:
    @st.fragment(key=f"proof.{lab.id}.{proof.id}")
    def shown() -> None:
        bench = visit().labs[lab.id]
        with st.container(border=True):
            words, button = st.columns([6, 1], vertical_alignment="center")
            words.markdown(f":red[:material/close:] *{proof.often}*  \n:green[:material/check:] {proof.right}")
            if button.button("Prove it", key=f"prove.{lab.id}.{proof.id}", icon=":material/science:", width="stretch"):
                bench.proved[proof.id] = proof.run()
            if proof.id in bench.proved:
                _proved(bench.proved[proof.id])

    shown()


def _proved(found: Proved) -> None:
    st.markdown(found.sentence)
    if found.rows:
        st.markdown(table(found.head, found.rows))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], most: int = 120) -> str:
    """A Markdown table of plain texts of at ``most`` so many characters: the first column to the left, numbers to the right."""
    lines = [f"| {' | '.join(head)} |", f"|:--|{'--:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_cell(cell, most) for cell in cells)} |" for cells in rows)])


def _cell(text: str, most: int) -> str:
    """As it stands; a number such as 6.1e-07 keeps to one line."""
    return re.sub(r"(?<=\de\\-)(?=\d)", WORD_JOINER, escaped(bare(text, most)))
