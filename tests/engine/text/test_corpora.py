"""The catalog of texts: every row is read, none changes, and a visitor's own is found by nobody else."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from pydoc_data.topics import topics

import pytest

from engine.choice import catalog
from engine.data.own.refusal import Refused
from engine.data.own.store import reading_as, store
from engine.text.corpora import AnyCorpus, Countries, OwnText, PythonReference, Reviews, Sentences
from engine.text.own import pasted

ROWS = [row for row in catalog(AnyCorpus).values() if row is not OwnText]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_every_text_has_pieces_and_is_read_once(row: type) -> None:
    text = row().read()
    assert text is row().read()
    assert len(text.lines) > 100 and all(line.strip() for line in text.lines)
    assert text.whole == text.joint.join(text.lines)
    assert text.nbytes >= len(text.whole.encode())
    with pytest.raises(FrozenInstanceError):
        text.lines = ()  # type: ignore[misc]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_the_examples_of_a_text_are_words_of_it_or_none(row: type) -> None:
    from engine.labs.tokens.lexicon import words_of

    words = {word for line in row().read().lines for word in words_of(line)}
    assert all(example in words for example in row.examples if example)


def test_only_the_own_text_is_private() -> None:
    assert {row: row.is_private for row in (*ROWS, OwnText)} == {**dict.fromkeys(ROWS, False), OwnText: True}  # type: ignore[attr-defined]


def test_countries_are_those_of_plotlys_table() -> None:
    import plotly.data

    assert Countries().read().lines == tuple(dict.fromkeys(plotly.data.gapminder()["country"]))


def test_the_python_reference_is_the_whole_of_pydocs() -> None:
    assert PythonReference().read().whole == "\n\n".join(topics.values())


def test_reviews_are_labelled_evenly_and_those_of_one_subject_are_in_one_group() -> None:
    reviews = Reviews().read()
    assert reviews.labels is not None and reviews.groups is not None
    assert len(reviews.lines) == len(reviews.labels) == len(reviews.groups) >= 300
    assert sum(reviews.labels) * 2 == len(reviews.labels)
    assert len(set(reviews.lines)) == len(reviews.lines)
    soup = [place for place, line in enumerate(reviews.lines) if line.startswith("The soup was")]
    assert len(soup) == 2 and len({reviews.groups[place] for place in soup}) == 1
    assert {reviews.labels[place] for place in soup} == {0, 1}


def test_short_sentences_are_short_and_none_is_there_twice() -> None:
    lines = Sentences().read().lines
    assert len(set(lines)) == len(lines) >= 300
    assert max(len(line.split()) for line in lines) <= 16


def test_an_own_text_is_there_for_its_owner_alone() -> None:
    mine = pasted("one line\nanother line")
    store().put("ann", mine)
    try:
        with reading_as("ann"):
            assert OwnText(file=mine.digest).read() is mine
        with reading_as("bob"), pytest.raises(Refused, match="stays with its owner"):
            OwnText(file=mine.digest).read()
        with pytest.raises(Refused, match="No text has been pasted"):
            OwnText().read()
    finally:
        store().release("ann")


def test_reading_countries_imports_no_plotly() -> None:
    code = (
        "import sys; from engine.text.corpora import Countries; Countries().read(); "
        "sys.exit('plotly' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
