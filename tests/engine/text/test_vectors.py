"""Vectors in GloVe's text format: there and back, and what is wrong with a file."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.own.refusal import Refused
from engine.settings import settings
from engine.text import server_vectors as served
from engine.text.vectors import Vectors, read, uploaded, written

TABLE = np.array([[1.0, -2.5, 0.125], [0.0, 3e-5, -1e4], [0.1, 0.2, 0.3]], np.float32)
WORDS = ("the", "naïve", ".")


def lines(*texts: str) -> list[bytes]:
    return [f"{text}\n".encode() for text in texts]


def test_what_is_written_is_read_again() -> None:
    content = "".join(written(WORDS, TABLE)).encode()
    found = uploaded(content, "my vectors.txt", 1)
    assert found.words == WORDS and found.name == "my vectors.txt" and found.is_whole
    np.testing.assert_allclose(found.table, TABLE, rtol=1e-5)
    assert found.dim == 3 and found.digest == read(content.splitlines(), "x").digest


def test_numpy_reads_what_is_written() -> None:
    rows = [line.split(" ", 1)[1] for line in written(WORDS, TABLE)]
    np.testing.assert_allclose(np.loadtxt(rows), TABLE, rtol=1e-5)


def test_a_header_as_word2vec_writes_it_and_ends_of_lines_are_passed_over() -> None:
    found = read([b"2 2\r\n", b"a 1 2\r\n", b"b 3 4 \r\n", b"\n"], "x")
    assert found.words == ("a", "b") and found.table.tolist() == [[1, 2], [3, 4]]


def test_a_word_may_hold_spaces_as_some_of_gloves_do() -> None:
    assert read(lines("a 1 2", "at name@domain.com 3 4"), "x").words == ("a", "at name@domain.com")


BAD = {
    "too large": (b"a 1\n" * 300_000, "1.2 MB; at most 1 MB"),
    "not UTF-8": (b"a 1\n\xff 2\n", "Line 2: byte 1 of it, 0xFF, is not UTF-8"),
    "a word alone": (b"word\n", "Line 1: 'word' is a word without numbers"),
    "too few numbers": (b"a 1 2\nb 1\n", "Line 2: 1 numbers, but the lines before have 2"),
    "no number": (b"a 1 2\nb 1 x\n", "Line 2: 'x' is no number"),
    "infinite": (b"a 1 2\nb inf 2\n", "Line 2: 'inf' can't be used; numbers go from -1e6 to 1e6"),
    "not a number": (b"a 1 2\nb 1 nan\n", "Line 2: 'nan' can't be used"),
    "twice": (b"a 1\nb 2\na 3\n", "Line 3: 'a' has a vector already, in line 1"),
    "no word": (b"a 1 2\n 1 2\n", "Line 2: there is no word before the numbers"),
    "a long word": (b"a 1\n" + b"b" * 300 + b" 2\n", "Line 2: a word of 300 characters"),
    "one word": (b"a 1\n", "1 words with vectors; at least 2"),
    "wide": (b"a" + b" 1" * 1001 + b"\n", "Line 1: 1,001 numbers in a vector"),
    "nothing": (b"", "0 words with vectors"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_with_a_file_is_told_with_its_line(case: str) -> None:
    content, said = BAD[case]
    with pytest.raises(Refused, match=said):
        uploaded(content, "x.txt", 1)


def test_of_a_large_file_so_many_of_its_first_lines_are_read_as_fit() -> None:
    many = lines(*(f"w{n} {n} 1" for n in range(1000)))
    found = read(iter(many), "x", most_bytes=20_000)
    assert not found.is_whole and found.words == tuple(f"w{n}" for n in range(len(found.words)))
    assert 0.8 * 20_000 < found.nbytes <= 20_000


def test_a_word_is_found_as_it_is_written_else_in_small_letters() -> None:
    found = Vectors("x", ("Paris", "king"), np.eye(2, dtype=np.float32))
    assert [found.place_of(word) for word in ("Paris", "King", "paris", "nobody")] == [0, 1, None, None]


def test_vectors_at_length_one_keep_a_vector_of_zeros() -> None:
    found = Vectors("x", ("a", "b"), np.array([[3, 4], [0, 0]], np.float32))
    np.testing.assert_allclose(found.unit, [[0.6, 0.8], [0, 0]])


# --- the server's own file --------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _forget() -> None:
    served._read.clear()
    settings.cache_clear()


def test_without_a_file_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GP_VECTORS_FILE", raising=False)
    with pytest.raises(Refused, match="GP_VECTORS_FILE=/path/to"):
        served.server_vectors()


def test_the_servers_file_is_read_once_within_its_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "small.txt"
    path.write_bytes(b"".join(lines(*(f"w{n} {n} 1" for n in range(9000)))))
    monkeypatch.setenv("GP_VECTORS_FILE", str(path))
    monkeypatch.setenv("GP_VECTORS_MB", "1")
    found = served.server_vectors()
    assert found is served.server_vectors() and found.name == "small.txt"
    assert not found.is_whole and found.nbytes <= 1_000_000


def test_a_file_that_is_not_there_is_named_without_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GP_VECTORS_FILE", str(tmp_path / "secret" / "gone.txt"))
    with pytest.raises(Refused, match=r"gone\.txt, can't be read: No such file") as caught:
        served.server_vectors()
    assert "secret" not in str(caught.value)
