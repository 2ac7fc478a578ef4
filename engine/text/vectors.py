"""``Vectors``: words with numbers, from wherever; and GloVe's text format, in which they come and go."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused, at
from engine.names import plain_name

MOST_NUMBERS = 1000
"""Numbers of one vector."""
FEWEST_WORDS = 2
LONGEST_WORD = 200
LARGEST = 1e6


@dataclass(frozen=True, eq=False)
class Vectors:
    """Words and their vectors. Never changes."""

    name: str
    words: tuple[str, ...]
    table: Float[np.ndarray, "words d"]
    """32 bits for each number."""
    is_whole: bool = True
    """Whether all words of the file are here: the rest was not read where they are more than there is room for."""

    @property
    def dim(self) -> int:
        """Numbers in each vector."""
        return int(self.table.shape[1])

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each word."""
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits of its content."""
        content = hashlib.blake2b("\n".join(self.words).encode(), digest_size=8)
        content.update(self.table.tobytes())
        return content.hexdigest()

    @cached_property
    def nbytes(self) -> int:
        """Memory it takes, about: the table twice, as lengths are taken out for cosines."""
        return 2 * self.table.nbytes + sum(len(word.encode()) + 160 for word in self.words)

    @cached_property
    def unit(self) -> Float[np.ndarray, "words d"]:
        """Every vector at length 1; one of length 0 stays."""
        lengths = np.linalg.norm(self.table, axis=1, keepdims=True)
        return np.asarray(self.table / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)

    def place_of(self, word: str) -> int | None:
        """The row of a word: as it is written, else in small letters."""
        found = self.places.get(word)
        return self.places.get(word.lower()) if found is None else found


def written(words: Sequence[str], table: Float[np.ndarray, "words d"]) -> Iterator[str]:
    """Lines of GloVe's text format: a word and its numbers, with a space between; nothing before or after."""
    for word, row in zip(words, table, strict=True):
        yield f"{word} {' '.join(f'{value:.6g}' for value in row)}\n"


def uploaded(content: bytes, name: str, most_mb: int | float) -> Vectors:
    """The vectors in a file's bytes. Raises Refused, saying what is wrong and where."""
    if len(content) > most_mb * MEGABYTE:
        size = f"{len(content) / MEGABYTE:,.1f} MB"
        raise Refused(
            f"The file has {size}; at most {most_mb:g} MB can be read. Keep its first lines: the frequent words."
        )
    return read(content.splitlines(keepends=True), plain_name(name) or "your vectors")


def read(lines: Iterable[bytes], name: str, most_bytes: int | float = float("inf")) -> Vectors:
    """Vectors from lines of GloVe's text format, as many as fit into ``most_bytes``. Raises Refused with the line.

    A first line of two whole numbers, as word2vec writes it, is passed over.
    """
    words: dict[str, int] = {}
    rows: list[Float[np.ndarray, " d"]] = []
    dim, taken, is_whole = 0, 0, True
    for number, line in enumerate(lines, start=1):
        text = _text(line, number)
        if not text or (number == 1 and _is_header(text)):
            continue
        dim = dim or _dim(text, number)
        word, row = _entry(text, number, dim)
        if word in words:
            raise Refused(
                f"{at(number)}: '{plain_name(word)}' has a vector already, in line {words[word]:,}. Delete one."
            )
        taken += 8 * dim + len(word.encode()) + 160
        if taken > most_bytes:
            is_whole = False
            break
        words[word] = number
        rows.append(row)
    if len(words) < FEWEST_WORDS:
        raise Refused(f"The file has {len(words)} words with vectors; at least {FEWEST_WORDS} are needed.")
    return Vectors(name, tuple(words), np.stack(rows), is_whole)


def _text(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8").rstrip("\r\n ")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise Refused(
            f"{at(number)}: byte {error.start + 1:,} of it, 0x{byte:02X}, is not UTF-8. Save it as UTF-8."
        ) from None


def _is_header(text: str) -> bool:
    cells = text.split(" ")
    return len(cells) == 2 and all(cell.isdigit() for cell in cells)


def _dim(text: str, number: int) -> int:
    """How many numbers end the first line."""
    cells = text.split(" ")
    dim = len(cells) - 1
    if dim < 1:
        raise Refused(f"{at(number)}: '{plain_name(text)}' is a word without numbers. Each line is a word and its numbers, "
                      "with one space between.")  # fmt: skip
    if dim > MOST_NUMBERS:
        raise Refused(f"{at(number)}: {dim:,} numbers in a vector; at most {MOST_NUMBERS:,} can be read.")
    return dim


def _entry(text: str, number: int, dim: int) -> tuple[str, Float[np.ndarray, " d"]]:
    """(word, vector) of a line; a few words of GloVe's own files have spaces in them."""
    cells = text.split(" ")
    if len(cells) < dim + 1:
        raise Refused(
            f"{at(number)}: {len(cells) - 1} numbers, but the lines before have {dim}. Give every word {dim}."
        )
    word, values = " ".join(cells[:-dim]), cells[-dim:]
    if not word.strip():
        raise Refused(f"{at(number)}: there is no word before the numbers.")
    if len(word) > LONGEST_WORD:
        raise Refused(f"{at(number)}: a word of {len(word):,} characters; at most {LONGEST_WORD} can be read.")
    try:
        row = np.array(values, dtype=np.float32)
    except ValueError:
        wrong = next(value for value in values if not _is_number(value))
        raise Refused(
            f"{at(number)}: '{plain_name(wrong)}' is no number. After the word there are only numbers."
        ) from None
    if not (np.abs(row) <= LARGEST).all():
        wrong = values[int(np.argmin(np.abs(row) <= LARGEST))]
        raise Refused(f"{at(number)}: '{plain_name(wrong)}' can't be used; numbers go from -1e6 to 1e6.")
    return word, row


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
