"""From bytes to text: unzipped within bounds, its encoding found; what is no text is named."""

import codecs
import re
import zlib
from dataclasses import dataclass

from engine.data.own.refusal import Refused, at

GZIP = b"\x1f\x8b"
MEGABYTE = 1_000_000
SAVE_AS = "Save the table as CSV with UTF-8 encoding and upload that."

SIGNATURES: dict[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive (an Excel or OpenDocument workbook is one too)",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3\x00": "an SQLite database",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\x80\x04\x95": "a Python pickle",
    b"\x93NUMPY": "a NumPy array",
}
MARKS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
"""Byte order marks, the longer before those they begin with."""
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
MARKUP = re.compile(r"\s*<(!doctype|html|head|body|\?xml|script|!--)", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """The text of a file and how it was found."""

    text: str
    encoding: str
    """In words: ``UTF-8``, ``UTF-16``, ``Latin-1``."""
    zipped: bool


def decode(content: bytes, most_mb: int, most_unzipped_mb: int) -> Text:
    """The text of ``content``. Raises Refused where it is too large, or no text."""
    if len(content) > most_mb * MEGABYTE:
        size = f"{len(content) / MEGABYTE:,.1f} MB"
        raise Refused(f"The file has {size}; at most {most_mb} MB can be read. Leave out rows or columns, or zip it.")
    zipped = content.startswith(GZIP)
    plain = unzipped(content, most_unzipped_mb) if zipped else content
    if not plain.strip():
        raise Refused("The file is empty. Upload a table with a line of column names and a line for each example.")
    _must_not_be_known(plain)
    text, encoding = _decoded(plain)
    text = text.lstrip("\ufeff")
    _must_be_a_table(text)
    return Text(text, encoding, zipped)


def unzipped(content: bytes, most_mb: int) -> bytes:
    """The content of a gzip file of one or more members. Raises Refused where it is damaged or larger than allowed."""
    most, found, left = most_mb * MEGABYTE, bytearray(), content
    while left.startswith(GZIP):
        unzip = zlib.decompressobj(wbits=31)
        try:
            found += unzip.decompress(left, most + 1 - len(found))
        except zlib.error:
            raise Refused("The gzip file is damaged: it can't be unzipped. Zip the table again.") from None
        if len(found) > most:
            raise Refused(f"The gzip file unzips to more than {most_mb} MB. Leave out rows or columns.")
        if not unzip.eof:
            raise Refused("The gzip file ends too early: a part of it is missing. Upload it again, or zip it anew.")
        left = unzip.unused_data
    if found.startswith(GZIP):
        raise Refused("The file is zipped twice. Unzip it once and upload what comes out.")
    return bytes(found)


def _must_not_be_known(content: bytes) -> None:
    for signature, name in SIGNATURES.items():
        if content.startswith(signature):
            raise Refused(f"This is {name}, not a text file with a table. {SAVE_AS}")


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, codec, name in MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(codec), name
            except UnicodeDecodeError as error:
                raise Refused(_broken(content[len(mark) :], error, name, codec)) from None
    if codec := _unmarked_utf_16(content):
        try:
            return content.decode(codec), "UTF-16"
        except UnicodeDecodeError as error:
            raise Refused(_broken(content, error, "UTF-16", codec)) from None
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if not content[: error.start].isascii():
            raise Refused(_broken(content, error, "UTF-8", "utf-8")) from None
    try:
        return content.decode("cp1252"), "Latin-1"
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = content[error.start]
        raise Refused(f"{at(line)}: the byte 0x{byte:02X} is neither UTF-8 nor Latin-1. {SAVE_AS}") from None


def _unmarked_utf_16(content: bytes) -> str:
    """The codec of UTF-16 without a mark: Western text then has a NUL in every second byte."""
    head = content[:400]
    half = max(len(head) // 2, 1)
    if len(head) < 4 or len(content) % 2:
        return ""
    if head[1::2].count(0) > 0.7 * half and not head[0::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > 0.7 * half and not head[1::2].count(0) else ""


def _broken(content: bytes, error: UnicodeDecodeError, name: str, codec: str) -> str:
    line = content[: error.start].decode(codec, "ignore").count("\n") + 1
    return f"{at(line)}: the text is broken: it is {name} up to there, and then it is not. {SAVE_AS}"


def _must_be_a_table(text: str) -> None:
    if not text.strip():
        raise Refused("The file is empty. Upload a table with a line of column names and a line for each example.")
    if MARKUP.match(text):
        raise Refused(f"Line 1: this is a web page or XML, perhaps saved in place of the table. {SAVE_AS}")
    if text.lstrip()[:2] in ("{", "{\n", "[{", "[[", '{"'):
        raise Refused(f"Line 1: this is JSON, not a table. {SAVE_AS}")
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        name = "a NUL byte" if found[0] == "\x00" else f"the control character 0x{ord(found[0]):02X}"
        raise Refused(f"{at(line)}: {name} stands there, so this is no text file. {SAVE_AS}")
