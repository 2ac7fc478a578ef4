"""Skip-gram with negative sampling, while it trains."""

from functools import partial

import streamlit as st

from charts.tokens.words import loss_figure, plane_figure, plane_frames
from engine.jobs import Job
from engine.labs.tokens.byhand import by_hand
from engine.labs.tokens.nearest import UnknownWord, place
from engine.labs.tokens.results.words import Learned
from engine.labs.tokens.skipgram import skip_gram
from engine.labs.tokens.state import TokensLab
from engine.optimizers import Optimizer
from engine.text.text import Text
from engine.text.vectors import Vectors
from engine.words import count, number, percent
from ui import lab
from ui.figure import figure
from ui.labs.tokens.lookup import controls as top
from ui.labs.tokens.lookup import looked_up, marked, show_analogy, show_neighbours, show_tests
from ui.labs.tokens.parts import LAB, Values, fields, refusal, row, seed, text_of
from ui.plain import bare, escaped

__all__ = ["show", "side", "top"]


def side(now: TokensLab) -> Values:
    """The knobs of skip-gram and its optimizer."""
    values = fields("skipgram", now.skipgram)
    with st.expander(f"Optimizer: {now.skipgram.optimizer.label}"):
        values["skipgram"]["optimizer"] = row(Optimizer, "skipgram.optimizer", now.skipgram.optimizer, "Optimizer")
    return values | seed(now)


def learning(now: TokensLab, text: Text) -> Job[Learned] | None:
    """The one run of skip-gram that several sections look at."""
    asked = (text.digest, now.skipgram, now.seed)
    return lab.work(LAB, "skipgram", asked, lambda: skip_gram(text, now.skipgram, now.seed))


def vectors_of(found: Learned) -> Vectors:
    """What was learned, to look words up in."""
    return Vectors("learned by skip-gram", found.lexicon.words, found.vectors)


def show(now: TokensLab) -> None:
    """The words in a plane, the loss, neighbours and analogies."""
    text = text_of(now)
    if text is None:
        return
    st.markdown(
        "**Skip-gram** learns from pairs: each word $w$ with each word $c$ of its window. Every word has two vectors, $v_w$ as "
        "the middle of a window and $u_c$ as a part of one. A pair that was seen shall have a large dot product, one with a "
        "drawn word $n$, a *negative*, a small one; with $\\sigma(x) = 1 / (1 + e^{-x})$:\n\n"
        "$$L = -\\log \\sigma(v_w \\cdot u_c) - \\sum_{n=1}^{k} \\log \\sigma(-v_w \\cdot u_n)$$"
    )
    job = learning(now, text)
    if job is not None:
        lab.watch(LAB, job, partial(_show_learned, now), "tokens.skipgram")


def _show_learned(now: TokensLab, found: Learned) -> None:
    vectors = vectors_of(found)
    look = looked_up(now, vectors)
    left, right = st.columns([3, 2])
    with left:
        drawn = plane_figure(found, marked(look))
        figure(drawn, "tokens.plane", "Words in the plane of two principal components", 560, frames=plane_frames(found))
        st.caption(_of_plane(found))
    with right:
        figure(loss_figure(found), "tokens.loss", "Expected loss over updates", 280)
        st.caption(_of_loss(found))
        _hand(now, found, look.word)
    first, second, third = st.columns(3)
    with first:
        show_neighbours(vectors, look, "tokens.near", "Nearest to")
    with second:
        show_analogy(vectors, look, "tokens.analogy")
    with third:
        show_tests(vectors, "tokens.tests")
    st.caption(_of_text(found))


def _of_plane(found: Learned) -> str:
    frame = found.frames[-1]
    total, numbers = sum(frame.explained), found.vectors.shape[1]
    unseen = (
        f"{percent(total)} of their variance. The rest, {percent(1 - total)}, cannot be seen here: words that lie side by side "
        "may be far apart"
        if numbers > 2
        else "all there is of them, for they have only two numbers"
    )
    return (
        f"{len(found.shown)} words after {count(frame.step)} updates, each vector of {numbers} numbers laid on "
        f"the two directions in which these vectors spread most (PCA): {unseen}. What you look up is orange. A point "
        "whose word has no room here names it when it is touched."
    )


def _of_loss(found: Learned) -> str:
    frame = found.frames[-1]
    return (
        f"Averaged over all {count(found.pairs)} pairs and all negatives that may be drawn, so that no draw's luck is in it: "
        f"{number(frame.loss)} nats. Whatever the vectors, it cannot go below {number(found.floor)}, where every dot product "
        "is the shifted PMI of its pair: see Counts."
    )


def _hand(now: TokensLab, found: Learned, word: str) -> None:
    """One pair, with its numbers."""
    try:
        at = place(vectors_of(found), word)
    except UnknownWord as unknown:
        refusal(unknown)
        return
    asked = now.skipgram
    rows = by_hand(found, at, min(asked.negatives, 4), asked.smoothing, now.seed)
    st.markdown(f"**One pair of** *{escaped(bare(found.lexicon.words[at]))}*, **by hand**")
    head = ("context", "", "v · u", "σ(v · u)", "adds to L", "factor")
    cells = [
        (
            row.word,
            "seen" if row.is_seen else "drawn",
            f"{row.dot:.2f}",
            *(f"{x:.3f}" for x in (row.chance, row.loss, row.factor)),
        )
        for row in rows
    ]
    st.markdown(lab.table(head, cells))
    st.caption(
        "The factor is σ(v · u) less 1 for the seen word, σ(v · u) for a drawn one: times v it is the gradient with respect to "
        "that u, and times u its share of the gradient with respect to v. A factor below 0 draws the two together."
    )


def _of_text(found: Learned) -> str:
    lexicon = found.lexicon
    dropped = f" Subsampling dropped {count(lexicon.dropped)} frequent ones." if lexicon.dropped else ""
    small = (
        " So small a text has few companions for each word: what is near may be near by chance, and another seed may change it."
        if found.pairs < 100_000
        else ""
    )
    return (
        f"{count(len(lexicon.words))} different words; {count(lexicon.left_out)} words of the text are too rare to be learned."
        f"{dropped}{small}"
    )
