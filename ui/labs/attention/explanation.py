"""Whether attention explains: other maps with the same output, and what a trained classifier's weights say."""

from functools import partial

import streamlit as st

from charts.attention.explaining import seeds_figure, sentence_figure
from charts.attention.matrices import matrix_figure, matrix_height
from engine.labs.attention.explaining import TOLERANCE, explanations
from engine.labs.attention.head import head
from engine.labs.attention.results.explanation import Explanations
from engine.labs.attention.rivals import rival
from engine.labs.attention.said import explanation as said
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.tokens import short
from ui import lab
from ui.figure import figure
from ui.labs.attention.parts import LAB, Values, part
from ui.labs.attention.sentence import looking, sentence

TITLE = "Is it an explanation?"


def controls(now: AttentionLab) -> Values:
    values = sentence(now)
    mine = part("explanation", now.explanation, "shown", "words", "seeds", "steps")
    return {**values, **looking(now), "explanation": mine}


def above(now: AttentionLab) -> Values:
    return {}


def show(now: AttentionLab) -> None:
    _rival(now)
    _classifiers(now)


def _rival(now: AttentionLab) -> None:
    found = head(now)
    other = rival(found)
    st.markdown(
        "#### Another map, the same output\n\n"
        "A map of attention is often read as the reason for an answer. The head of the first section on your sentence, and "
        "then the map that differs most from its own *and gives the same outputs*: for each row, all weights "
        "$a' \\ge 0$ with $\\sum_j a'_j = 1$ and $a' V = a V$ are looked through (Jain and Wallace 2019)."
    )
    names = [short(token) for token in found.tokens]
    height = matrix_height(len(names), has_names=True)
    for column, title, values in zip(
        st.columns(2, gap="medium"),
        ("The head's own map", "Another map with the same outputs"),
        (found.weights, other.weights),
        strict=True,
    ):
        with column:
            st.markdown(f"**{title}**")
            drawn = matrix_figure(values, names, names, is_share=True)
            figure(drawn, f"attention.rival.{title}", title, height)
    st.markdown(said.rival(other, found))


def _classifiers(now: AttentionLab) -> None:
    st.markdown(
        "#### A trained classifier, and a word that decides\n\n"
        "Sentences of random words, of which exactly one is *good* or *bad*: it alone decides the class, so the right "
        "explanation is known. A classifier pools the words by attention and answers from their mean. One takes the words by "
        "themselves; in the other a self-attention layer mixes them first, as in every deeper model. Beside the weights: by "
        "how much the probability changes when a word is left out."
    )
    asked = now.explanation.model_copy(update={"shown": 1})
    job = lab.work(LAB, "explanation", ("explanation", asked, now.seed), lambda: explanations(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_explained, now), "attention.explanation")


def _explained(now: AttentionLab, found: Explanations) -> None:
    for column, kind in zip(st.columns(2, gap="medium"), found.kinds, strict=False):
        with column:
            shown = kind.examples[now.explanation.shown - 1]
            st.markdown(f"**{kind.label[:1].upper()}{kind.label[1:]}**, sentence {now.explanation.shown}")
            figure(sentence_figure(shown), f"attention.explained.{kind.label}", f"One sentence, {kind.label}", 320)
            st.caption(said.sentence(shown))
    figure(seeds_figure(found.kinds), "attention.explained.seeds", "How often the deciding word is found", 300)
    head_ = ("on sentences not trained on, over the seeds", *(kind.label for kind in found.kinds))
    st.markdown(lab.table(head_, said.rows(found.kinds)))
    st.markdown(said.summary(found.kinds))
    st.caption(
        f"The other map is the farthest one whose probability is within {TOLERANCE:g} of the answer's. τ is Kendall's: 1 where "
        "weights and changes rank the words alike, 0 where they have nothing to do with each other, -1 the other way round."
    )
