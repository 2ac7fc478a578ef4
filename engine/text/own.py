"""A visitor's own text: from bytes or a pasted string to a ``Text``; what is no UTF-8 text is refused with its place."""

import re
import unicodedata

from engine.data.own.decode import CONTROL, MEGABYTE, SIGNATURES
from engine.data.own.refusal import Refused, at
from engine.names import plain_name
from engine.settings import Settings, settings
from engine.text.text import Text

SAVE_AS = "Save it as plain text with UTF-8 encoding."
GZIP = b"\x1f\x8b"
WIDE_MARKS = {b"\xff\xfe": "UTF-16 or UTF-32", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32"}


def uploaded(content: bytes, name: str = "", limits: Settings | None = None) -> Text:
    """The text in a file's bytes. Raises Refused, saying what is wrong and where, for what can't be used."""
    most = (limits or settings()).own_text_mb
    if len(content) > most * MEGABYTE:
        size = f"{len(content) / MEGABYTE:,.1f} MB"
        raise Refused(f"The text has {size}; at most {most} MB can be read. Leave out a part of it.")
    _must_not_be_known(content)
    text = _decoded(content.removeprefix(b"\xef\xbb\xbf"))
    _must_be_text(text)
    lines, joint = _pieces(text.replace("\r\n", "\n").replace("\r", "\n"))
    return Text(plain_name(name) or "Your own text", lines, joint)


def pasted(text: str, limits: Settings | None = None) -> Text:
    """A pasted text. Raises Refused as ``uploaded`` does."""
    try:
        return uploaded(text.encode("utf-8"), "Your pasted text", limits)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise Refused(
            f"{at(line)}: half a character (U+{ord(text[error.start]):04X}) stands there. Delete it."
        ) from None


def _must_not_be_known(content: bytes) -> None:
    if not content.strip():
        raise Refused("The text is empty. Give it some sentences.")
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            raise Refused(f"This is {what}, not plain text. {SAVE_AS}")
    if content.startswith(GZIP):
        raise Refused("This is a gzip file, not plain text. Unzip it first.")
    for mark, name in WIDE_MARKS.items():
        if content.startswith(mark):
            raise Refused(f"Byte 1 (line 1): this text is {name}, and UTF-8 is needed. {SAVE_AS}")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        cause = (
            " Its text is perhaps Latin-1 or Windows-1252." if error.start < len(content) - 3 else " It may be cut off."
        )
        raise Refused(
            f"Byte {error.start + 1:,} ({at(line).lower()}): 0x{byte:02X} is not UTF-8 there.{cause} {SAVE_AS}"
        ) from None


def _must_be_text(text: str) -> None:
    if found := CONTROL.search(text):
        offset = len(text[: found.start()].encode()) + 1
        line = text.count("\n", 0, found.start()) + 1
        name = "a NUL byte" if found[0] == "\x00" else f"the control character 0x{ord(found[0]):02X}"
        raise Refused(f"Byte {offset:,} ({at(line).lower()}): {name} stands there, so this is no plain text. {SAVE_AS}")
    if not any(unicodedata.category(c)[0] in "LNPS" for c in text):
        raise Refused("The text has no letter, digit or sign in it. Give it some sentences.")


def _pieces(text: str) -> tuple[tuple[str, ...], str]:
    """(what belongs together, what stands between): paragraphs where there are blank lines, else lines."""
    paragraphs = [part for part in re.split(r"\n[^\S\n]*\n\s*", text.strip()) if part.strip()]
    if len(paragraphs) > 1:
        return tuple(paragraphs), "\n\n"
    return tuple(line for line in text.split("\n") if line.strip()), "\n"
