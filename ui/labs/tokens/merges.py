"""Merge after merge."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from charts.tokens.cutting import candidates_figure, lengths_figure
from charts.tokens.signs import seen
from engine.jobs import Job
from engine.labs.tokens.cutting import lengths, merging, sides
from engine.labs.tokens.results.cutting import Candidate, Side
from engine.labs.tokens.state import TokensLab
from engine.text.tokenizers import learned_before
from ui import lab
from ui.figure import figure
from ui.labs.tokens.coloured import tokens_html
from ui.labs.tokens.parts import LAB, Values, fields, has_text, segments, sentence, slider, text_of
from ui.plain import bare

__all__ = ["show", "side", "top"]
OF = {"bpe": "Byte-pair encoding", "wordpiece": "WordPiece"}


def side(now: TokensLab) -> Values:
    """Whose merges, and its knobs."""
    of = segments("merges.of", now.merges.of, OF, "Merges of")
    shown = fields("pairs", now.pairs) if of == "bpe" else fields("pieces", now.pieces)
    return {"merges": {**now.merges.model_dump(), "of": of}, **shown}


def top(now: TokensLab) -> Values:
    """The sentence, and how many merges are made."""
    values = sentence(now)
    vocabulary = learned_before(now.merging, now.text.read()) if has_text(now) else None
    most = len(vocabulary.merges) if vocabulary else now.merging.size
    made = slider(now.merges, "made", "merges.made", most)
    return {**values, "merges": {**now.merges.model_dump(), "made": made}}


def show(now: TokensLab) -> None:
    """The sentence after some merges, and which pairs were in question next."""
    text = text_of(now)
    if text is None:
        return
    row = now.merging
    if now.merges.of == "bpe":
        st.markdown(
            "**Byte-pair encoding** begins with single characters and merges, again and again, the pair of tokens that stands "
            f"side by side most often in the text: ${row.formula}$. No merge reaches beyond a word."
        )
    else:
        st.markdown(
            "**WordPiece** merges pairs too; `##` marks a piece that goes on with a word. As first published it takes the pair "
            r"of the highest *score* $\frac{\operatorname{count}(ab)}{\operatorname{count}(a)\operatorname{count}(b)}$: how "
            "much more often the two stand together than by chance, and so how much the merge raises the likelihood of the "
            "text under a model of independent pieces. Hugging Face's trainer takes the highest *count*; *Pairs by* chooses. "
            "Once it is learned, only the vocabulary counts: a word is cut from the left into the longest pieces there are."
        )
    job: Job[tuple[Side, ...]] | None = lab.work(LAB, "merges", (text.digest, row), lambda: sides((row,), text))
    if job is not None:
        lab.watch(LAB, job, partial(_show_merges, now), "tokens.merges")


def _show_merges(now: TokensLab, found: tuple[Side, ...]) -> None:
    vocabulary = found[0].vocabulary
    at = merging(vocabulary, now.merges.made)
    then = vocabulary.after(at.made).encode(now.sentence)
    st.html(tokens_html(then))
    last = f" The last merge made {_token(vocabulary.joined(at.last))} of {_pair(at.last)}." if at.last else ""
    following = (
        f" The next one makes {_token(vocabulary.joined(at.following))} of {_pair(at.following)}."
        if at.following
        else ""
    )
    st.caption(
        f"After {at.made:,} of {at.total:,} merges the vocabulary has {at.tokens:,} tokens, the sentence {len(then.ids)} and "
        f"the whole text {at.text_tokens:,}.{last}{following}"
    )
    left, middle, right = st.columns(3)
    with left:
        st.markdown("**The highest counts** now")
        drawn = candidates_figure(at.by_count, at.following, by_score=False)
        figure(drawn, "tokens.by_count", "Pairs with the highest count", 240)
    with middle:
        st.markdown("**The highest scores** now")
        drawn = candidates_figure(at.by_score, at.following, by_score=True)
        figure(drawn, "tokens.by_score", "Pairs with the highest score", 240)
    with right:
        st.markdown("**The sentence grows shorter**")
        points = lengths(vocabulary, now.sentence)
        figure(lengths_figure(points, at.made, len(then.ids)), "tokens.lengths", "Tokens over merges", 240)
    st.caption(_compared(at.by_count, at.by_score))


def _compared(by_count: Sequence[Candidate], by_score: Sequence[Candidate]) -> str:
    if not by_count:
        return "No pair is left that occurs twice: there is nothing more to merge."
    first, best = by_count[0], by_score[0]
    if (first.left, first.right) == (best.left, best.right):
        return f"Count and score agree here: {_pair((first.left, first.right))}."
    return (
        f"They disagree: {_pair((first.left, first.right))} is there {first.both:,} times, but its tokens are frequent anyway "
        f"(score {first.score:.2g}). {_pair((best.left, best.right))} is there {best.both:,} times of the {best.lefts:,} and "
        f"{best.rights:,} of its tokens (score {best.score:.2g})."
    )


def _token(token: str) -> str:
    return f"`{bare(seen(token), 40)}`"


def _pair(pair: tuple[str, str]) -> str:
    return f"{_token(pair[0])} + {_token(pair[1])}"
