"""Co-occurrence counts beside the learned vectors."""

from functools import partial

import numpy as np
import streamlit as st

from charts.tokens.words import agreement_figure, correlation_figure, counts_figure
from engine.labs.tokens.results.words import Comparison, Learned
from engine.labs.tokens.state import TokensLab
from engine.text.vectors import Vectors
from engine.words import count, number
from ui import lab
from ui.figure import figure
from ui.labs.tokens.lookup import looked_up, show_neighbours
from ui.labs.tokens.lookup import one_word as top
from ui.labs.tokens.parts import LAB, text_of
from ui.labs.tokens.skipgram import learning, side, vectors_of

__all__ = ["show", "side", "top"]


def show(now: TokensLab) -> None:
    """Counts, PMI, dot products, and how they agree."""
    text = text_of(now)
    if text is None:
        return
    st.markdown(
        "No network is needed to see which words stand together: count it. $\\#(w, c)$ is how often $c$ stands in the window "
        "of $w$, $\\#(w)$ the sum over all $c$, and $q(c)$ the probability with which $c$ is drawn as a negative. The loss of "
        "skip-gram is lowest where every dot product is a *shifted pointwise mutual information* (Levy and Goldberg 2014):\n\n"
        "$$v_w \\cdot u_c = \\log \\frac{\\#(w, c)}{\\#(w)\\, q(c)} - \\log k$$\n\n"
        "It factorizes this table, with only $d$ numbers for each word."
    )
    job = learning(now, text)
    if job is not None:
        lab.watch(LAB, job, partial(_show_counts, now), "tokens.counts")


def _show_counts(now: TokensLab, found: Learned) -> None:
    seen, vectors = found.comparison, vectors_of(found)
    look = looked_up(now, vectors)
    titles = {"counts": "Counted", "pmi": "Shifted PMI of the counts", "dots": "Learned dot products"}
    for column, (of, title) in zip(st.columns(3), titles.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            figure(counts_figure(seen, of), f"tokens.{of}", f"{title} of {len(seen.words)} words", 400)
    empty = 100 * float((seen.counts == 0).mean())
    st.caption(
        f"The {len(seen.words)} most frequent words of the picture in Skip-gram. {empty:.0f} % of these pairs were never seen "
        f"and stay blank: their PMI is minus infinity. What was learned is only low there: {_unseen(seen)}."
    )
    left, middle, right = st.columns([4, 3, 3])
    with left:
        figure(agreement_figure(seen), "tokens.agreement", "Learned dot product over shifted PMI", 380)
        st.caption(_agreement(found))
    with middle:
        figure(correlation_figure(found), "tokens.correlation", "Correlation over updates", 380)
        st.caption("Correlation of the two over all pairs that were seen, while the vectors are learned.")
    with right:
        show_neighbours(vectors, look, "tokens.near.learned", "Learned: nearest to", 190)
        if found.counted is not None:
            counted = Vectors("counted", found.lexicon.words, found.counted)
            show_neighbours(counted, look, "tokens.near.counted", "Counted: nearest to", 190)
            st.caption(
                f"Counted: the positive part of the shifted PMI, cut down to {found.counted.shape[1]} numbers for each word by "
                "a singular value decomposition. No training at all."
            )


def _unseen(seen: Comparison) -> str:
    """The learned products where counting has nothing to say, beside the others."""
    never, ever = seen.dots[seen.counts == 0], seen.dots[seen.counts > 0]
    if not len(never) or not len(ever):
        return "here all pairs were seen" if len(ever) else "here none was seen"
    return f"{number(float(np.median(never)))} at the median, against {number(float(np.median(ever)))} of pairs that were seen"


def _agreement(found: Learned) -> str:
    seen = found.comparison
    if not np.isfinite(seen.correlation):
        return "Before the first update every dot product is 0."
    dotted = f" {count(len(seen.seen_pmi))} of them are drawn." if len(seen.seen_pmi) < seen.seen else ""
    return (
        f"Over {count(seen.seen)} pairs of words that were seen, the correlation is **{seen.correlation:.2f}**, and "
        f"{seen.weighted:.2f} where each counts as often as it was seen (larger points).{dotted} With "
        f"d = {found.vectors.shape[1]} numbers for each of {count(len(found.lexicon.words))} words it cannot be perfect."
    )
