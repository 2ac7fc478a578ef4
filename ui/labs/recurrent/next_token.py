"""What comes next while somebody types, and a text written on."""

import streamlit as st

from charts.recurrent.next_token import next_bars, written_bars
from engine.labs.recurrent import said_of_next as said
from engine.labs.recurrent.next_token import compared, following, of
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.training import Trained, trained
from engine.refusal import Refusal
from engine.sequences.cells import Cell
from engine.text.corpora import AnyCorpus, Sentences
from engine.text.tokenizers import Tokenizer
from ui import knobs, lab, own_text
from ui.figure import figure
from ui.labs.recurrent.parts import LAB, Values, put, ready, seed, settings, told
from ui.plain import escaped
from ui.typing_field import typing_field

MOST = 400
"""Characters of the text."""


def controls(now: RecurrentLab) -> Values:
    part, form = now.next, lab.FORM
    with st.sidebar:
        st.markdown("**Text and network**")
        path, task = lab.path(LAB, "next", "task"), part.task
        corpus = knobs.choose(form, AnyCorpus, f"{path}.corpus", task.corpus, "Text")
        corpus = own_text.of_lab(LAB, corpus, "next.task.corpus", "next.task.corpus", Sentences())
        tokenizer = knobs.choose(form, Tokenizer, f"{path}.tokenizer", task.tokenizer, "Tokenizer")
        language = {**settings(task, "next", "task"), "corpus": corpus, "tokenizer": tokenizer}
        values = settings(part, "next", only=("units", "updates"))
        cell = knobs.choose(form, Cell, lab.path(LAB, "experiment", "model.Recurrent.cell"), now.cell, "Cell")
        given = seed(now)["experiment"]
        st.markdown("**Writing on**")
        decoding = settings(part.decoding, "next", "decoding")
        writing = settings(part, "next", only=("tokens", "draw"))
    values |= {name: writing[name] for name in ("tokens", "draw")}
    experiment = {**given, "model": {**given["model"], "cell": cell}}
    return {"next": {**values, "task": language, "decoding": decoding}, "experiment": experiment}


def show(now: RecurrentLab) -> None:
    st.markdown(
        "A **language model** gives every token of its vocabulary a probability of being next. It is trained here, on the "
        "spot, by asking for the next token at every step of the text."
    )
    experiment = of(now)
    if not ready(experiment):
        return
    job = lab.work(LAB, "next", experiment, trained(experiment, now.next.updates))
    if job is not None:
        lab.watch(LAB, job, _show, "recurrent.next")


def _show(found: Trained) -> None:
    part = told().next
    st.markdown(said.trained(found))
    typing_field("Your text", part.text, "recurrent.typed", MOST, lambda text: put("next", "text", text))
    try:
        coming = following(found, part.text, part.decoding)
    except Refusal as refused:
        st.info(escaped(str(refused)), icon=":material/keyboard:")
        return
    figure(next_bars(coming), "recurrent.next", "The likeliest next tokens", 60 + 20 * len(coming.tokens))
    st.caption(said.following(coming))
    st.markdown("**Written on**")
    ways = compared(found, part.text, part.decoding, part.tokens, part.draw)
    for way in ways:
        st.caption(said.way(way, part.decoding))
        st.code(f"{way.start}{way.text}", language=None, wrap_lines=True)
    figure(written_bars(ways[0]), "recurrent.written", "Probability of each token written as chosen", 220)
    st.caption(said.beside(ways))
