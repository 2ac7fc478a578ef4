"""Looking words up among vectors: neighbours, and a - b + c."""

from collections.abc import Sequence

import streamlit as st

from charts.tokens.words import analogies_figure, neighbours_figure, numbers_figure
from engine.labs.tokens.nearest import UnknownWord, all_families, analogy, neighbours
from engine.labs.tokens.results.words import AnalogyTest, Neighbour
from engine.labs.tokens.state import Look, TokensLab
from engine.text.corpora import Sentences
from engine.text.vectors import Vectors
from ui.figure import figure
from ui.labs.tokens.parts import Values, refusal, word
from ui.plain import bare, escaped

FIELDS = {"word": "Look up", "a": "Word a", "b": "minus b", "c": "plus c"}


def controls(now: TokensLab) -> Values:
    """The word that is looked up, and the three of an analogy."""
    columns = st.columns(len(FIELDS))
    values, examples = {}, examples_of(now)
    for column, (name, label), example in zip(columns, FIELDS.items(), examples, strict=True):
        with column:
            values[name] = word(f"look.{name}", getattr(now.look, name), label, example)
    return {"look": values}


def one_word(now: TokensLab) -> Values:
    """The word that is looked up, where no analogy is shown: its three are kept."""
    return {
        "look": now.look.model_dump() | {"word": word("look.word", now.look.word, FIELDS["word"], examples_of(now)[0])}
    }


def examples_of(now: TokensLab) -> tuple[str, str, str, str]:
    """What is looked up where a field is empty: of vectors from a file the usual words, else those of the text."""
    is_file = now.section == "vectors" and now.vectors.source != "learned"
    return Sentences.examples if is_file else now.text.examples


def looked_up(now: TokensLab, vectors: Vectors) -> Look:
    """The words that are looked up: where a field is empty, the text's example, or where that has no vector a frequent word."""
    frequent = iter(vectors.words)
    examples = [word if vectors.place_of(word) is not None else next(frequent, "") for word in examples_of(now)]
    typed = [getattr(now.look, name).strip() for name in FIELDS]
    return Look(**{name: given or word for name, given, word in zip(FIELDS, typed, examples, strict=True)})


def marked(look: Look) -> tuple[str, ...]:
    """The words that stand out in a picture."""
    return tuple(dict.fromkeys(each.strip().lower() for each in (look.word, look.a, look.b, look.c)))


def show_neighbours(vectors: Vectors, look: Look, key: str, title: str, height: int = 300) -> None:
    """The words that point most nearly the same way as the one looked up."""
    st.markdown(f"**{title}** *{escaped(bare(look.word, 40))}*")
    try:
        near = neighbours(vectors, look.word)
    except UnknownWord as unknown:
        refusal(unknown)
        return
    figure(neighbours_figure(near), key, f"Nearest neighbours of {bare(look.word, 40)} by cosine", height)


def show_numbers(vectors: Vectors, look: Look, key: str) -> None:
    """The numbers of the word that is looked up."""
    at = vectors.place_of(look.word)
    if at is not None:
        st.markdown(f"**The {vectors.dim} numbers of** *{escaped(bare(vectors.words[at], 40))}*")
        figure(numbers_figure(vectors.table[at]), key, f"The vector of {bare(vectors.words[at], 40)}", 150)


def show_analogy(vectors: Vectors, look: Look, key: str) -> None:
    """What lies nearest to a - b + c, and what would if a, b and c were allowed."""
    a, b, c = (escaped(bare(name, 40)) for name in (look.a, look.b, look.c))
    st.markdown(f"**Nearest to** *{a}* − *{b}* + *{c}*")
    try:
        found = analogy(vectors, look.a, look.b, look.c, most=10)
    except UnknownWord as unknown:
        refusal(unknown)
        return
    figure(neighbours_figure(found.found), key, "Nearest words to a - b + c", 300)
    st.caption(_of_inputs(found.with_inputs, (look.a, look.b, look.c)))


def _of_inputs(near: Sequence[Neighbour], inputs: Sequence[str]) -> str:
    first = near[0]
    given = first.word.lower() in [each.strip().lower() for each in inputs]
    whole = (
        f"is *{escaped(bare(first.word, 40))}* itself (cosine {first.cosine:.2f}): a − b + c has hardly left it"
        if given
        else f"is *{escaped(bare(first.word, 40))}* all the same"
    )
    return f"a, b and c are left out here, as everywhere such analogies are shown. With them allowed, the nearest word {whole}."


def show_tests(vectors: Vectors, key: str) -> None:
    """How many of the analogies written for this page come out right."""
    found = all_families(vectors)
    asked = [test for test in found if test.asked]
    st.markdown("**All analogies of a list**")
    if not asked:
        st.caption("None of the words of the page's list of analogies has a vector here.")
        return
    figure(analogies_figure(found), key, "Share of analogies that come out right", 300)
    st.caption(said_of(asked))


def said_of(asked: Sequence[AnalogyTest]) -> str:
    """The sum of all families, in words."""
    total, right = sum(t.asked for t in asked), sum(t.right for t in asked)
    allowed = sum(t.right_with_inputs for t in asked)
    best, worst = max(asked, key=lambda t: t.right / t.asked), min(asked, key=lambda t: t.right / t.asked)
    said = f"{right} of {total} come out right; {allowed} with a, b and c allowed as answers."
    if best.right / best.asked == worst.right / worst.asked:
        return said
    ends = [f"{test.family} ({test.right} of {test.asked})" for test in (best, worst)]
    return f"{said} Best is {ends[0]}, worst {ends[1]}."


def download(vectors: Vectors, key: str) -> None:
    """The vectors as a file in GloVe's text format."""
    from engine.text.vectors import written

    st.download_button(
        "Download these vectors",
        lambda: "".join(written(vectors.words, vectors.table)).encode(),
        "vectors.txt",
        "text/plain",
        key=key,
        on_click="ignore",
        icon=":material/download:",
        help="GloVe's text format: a line for each word, with its numbers.",
    )
