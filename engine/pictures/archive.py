"""A zip that somebody sends: its list of files checked before one is unpacked, and each unpacked in memory, within bounds.

Nothing is ever written to a disk, so that no name can lead anywhere; names that try are refused all the same.
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
from dataclasses import dataclass

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused
from engine.names import plain_name
from engine.pictures.kinds import name_of
from engine.settings import Settings

HEAD, END, FAR_END = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
END_BYTES, LONGEST_COMMENT = 22, 65_535
ENTRY_BYTES = 400
"""Of the list of files at most, for each file: 46, its name, and what packers add."""
SPARE_ENTRIES = 1_000
"""Folders and files beside the pictures, such as a Mac's doubles."""
UNPACKED = 4
"""A zip unpacks to at most so many times ``own_zip_mb``: pictures are packed already and shrink no more."""
RATIO, SMALL = 100, 100_000
"""A file of more than ``SMALL`` bytes that shrank to less than a hundredth is no picture but a bomb."""
PEEKED = 32
"""Bytes that tell what a file is."""
DRIVE = re.compile(r"[A-Za-z]:")
DEBRIS = {"thumbs.db", "desktop.ini", "__macosx"}
"""What systems leave in folders without being asked, besides names that begin with a dot."""
AGAIN = "Pack the folder again, as an ordinary zip."


@dataclass(frozen=True)
class Member:
    """A file in a zip."""

    parts: tuple[str, ...]
    """Its path: folders, then its name."""
    info: zipfile.ZipInfo

    @property
    def path(self) -> str:
        """Fit to be shown."""
        return plain_name("/".join(self.parts), 80)


def opened(content: bytes, limits: Settings) -> zipfile.ZipFile:
    """The zip in a file's bytes, of which only the list of files is read. Raises Refused where that is none, or too long."""
    if len(content) > limits.own_zip_mb * MEGABYTE:
        size = f"{len(content) / MEGABYTE:,.1f} MB"
        raise Refused(f"The zip has {size}; at most {limits.own_zip_mb} MB can be read. Make its pictures smaller.")
    _must_be_a_zip(content)
    most = (limits.own_pictures + SPARE_ENTRIES) * ENTRY_BYTES
    if _list_bytes(content) > most:
        raise Refused(f"The zip lists more files than can be read: at most {limits.own_pictures:,} pictures. {AGAIN}")
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception:  # whatever is in a list of files that somebody has made up
        raise Refused(f"The zip is damaged: its list of files can't be read. {AGAIN}") from None


def members(zipped: zipfile.ZipFile, limits: Settings) -> tuple[tuple[Member, ...], int]:
    """(the files in a zip by their paths, how many hidden ones were left out). Raises Refused for one that is not safe."""
    infos = zipped.infolist()
    if len(infos) > limits.own_pictures + SPARE_ENTRIES:
        raise Refused(f"The zip holds {len(infos):,} files; at most {limits.own_pictures:,} pictures can be read.")
    found: dict[tuple[str, ...], Member] = {}
    hidden, total = 0, 0
    for info in infos:
        member = Member(_parts(_name(info)), info)
        _must_be_plain(member)
        if info.is_dir() or not member.parts:
            continue
        if any(part.startswith(".") or part.lower() in DEBRIS for part in member.parts):
            hidden += 1
            continue
        if member.parts in found:
            raise Refused(f"{member.path}: the zip holds two files of this name, and one of them hides. {AGAIN}")
        found[member.parts] = member
        total += info.file_size
    if total > (most := UNPACKED * limits.own_zip_mb) * MEGABYTE:
        raise Refused(
            f"The zip unpacks to {total / MEGABYTE:,.0f} MB; at most {most} MB can be read. Leave out pictures."
        )
    return tuple(found[parts] for parts in sorted(found)), hidden


def peeked(zipped: zipfile.ZipFile, member: Member) -> bytes:
    """The first bytes of a file. Raises Refused where it is damaged, or a zip itself."""
    head = _read(zipped, member, PEEKED)
    if head.startswith((HEAD, END)):
        raise Refused(f"{member.path}: this is a ZIP archive within the zip. Unpack it first, and pack its pictures.")
    return head


def unpacked(zipped: zipfile.ZipFile, member: Member, limits: Settings) -> bytes:
    """The content of a file. Raises Refused where it is damaged, too large, or packed more tightly than pictures are."""
    size, packed = member.info.file_size, max(member.info.compress_size, 1)
    if size > limits.own_picture_mb * MEGABYTE:
        raise Refused(
            f"{member.path}: {size / MEGABYTE:,.1f} MB; at most {limits.own_picture_mb} MB can be read. Make it smaller."
        )
    if size > SMALL and size > RATIO * packed:
        raise Refused(f"{member.path}: {size:,} bytes packed into {packed:,} are no picture. Leave it out.")
    return _read(zipped, member, size)


# --- the list of files ----------------------------------------------------------------------------------------------


def _must_be_a_zip(content: bytes) -> None:
    if not content:
        raise Refused("The file is empty. Upload a zip with a folder of pictures for each class.")
    if content.startswith(END):
        raise Refused("The zip is empty. Pack a folder of pictures for each class into it.")
    if not content.startswith(HEAD):
        what = name_of(content[:1000])
        found = f"This is {what}, not a zip" if what else "This is no zip"
        raise Refused(f"{found}. Put the pictures of each class into a folder named after it, and zip these folders.")


def _list_bytes(content: bytes) -> int:
    """Bytes of the list of files, as the record at the end says it and ``zipfile`` will read it."""
    last = len(content) - END_BYTES
    if not (content.startswith(END, last) and content.endswith(b"\0\0")):
        last = content.rfind(END, max(0, last - LONGEST_COMMENT))
    if last < 0 or last + END_BYTES > len(content):
        raise Refused(
            f"The zip is damaged or cut off: the list of its files, which stands at its end, is missing. {AGAIN}"
        )
    if content.startswith(FAR_END, max(last - 20, 0)):
        raise Refused(f"The zip is of the kind that is made for many gigabytes (ZIP64). {AGAIN}")
    return int(struct.unpack_from("<L", content, last + 12)[0])


def _name(info: zipfile.ZipInfo) -> str:
    """The name of an entry: UTF-8 where it is that, flagged or not as some packers do, else the code page 437 of old."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _parts(name: str) -> tuple[str, ...]:
    """The folders and the name in a path. Raises Refused for one that leads out of the folder it is unpacked to."""
    path = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or DRIVE.match(path) or ".." in parts:
        shown = plain_name(name, 80)
        raise Refused(f"{shown}: this name leads out of the folder that the zip is unpacked to. {AGAIN}")
    return tuple(part for part in parts if part not in ("", "."))


def _must_be_plain(member: Member) -> None:
    """Raise Refused for what is no ordinary file or folder, or can't be read without more."""
    info = member.info
    kind = stat.S_IFMT(info.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise Refused(f"{member.path}: this is a link to another file. Put the file itself in its place.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(f"{member.path}: this is neither a file nor a folder. Leave it out.")
    if info.flag_bits & 0x1:
        raise Refused(f"{member.path}: it is locked with a password. Pack the folder again without one.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{member.path}: it is packed in a way that can't be read here. {AGAIN}")


def _read(zipped: zipfile.ZipFile, member: Member, most: int) -> bytes:
    try:
        with zipped.open(member.info) as file:
            return file.read(most)
    except Exception:  # as above: overlapping files, wrong checksums, streams that end early
        raise Refused(f"{member.path}: this file of the zip is damaged. {AGAIN}") from None
