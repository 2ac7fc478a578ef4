"""A visitor's text: what can be read is read, and what cannot is refused with its place."""

import pytest

from engine.data.own.refusal import Refused
from engine.settings import Settings
from engine.text.own import pasted, uploaded

BAD = {
    "too large": (b"a" * 1_000_001, "The text has 1.0 MB; at most 1 MB"),
    "empty": (b" \n ", "The text is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "a PNG picture, not plain text"),
    "zipped": (b"\x1f\x8b\x08\x00", "a gzip file, not plain text"),
    "UTF-16": ("hello".encode("utf-16"), r"Byte 1 \(line 1\): this text is UTF-16"),
    "Latin-1": ("fine\nnot so\ncaf\xe9 au lait".encode("latin-1"), r"Byte 16 \(line 3\): 0xE9 is not UTF-8.*Latin-1"),
    "cut off": ("ab\ncafé".encode()[:-1], r"Byte 7 \(line 2\): 0xC3 is not UTF-8 there. It may be cut off"),
    "a NUL": (b"ab\nc\x00d", r"Byte 5 \(line 2\): a NUL byte"),
    "a control character": ("é\nx\x01".encode(), r"Byte 5 \(line 2\): the control character 0x01"),
    "nothing to see": ("\u200b\u200b \u200b".encode(), "has no letter, digit or sign"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_text_is_refused_with_its_place(case: str) -> None:
    content, said = BAD[case]
    with pytest.raises(Refused, match=said):
        uploaded(content, "x.txt")


def test_the_limit_is_that_of_the_settings() -> None:
    content = b"a " * 750_000
    assert len(uploaded(content, limits=Settings(own_text_mb=2)).whole) == 1_500_000
    with pytest.raises(Refused, match="at most 1 MB"):
        uploaded(content)


def test_a_mark_and_the_ends_of_lines_of_other_systems_are_taken_away() -> None:
    assert uploaded(b"\xef\xbb\xbfone\r\ntwo\rthree\n").lines == ("one", "two", "three")


def test_paragraphs_are_the_pieces_where_there_are_any() -> None:
    text = pasted("one\ntwo\n\n  \nthree\n")
    assert text.lines == ("one\ntwo", "three") and text.joint == "\n\n"
    assert pasted("one\ntwo").lines == ("one", "two")


def test_half_a_character_in_a_pasted_text_is_named_with_its_line() -> None:
    with pytest.raises(Refused, match=r"Line 2: half a character \(U\+D800\)"):
        pasted("fine\nbad \ud800")


def test_the_same_text_has_the_same_digest_whatever_its_name() -> None:
    assert uploaded(b"one\ntwo", "a.txt").digest == uploaded(b"one\ntwo", "b.txt").digest != pasted("one").digest
