"""What kind of file somebody's bytes are, by their content: a name says nothing."""

import re
from typing import Literal

from engine.data.own.decode import GZIP, MARKUP, SIGNATURES
from engine.data.own.refusal import Refused

Kind = Literal["PNG", "JPEG"]
READ: dict[bytes, Kind] = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
"""What can be read, by its first bytes."""
OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"GIF8", "a GIF picture"),
        (rb"RIFF....WEBP", "a WebP picture"),
        (rb"BM....\x00\x00\x00\x00", "a BMP picture"),
        (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", "a TIFF picture, or a camera's raw one"),
        (rb"....ftyp(heic|heix|hevc|heim|heis|mif1|msf1)", "a HEIC picture, as iPhones take them"),
        (rb"....ftypavi[fs]", "an AVIF picture"),
        (rb"....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI ", "a film"),
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
        (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
        (rb"8BPS", "a Photoshop document"),
        (rb"\x00\x00\x01\x00", "an icon"),
        (rb"P[1-7]\s", "a PNM picture"),
        (rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg", "an SVG drawing"),
        (GZIP, "a gzip file"),
    )
)
SAVE_AS = "Save it as PNG or JPEG and upload that."


def is_read(content: bytes) -> bool:
    """Whether its first bytes are those of a picture that can be read."""
    return content.startswith(tuple(READ))


def kind_of(content: bytes) -> Kind:
    """PNG or JPEG. Raises Refused, naming what the file is instead."""
    for signature, kind in READ.items():
        if content.startswith(signature):
            return kind
    raise Refused(_instead(content))


def name_of(head: bytes) -> str:
    """What begins with these bytes, in words with an article: ``a GIF picture``; empty where nobody knows."""
    found = next((name for pattern, name in OTHERS if pattern.match(head)), "")
    return found or next((name for signature, name in SIGNATURES.items() if head.startswith(signature)), "")


def _instead(content: bytes) -> str:
    head = content[:1000]
    if not content:
        return "The file is empty. Upload a picture as PNG or JPEG."
    if named := name_of(head):
        return f"This is {named}; PNG and JPEG can be read. {SAVE_AS}"
    text = _as_text(head)
    if MARKUP.match(text):
        return f"This is a web page or XML, perhaps saved in place of the picture. {SAVE_AS}"
    if text:
        return f"This is a text, whatever its name says; PNG and JPEG can be read. {SAVE_AS}"
    return f"This is no picture that can be read: its first bytes are not those of a PNG or a JPEG. {SAVE_AS}"


def _as_text(head: bytes) -> str:
    """The first characters, where the bytes are UTF-8 without control characters; empty where they are not."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return ""
        text = head[: error.start].decode("utf-8")
    return text if all(c.isprintable() or c.isspace() for c in text) else ""
