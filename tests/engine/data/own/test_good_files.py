"""The same table in every encoding, with every delimiter, zipped or not, is read as the same columns."""

import csv as standard
import gzip
import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from engine.data.own.proposal import Proposal, propose
from engine.data.own.sheet import read
from tests.engine.data.own.files import csv

NAMES = ["größe", "prix en €", "note", "y"]
WORDS = ('ein "Zitat"', "weiß; schwarz, |grau|\tund", "weiß; schwarz, |grau|\tund")
ROWS = [[f"{row * 0.5}", f"{row}", WORDS[row % 3], "ja" if row % 2 else "nein"] for row in range(24)]


def written(delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO(newline="")
    writer = standard.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(NAMES)
    writer.writerows(ROWS)
    return out.getvalue()


ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Latin-1",
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str, zipped: bool) -> None:
    content = written(delimiter).encode(encoding)
    sheet = read(gzip.compress(content) if zipped else content, "t.csv")
    assert [column.name for column in sheet.columns] == NAMES
    assert sheet.encoding == ENCODINGS[encoding]
    assert sheet.zipped == zipped
    assert sheet.delimiter == {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}[delimiter]
    np.testing.assert_array_equal(sheet.columns[0].values, [float(row[0]) for row in ROWS])
    assert sheet.columns[2].categories == ('ein "Zitat"', "weiß; schwarz, |grau| und")
    assert sheet.columns[3].categories == ("ja", "nein")
    assert sheet.columns[3].values.tolist() == [0 if row[3] == "ja" else 1 for row in ROWS]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    sheet = read(written(end=end).encode())
    assert sheet.rows == len(ROWS)
    assert sheet.lines.tolist() == list(range(2, len(ROWS) + 2))


def test_two_byte_order_marks_are_no_part_of_the_first_name() -> None:
    sheet = read(b"\xef\xbb\xbf" * 2 + written().encode())
    assert sheet.columns[0].name == "größe"


def test_the_digest_is_that_of_the_text_however_it_is_packed() -> None:
    digests = {read(content).digest for content in (
        written().encode(), gzip.compress(written().encode()), written().encode("utf-16"), written().encode("cp1252"),
    )}  # fmt: skip
    assert len(digests) == 1
    assert read(written().replace("23", "24").encode()).digest not in digests


def test_the_digest_of_the_header_is_that_of_the_names_and_their_order() -> None:
    first = read(csv("a,b", *(f"{i},{i % 2}" for i in range(12))))
    assert read(csv("a;b", *(f"{i};{i % 3}" for i in range(20)))).header_digest == first.header_digest
    assert read(csv("b,a", *(f"{i},{i % 2}" for i in range(12)))).header_digest != first.header_digest


def test_a_column_without_a_name_gets_one_as_pandas_leaves_its_index() -> None:
    frame = pd.DataFrame({"x": np.arange(20) * 0.5, "y": ["a", "b"] * 10})
    sheet = read(frame.to_csv().encode())
    assert [column.name for column in sheet.columns] == ["column 1", "x", "y"]
    assert "numbers the rows" in sheet.columns[0].advice
    assert propose(sheet) == Proposal(2, "classification", (1,))


def test_excels_word_on_its_delimiter_is_no_row() -> None:
    sheet = read(csv("sep=;", "a;b", *(f"{i},5;x" for i in range(12))))
    assert [column.name for column in sheet.columns] == ["a", "b"]
    assert sheet.lines[0] == 3
    assert sheet.columns[0].values[:2].tolist() == [0.5, 1.5]


def test_blank_lines_are_no_rows_and_a_cell_may_hold_lines() -> None:
    sheet = read(csv("a,b", "", "1,x", "", '2,"x', 'y"', "", *(f"{i},x" for i in range(12))))
    assert sheet.lines[:3].tolist() == [3, 5, 8]
    assert sheet.columns[1].categories == ("x", "x y")


@pytest.mark.parametrize(
    ("cells", "values", "note"),
    [
        (("1.5", "-2", "+3e2", ".5", "4."), (1.5, -2, 300, 0.5, 4), ""),
        (("1,5", "-2", "3,25", ",5", "−4"), (1.5, -2, 3.25, 0.5, -4), "decimal commas"),
        (("1,234", "12", "1,234,567.5"), (1234, 12, 1234567.5), "commas between thousands"),
        (("1.234,5", "12", "1.234.567"), (1234.5, 12, 1234567), "points between thousands, decimal commas"),
        (("1 234", "12", "1\u00a0234\u202f567.5"), (1234, 12, 1234567.5), "spaces between thousands"),
        (("1 234,5", "12"), (1234.5, 12), "spaces between thousands, decimal commas"),
        (("1'234", "12", "1’234.5"), (1234, 12, 1234.5), "apostrophes between thousands"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written(cells: tuple[str, ...], values: tuple[float, ...], note: str) -> None:
    many = [*cells, *(cells[0] for _ in range(10))]
    sheet = read(csv("a;b", *(f"{cell};x" for cell in many)))
    column = sheet.columns[0]
    assert (column.kind, column.note) == ("numeric", note)
    assert column.values[: len(values)].tolist() == list(values)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_numbers_agree_with_pandas(delimiter: str) -> None:
    random = np.random.default_rng(0)
    values = random.normal(0, 1e4, 50)
    decimal = "," if delimiter == ";" else "."
    content = pd.DataFrame({"v": values, "w": ["a", "b"] * 25}).to_csv(index=False, sep=delimiter, decimal=decimal)
    frame = pd.read_csv(io.StringIO(content), sep=delimiter, decimal=decimal)
    np.testing.assert_array_equal(read(content.encode()).columns[0].values, frame["v"].to_numpy())


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (("2024-02-29", "1969-12-31"), ("2024-02-29", "1969-12-31")),
        (("2024-02-29T12:00:00", "2024-02-29 06:00"), ("2024-02-29T12", "2024-02-29T06")),
        (("2024-02-29T12:00:00+02:00", "2024-02-29T12:00:00Z"), ("2024-02-29T10", "2024-02-29T12")),
        (("29.02.2024", "01.03.2024"), ("2024-02-29", "2024-03-01")),
        (("29/02/2024", "01/03/2024"), ("2024-02-29", "2024-03-01")),
        (("02/29/2024", "03/01/2024"), ("2024-02-29", "2024-03-01")),
        (("2024/02/29", "2024/03/01"), ("2024-02-29", "2024-03-01")),
    ],
)
def test_dates_are_days_since_1970(cells: tuple[str, ...], dates: tuple[str, ...]) -> None:
    sheet = read(csv("d,b", *(f"{cell},{i % 2}" for i, cell in enumerate(cells * 6))))
    days = [(np.datetime64(date) - np.datetime64("1970-01-01")) / np.timedelta64(1, "D") for date in dates]
    assert sheet.columns[0].kind == "date"
    assert "days since 1970-01-01" in sheet.columns[0].note
    np.testing.assert_allclose(sheet.columns[0].values[: len(days)], days, rtol=0, atol=1e-9)


def test_missing_cells_are_counted_and_are_neither_0_nor_a_category() -> None:
    blanks = ["", "NA", "n/a", "NaN", "null", "?", "#N/A"]
    rows = [f"{blanks[i]},{blanks[i]},k" if i < len(blanks) else f"{i},w{i % 2},k" for i in range(20)]
    a, b, _ = read(csv("a,b,c", *rows, "none,none,k", "-,-,k")).columns
    assert (a.kind, a.missing, int(np.isnan(a.values).sum())) == ("numeric", 9, 9)
    assert (b.kind, b.missing) == ("categorical", 7)
    assert b.categories == ("-", "none", "w0", "w1")
    assert (b.values[:7] == -1).all()


def test_categories_stand_in_the_order_of_their_numbers_then_of_the_alphabet() -> None:
    sheet = read(csv("a,b", *(f"{cell},x" for cell in ("10", "9", "3+", "B", "a") * 4)))
    assert sheet.columns[0].categories == ("9", "10", "3+", "a", "B")


def test_ids_and_constants_are_named_as_such_and_not_proposed() -> None:
    rows = [f"{i + 1},{i * i},7,{i % 5},t{i},{'ab'[i % 2]}" for i in range(30)]
    sheet = read(csv("row,user_id,same,size,note,y", *rows))
    advised = {column.name: column.advice for column in sheet.columns if column.advice}
    assert set(advised) == {"row", "user_id", "same", "note"}
    assert "the same in every row" in advised["same"]
    assert "each row has a text of its own" in advised["note"]
    assert propose(sheet) == Proposal(5, "classification", (3,))


def test_a_sheet_says_how_it_was_read_and_shows_its_first_rows() -> None:
    sheet = read(gzip.compress(written(";").encode("utf-16")), "größen.csv.gz")
    assert sheet.found == "24 rows and 4 columns (gzip, UTF-16 text, cells separated by semicolons)."
    assert sheet.name == "größen.csv.gz"
    assert len(sheet.preview) == 20
    assert sheet.preview[1] == ("0.5", "1", "weiß; schwarz, |grau| und", "ja")


def test_a_sheet_is_about_as_large_as_it_says() -> None:
    small, large = (read(csv("a,b", *(f"{i * 0.5},{i % 2}" for i in range(rows)))) for rows in (100, 10_000))
    assert 100 * 16 < small.nbytes < large.nbytes
    assert 10_000 * 16 < large.nbytes < 10_000 * 32


def test_what_is_kept_can_not_be_written_to() -> None:
    sheet = read(written().encode())
    assert all(not column.values.flags.writeable for column in sheet.columns)


def test_lines_are_counted_as_an_editor_does() -> None:
    sheet = read(csv("a,b", *(f"{i},x" for i in range(12))))
    assert all(after - before == 1 for before, after in pairwise(sheet.lines.tolist()))
    assert sheet.lines[0] == 2
