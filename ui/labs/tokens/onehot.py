"""One-hot beside embedding."""

import streamlit as st

from charts.tokens.onehot import cosines_figure, gradient_figure, product_figure
from charts.tokens.signs import seen
from engine.labs.tokens.onehot import lookup
from engine.labs.tokens.state import LONGEST_SENTENCE, TokensLab
from engine.text.tokenizers import trained
from engine.text.vocabulary import Encoded
from ui.figure import figure
from ui.labs.tokens.coloured import tokens_html
from ui.labs.tokens.parts import Values, fields, has_text, seed, sentence, slider, text_of
from ui.plain import bare

__all__ = ["show", "side", "top"]


def side(now: TokensLab) -> Values:
    """The words' vocabulary, and the width of the table."""
    return fields("words", now.words) | fields("onehot", now.onehot, skip=("token",)) | seed(now)


def top(now: TokensLab) -> Values:
    """The sentence, and which of its tokens is looked up."""
    values = sentence(now)
    count = len(trained(now.words, now.text.read()).encode(values["sentence"]).ids) if has_text(now) else 1
    token = slider(now.onehot, "token", "onehot.token", max(0, min(count, LONGEST_SENTENCE) - 1))
    return {**values, "onehot": {**now.onehot.model_dump(), "token": token}}


def show(now: TokensLab) -> None:
    """The same row, multiplied out and looked up."""
    text = text_of(now)
    if text is None:
        return
    vocabulary = trained(now.words, text)
    encoded = vocabulary.encode(now.sentence)
    if not encoded.ids:
        st.info("The sentence has no word or sign in it: there is nothing to look up.", icon=":material/info:")
        return
    place = min(now.onehot.token, len(encoded.ids) - 1)
    found = lookup(vocabulary, encoded.ids, place, now.onehot.dim, now.seed)
    st.html(tokens_html(encoded))
    st.markdown(
        f"A **one-hot** row has a 1 at the token's id and a 0 at each of the other {found.size - 1:,} places. An **embedding** "
        f"table $E$ has a row of $d$ = {now.onehot.dim} numbers for each of the $V$ = {found.size:,} tokens. One-hot times $E$ "
        "is the token's row of $E$, and looking the row up is the same without the multiplications by 0."
    )
    left, middle, right = st.columns([5, 3, 4])
    with left:
        st.markdown(f"**`{bare(seen(found.token), 40)}`, id {found.id}**")
        shown = vocabulary.tokens[found.first : found.first + len(found.table)]
        figure(product_figure(found, shown), "tokens.onehot", "One-hot times E is a row of E", 460)
        st.caption(
            f"Rows {found.first} to {found.first + len(shown) - 1} of E, first numbers: normal, as PyTorch draws them. Largest "
            f"difference between product and row: {found.difference:g}. Multiplications: {found.size * now.onehot.dim:,} "
            "against none."
        )
    with middle:
        st.markdown("**Who learns from it**")
        figure(gradient_figure(found), "tokens.gradient", "Gradient of each row of E", 460)
        st.caption(
            f"A loss on this sentence (half the squared length of its rows) has a gradient in {found.rows_touched} of the "
            f"{found.size:,} rows of E: those that the sentence looks up. All others stay as they are."
        )
    with right:
        st.markdown("**Who is like whom**")
        figure(cosines_figure(found, encoded.tokens), "tokens.cosines", "Cosines between the sentence's tokens", 460)
        st.caption(_alike(encoded))


def _alike(encoded: Encoded) -> str:
    different = len(set(encoded.ids))
    return (
        f"Between the one-hot rows of two different tokens the cosine is always 0: no word is nearer to another. Between "
        f"embeddings ({different} different ones here) it can be anything; these are not trained yet, so it says nothing. "
        "Training gives it a meaning: see Skip-gram."
    )
