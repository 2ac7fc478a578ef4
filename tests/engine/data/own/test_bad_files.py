"""Every file that can't be used is refused in words that say what is wrong, where, and what to do."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
import pytest

from engine.data.own.proposal import propose
from engine.data.own.refusal import Refused
from engine.data.own.sheet import read
from engine.settings import Settings
from tests.engine.data.own.files import csv

LIMITS = Settings(own_rows=200, own_columns=30, own_categories=12)


def table(*columns: tuple[str, Callable[[int], object]], rows: int = 30) -> bytes:
    """Columns by name, each cell from its row number; cells are quoted where they hold a comma."""
    lines = [",".join(name for name, _ in columns)]
    for row in range(rows):
        cells = [str(cell(row)) for _, cell in columns]
        lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    return csv(*lines)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("table.csv", "a,b\n1,2\n")
    return out.getvalue()


def bomb() -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(squeeze.compress(b"1,2\n" * 250_000) for _ in range(20)) + squeeze.flush()


REFUSED: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("The file is empty.", "a line of column names")),
    "blank": (b" \n\n \r\n", ("The file is empty.",)),
    "only a mark": (b"\xef\xbb\xbf", ("The file is empty.",)),
    "only a header": (b"a,b\n", ("Line 1", "only a header", "Add a line for each example")),
    "one column": (csv("a", "1", "2"), ("Line 1", "only one column, 'a'", "at least two columns", "semicolons")),
    "no header": (csv("1,2", "3,4", "5,6"), ("Line 1", "only numbers", "Put a line with a name for each column")),
    "the same name twice": (
        csv("a,b,a", "1,2,3"),
        ("Line 1: columns 1 and 3 are both called 'a'", "a name of its own"),
    ),
    "the same name but for spaces": (csv("age, age ,y", "1,2,3"), ("Line 1: columns 1 and 2 are both called 'age'",)),
    "a cell missing": (
        csv("a,b,c", "1,2,3", "4,5"),
        ("Line 3: 2 cells, but the header has 3", "A cell is missing", "separated by commas"),
    ),
    "a cell too many": (
        csv("a,b", "1,2", "3,4,5", "6,7"),
        ("Line 3: 3 cells, but the header has 2", "One cell too many", "double quotes"),
    ),
    "a cell missing below a cell of two lines": (csv("a,b", '"x', 'y",2', "3"), ("Line 4: 1 cell, but",)),
    "a decimal comma in commas": (csv("a,b", "1,5,no", "2,yes"), ("Line 2: 3 cells, but the header has 2",)),
    "a quote never closed": (csv("a,b", "1,2", '3,"4', "5,6"), ("Line 3: a double quote opens", "Close it")),
    "a quote that closes too early": (csv("a,b", '"x"y,2'), ("Line 2: after a closing double quote", "twice")),
    "a web page": (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", ("Line 1: this is a web page", "Save the table")),
    "a header of HTML": (b"<html>,<b>\n1,2\n", ("Line 1: this is a web page",)),
    "JSON": (b'{"a": 1, "b": 2}', ("Line 1: this is JSON", "Save the table as CSV")),
    "a zip called csv": (archive(), ("This is a ZIP archive (an Excel", "Save the table as CSV")),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ("This is an old Excel workbook",)),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ("This is a PNG picture",)),
    "a pickle": (b"\x80\x04\x95\x05\x00\x00\x00", ("This is a Python pickle",)),
    "binary": (b"a,b\n\x01\x02,3\n", ("Line 2: the control character 0x01", "no text file")),
    "a NUL byte": (b"a,b\n1,2\n3,\x004\n", ("Line 3: a NUL byte", "no text file")),
    "bytes of no encoding": (b"a,b\n1,2\n\x81\x8d,3\n", ("Line 3: the byte 0x81 is neither UTF-8 nor Latin-1", "UTF-8")),
    "UTF-8 cut in two": (
        "größe,y\n1,2\n3,".encode() + b"\xc3\n",
        ("Line 3: the text is broken", "UTF-8 up to there"),
    ),
    "UTF-16 cut in two": ("a,b\n1,2\n".encode("utf-16")[:-1], ("the text is broken: it is UTF-16 up to there",)),
    "a gzip bomb": (bomb(), ("unzips to more than 8 MB", "Leave out rows or columns")),
    "a gzip cut short": (gzip.compress(b"a,b\n" + b"1,2\n" * 99)[:-9], ("ends too early", "Upload it again")),
    "a damaged gzip": (gzip.compress(b"a,b\n1,2\n")[:12] + bytes(20), ("damaged", "Zip the table again")),
    "zipped twice": (gzip.compress(gzip.compress(b"a,b\n1,2\n")), ("zipped twice", "Unzip it once")),
    "too many bytes": (b"a,b\n" + b"1,2\n" * 600_000, ("2.4 MB; at most 2 MB", "or zip it")),
    "too many rows": (csv("a,b", *("1,2" for _ in range(201))), ("Line 202", "more than 200 rows", "drawn at random")),
    "too many columns": (
        csv(",".join(f"c{i}" for i in range(31)), ",".join("1" * 31)),
        ("Line 1: the table has 31 columns; at most 30", "Leave out"),
    ),
    "a million columns": (b"," * 999_999 + b"\n", ("Line 1: the table has 1,000,000 columns",)),
    "ten million columns, zipped": (
        gzip.compress(b"," * 9_999_999 + b"\n"),
        ("unzips to more than 8 MB",),
    ),
    "a huge cell": (csv("a,b", "1,2", f"3,{'x' * 20_000}"), ("Line 3, column 'b'", "20,000 characters", "Shorten it")),
    "a cell beyond all bounds": (csv("a,b", "1,2", f"3,{'x' * 200_000}"), ("Line 3", "larger than", "closing quote")),
    "all missing": (csv("a,b", *(",NA" for _ in range(20))), (
        "Column 'a': every cell is empty", "Column 'b'", "Leave the column out",
    )),
    "infinite": (
        table(("a", lambda row: "inf" if row == 4 else row * 0.5), ("note", lambda row: f"x{row}" * 3)),
        ("Line 6, column 'a': 'inf' is infinite", "Write a number, or leave the cell empty"),
    ),
    "a number beyond floating point": (
        table(("a", lambda row: "1e999" if row == 4 else row * 0.5), ("note", lambda row: f"x{row}" * 3)),
        ("Line 6, column 'a': '1e999' is infinite",),
    ),
    "a number too large to be squared": (
        table(("a", lambda row: "1e40" if row == 4 else row * 0.5), ("note", lambda row: f"x{row}" * 3)),
        ("Line 6, column 'a': '1e40' is too large a number",),
    ),
    "a formula": (
        table(("a", lambda row: "=SUM(B2:B9)" if row == 2 else row), ("b", lambda row: "=B7*2")),
        ("Line 4, column 'a': '=SUM(B2:B9)' is a formula", "values instead of its formulas", "Line 2, column 'b'"),
    ),
    "an error of a spreadsheet": (
        table(("a", lambda row: "#DIV/0!" if row == 2 else row), ("b", lambda row: "#REF!")),
        ("Line 4, column 'a': '#DIV/0!' is an error of a spreadsheet",),
    ),
    "too many categories": (
        table(("a", lambda row: f"group {row % 15}"), ("y", lambda row: f"text {row % 14}")),
        ("Line 2, column 'a': 15 different texts, such as 'group 0'; at most 12", "fewer groups"),
    ),
    "ids for columns": (
        table(("user", lambda row: f"u{row * 7919}"), ("mail", lambda row: f"{row}@example.org")),
        ("Line 2, column 'user': each row has a text of its own", "column 'mail'", "Leave the column out"),
    ),
    "mixed types": (
        table(("age", lambda row: "old" if row == 9 else row), ("note", lambda row: f"x{row}" * 3)),
        ("Line 11, column 'age': 'old' is no number, though 97% of", "Write a number, or leave the cell empty"),
    ),
    "numbers written in two ways": (
        table(("a", lambda row: f"{row},5" if row % 2 else f"{row}.5"), ("note", lambda row: f"x{row}" * 3)),
        ("Line 3, column 'a': the column's numbers are written in several ways", "1234.5"),
    ),
    "commas that may mean either": (
        csv("a;note", *(f"{row},{row + 100};x{row}" for row in range(1, 30))),
        ("Line 2, column 'a': '1,101' may be 1101 or 1.101", "without a sign between thousands"),
    ),
    "dates that may mean either": (
        table(("day", lambda row: f"0{row % 9 + 1}/03/2024"), ("note", lambda row: f"x{row}" * 3)),
        ("Line 2, column 'day': '01/03/2024' may be day/month or month/day", "2024-03-01"),
    ),
    "one class": (
        table(("a", lambda row: "x" if row % 2 else "y"), ("kind", lambda row: "same"), rows=6),
        ("The target 'a' is known in only 6 rows; at least 10", "Add rows"),
    ),
    "nothing that differs": (
        table(("a", lambda row: 1), ("kind", lambda row: "same")),
        ("The target 'kind' is the same in every row", "Choose another target"),
    ),
    "a class of one row": (
        table(("a", lambda row: "z" if row == 7 else "xy"[row % 2]), ("b", lambda row: "w" if row == 5 else "uv"[row % 2])),
        ("Line 7, column 'b': the class 'w' has only 1 row; at least 3", "Line 9, column 'a'", "join it with another class"),
    ),
    "a target that is mostly missing": (
        table(("a", lambda row: "xy"[row % 2] if row < 8 else ""), ("b", lambda row: "uv"[row % 2] if row < 4 else "")),
        ("The target 'b' is known in only 4 rows", "The target 'a' is known in only 8 rows"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_can_not_be_used_is_refused_with_what_where_and_what_to_do(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(Refused) as caught:
        propose(read(content, "bad.csv", LIMITS))
    text = str(caught.value)
    missing = [part for part in said if part not in text]
    assert not missing, (missing, text)
    assert len(text) < 2500


def test_there_are_more_than_thirty_of_them() -> None:
    assert len(REFUSED) >= 50


@pytest.mark.parametrize("seed", range(40))
def test_whatever_bytes_come_they_are_read_or_refused(seed: int) -> None:
    """Damaged copies of a good file: bytes changed, cut out, doubled."""
    random = np.random.default_rng(seed)
    content = bytearray(csv("a,b,y", *(f"{i * 0.5},{'xy'[i % 2]},{i % 3}" for i in range(40))))
    for _ in range(int(random.integers(1, 8))):
        place = int(random.integers(len(content)))
        content[place : place + int(random.integers(3))] = random.integers(
            0, 256, int(random.integers(4)), np.uint8
        ).tobytes()
    try:
        propose(read(bytes(content), "damaged.csv", LIMITS))
    except Refused as refused:
        assert str(refused)


def test_a_column_that_can_not_be_used_costs_only_itself() -> None:
    content = table(
        ("age", lambda row: "old" if row == 9 else row),
        ("size", lambda row: row * 0.25),
        ("y", lambda row: "no" if row % 2 else "yes"),
    )
    sheet = read(content, "mixed.csv", LIMITS)
    assert [bool(column.problem) for column in sheet.columns] == [True, False, False]
    assert sheet.columns[0].problem.startswith("Line 11, column 'age': 'old' is no number")
    assert propose(sheet).inputs == (1,)


def test_the_largest_file_that_is_allowed_is_read_within_seconds() -> None:
    import time

    rows = ",".join(f"c{i}" for i in range(20)) + "\n" + ("0.5,1.25,2,3,4,5,6,7,8,9," * 2)[:-1] + "\n"
    body = rows.partition("\n")[2]
    content = gzip.compress((rows + body * 19_999).encode())
    began = time.monotonic()
    sheet = read(content, "large.csv.gz", Settings())
    assert sheet.rows == 20_000
    assert time.monotonic() - began < 20
