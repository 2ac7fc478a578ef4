"""Vectors from a file, and what vectors are worth to a classifier."""

from functools import partial

import numpy as np
import streamlit as st

from charts.tokens.classifier import ends_figure, ways_figure
from engine import stage
from engine.data.own.refusal import Refused
from engine.data.own.store import store
from engine.labs.tokens.classifier import WAYS, compare
from engine.labs.tokens.results.ways import Ways
from engine.labs.tokens.results.words import Learned
from engine.labs.tokens.state import FileVectors, TokensLab
from engine.names import plain_name
from engine.settings import settings
from engine.text.corpora import Reviews
from engine.text.server_vectors import server_vectors
from engine.text.vectors import Vectors, uploaded
from engine.words import count, percent
from ui import knobs, lab
from ui.figure import figure
from ui.labs.tokens.lookup import controls as top
from ui.labs.tokens.lookup import download, looked_up, show_analogy, show_neighbours, show_numbers, show_tests
from ui.labs.tokens.parts import LAB, Values, fields, seed, segments, text_of
from ui.labs.tokens.skipgram import learning, vectors_of
from ui.plain import escaped
from ui.visit import visit

__all__ = ["show", "side", "top"]
SOURCES = {"learned": "Just learned", "server": "Server's file", "own": "Your file"}
MUCH = 0.8
"""Share of the reviews' words with a vector below which another text is proposed."""
REFUSED, KEPT, UPLOADS = (f"tokens.vectors.{name}" for name in ("refused", "kept", "uploads"))


def side(now: TokensLab) -> Values:
    """Which vectors, and the knobs of the classifier."""
    source = segments("vectors.source", now.vectors.source, SOURCES, "Vectors")
    file = now.vectors.file or st.session_state.get(KEPT, "")
    if source == "own":
        _own()
    values = {"vectors": {"source": source, "file": file if source == "own" else ""}}
    st.markdown("**Classifier of the reviews**")
    return values | fields("classifier", now.classifier) | seed(now)


def _own() -> None:
    most = settings().own_vectors_mb
    key = f"tokens.vectors.upload.{st.session_state.get(UPLOADS, 0)}"
    st.file_uploader(
        "Your vectors", ["txt", "vec"], key=key, on_change=_uploaded, args=(key,), max_upload_size=most,
        help=f"GloVe's text format: a line for each word, the word and its numbers with one space between. At most {most} MB: "
        "the first lines of a larger file hold its most frequent words.",
    )  # fmt: skip
    if refused := st.session_state.get(REFUSED):
        st.error(escaped(refused), icon=":material/rule:")


def _uploaded(key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    try:
        vectors = uploaded(file.getvalue(), file.name, settings().own_vectors_mb)
        store().put(visit().token, vectors)
    except Refused as refused:
        st.session_state[REFUSED] = f"{plain_name(file.name)}: {refused}"
        return
    st.session_state[REFUSED], st.session_state[KEPT] = "", vectors.digest
    state = visit().labs[LAB.id].state
    chosen = FileVectors(source="own", file=vectors.digest)
    lab.put(LAB, state.model_copy(update={"vectors": chosen}), refill=False)
    knobs.forget(lab.path(LAB, "vectors", "source"))


def show(now: TokensLab) -> None:
    """Look-ups among the vectors, and the classifier."""
    st.markdown(
        "Word vectors are learned once, on much text, and used many times. **GloVe's text format** is the plainest way to hand "
        "them on: a line for each word, the word and its numbers. Look words up in them below, and see what they are worth to "
        "a network that shall tell positive from negative reviews."
    )
    if now.vectors.source == "learned":
        _learned(now)
        return
    try:
        _looked_up(now, server_vectors() if now.vectors.source == "server" else _mine(now.vectors.file))
    except Refused as refused:
        st.info(escaped(str(refused)), icon=":material/upload_file:")


def _mine(file: str) -> Vectors:
    found = store().find(visit().token, file, Vectors)
    if found is None:
        raise Refused(
            "These vectors stay with their owner: a link holds none of them. Upload them in the sidebar."
            if file
            else "No vectors have been uploaded yet: choose a file in the sidebar."
        )
    return found


def _learned(now: TokensLab) -> None:
    """The vectors of the skip-gram section, as soon as they are learned."""
    text = text_of(now)
    job = learning(now, text) if text is not None else None
    if job is None:
        return
    lab.watch(LAB, job, partial(_first_words, now), "tokens.vectors.learned")
    if job.is_over and job.result is not None:
        stage.workshop().look(job)
        _classified(now, vectors_of(job.result))
    else:
        st.caption("The classifier begins when the vectors are learned.")


def _first_words(now: TokensLab, found: Learned) -> None:
    vectors = vectors_of(found)
    st.caption(
        f"Learned by skip-gram on the text of the sidebar with the settings of the section Skip-gram: "
        f"{count(len(vectors.words))} words, {vectors.dim} numbers each."
    )
    download(vectors, "tokens.vectors.download")
    _words(now, vectors)


def _looked_up(now: TokensLab, vectors: Vectors) -> None:
    part = "" if vectors.is_whole else " The file has more; so many of its first lines fit into this server's memory."
    st.caption(f"{escaped(vectors.name)}: {count(len(vectors.words))} words, {vectors.dim} numbers each.{part}")
    _words(now, vectors)
    _classified(now, vectors)


def _words(now: TokensLab, vectors: Vectors) -> None:
    look = looked_up(now, vectors)
    first, second, third = st.columns(3)
    with first:
        show_numbers(vectors, look, "tokens.file.numbers")
        show_neighbours(vectors, look, "tokens.file.near", "Nearest to", 220)
    with second:
        show_analogy(vectors, look, "tokens.file.analogy")
    with third:
        show_tests(vectors, "tokens.file.tests")


def _classified(now: TokensLab, vectors: Vectors) -> None:
    st.subheader("Frozen, fine-tuned or random", anchor=False)
    st.markdown(
        "The classifier takes the mean of a review's word vectors, and learns a weight for each of its numbers: "
        r"$P(\text{positive}) = \sigma(w \cdot \frac{1}{n}\sum_j e_j + b)$. "
        + " ".join(f"**{way.label.capitalize()}**: {way.lesson[0].lower()}{way.lesson[1:]}" for way in WAYS)
    )
    reviews = Reviews().read()
    asked = (vectors.digest, now.classifier, now.seed)
    job = lab.work(LAB, "classifier", asked, lambda: compare(reviews, vectors, now.classifier, now.seed))
    if job is not None:
        lab.watch(LAB, job, _show_ways, "tokens.classifier")
        if job.result is not None and job.result.covered < MUCH and now.vectors.source == "learned":
            _little()


def _little() -> None:
    """What to do where few words have a vector."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Many words of the reviews have no vector here. Learned on the reviews themselves, without their "
            "labels, most would."
        )
        st.button("Learn on the reviews", key="tokens.vectors.reviews", on_click=_on_reviews, icon=":material/reviews:")


def _on_reviews() -> None:
    state = visit().labs[LAB.id].state
    lab.put(LAB, state.model_copy(update={"text": Reviews()}), refill=False)
    knobs.forget(lab.path(LAB, "text"))


def _show_ways(found: Ways) -> None:
    left, right = st.columns([3, 2])
    with left:
        figure(ways_figure(found), "tokens.ways", "Held-out reviews right over epochs", 340)
        st.caption(
            f"Trained on {count(found.labelled)} reviews, measured on {count(found.held_out)} others; reviews that tell of the "
            "same with other words are kept on one side. The line is the median over the seeds, the band goes from the lowest "
            f"to the highest. {percent(found.covered)} of the reviews' words have a vector."
        )
    with right:
        figure(ends_figure(found), "tokens.ends", "Held-out reviews right at the end", 340)
        st.caption("Each line is a seed: the same reviews, the same batches, three ways.")
    ends = {way: [float(run.held_out[-1]) for run in found.runs if run.way == way] for way in found.ways}
    rows = [
        (
            way,
            *(percent(f(values)) for f in (np.median, np.min, np.max)),
            percent(float(np.std(values))),
            f"{len(values)}",
        )
        for way, values in ends.items()
        if values
    ]
    if rows:
        st.markdown(
            lab.table(("held-out reviews right", "median", "lowest", "highest", "standard deviation", "seeds"), rows)
        )
    if all(len(values) == found.seeds for values in ends.values()):
        st.caption(said_of(ends))


def said_of(ends: dict[str, list[float]]) -> str:
    """Which way ended best, and whether the seeds agree."""
    order = sorted(ends, key=lambda way: -float(np.median(ends[way])))
    best, second = order[0], order[1]
    wins = sum(a > b for a, b in zip(ends[best], ends[second], strict=True))
    ties = sum(a == b for a, b in zip(ends[best], ends[second], strict=True))
    seeds = len(ends[best])
    said = f"{best.capitalize()} has the highest median; it beats {second} on {wins} of {seeds} seeds"
    said += f" and equals it on {ties}." if ties else "."
    if wins < 0.8 * seeds:
        said += " That is no clear win: another seed might have named the other."
    frozen = float(np.median(ends["frozen"]))
    if frozen < min(float(np.median(ends[way])) for way in ends if way != "frozen"):
        said += (
            " Frozen is last: vectors that were learned from companions alone put *good* and *bad* side by side, for they "
            "stand in the same places, and the classifier may not move them."
        )
    return said
