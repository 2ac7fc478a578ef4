"""Every zip that is no folder of pictures, or a trap, is refused in words that name the file and say what to do."""

import io
import stat
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.data.own.refusal import Refused
from engine.pictures.folder import read
from engine.settings import Settings
from tests.engine.pictures.files import colours, png_of, saved

PNG = saved(colours())


def packed(files: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return out.getvalue()


def pets(count: int = 6, root: str = "") -> dict[str, bytes]:
    """Two classes."""
    return {
        f"{root}{name}/{number}.png": saved(colours(seed=number + 20 * place))
        for place, name in enumerate(("cats", "dogs"))
        for number in range(count)
    }


def with_entry(name: str, content: bytes = PNG, **changed: Any) -> bytes:
    """A good zip with one more entry, whose record in the list of files is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for path, file in pets().items():
            zipped.writestr(path, file)
        info = zipfile.ZipInfo(name)
        zipped.writestr(info, content)
        for field, value in changed.items():
            setattr(info, field, value)
    return out.getvalue()


def twice() -> bytes:
    """The second of two names made the first, in both of its records."""
    content = packed({**pets(), "cats/x.png": PNG})
    return content.replace(b"cats/x.png", b"cats/1.png")


def overlapping() -> bytes:
    """Two records that point to the same bytes."""
    content = bytearray(packed({**pets(), "dogs/y.png": PNG}))
    last = content.rindex(b"PK\x01\x02")
    first = content.index(b"PK\x01\x02")
    content[last + 42 : last + 46] = content[first + 42 : first + 46]
    return bytes(content)


def flagged(content: bytes, name: bytes, flag: int) -> bytes:
    """The zip with a flag set in both records of a file."""
    changed = bytearray(content)
    for signature, at, length in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        place = changed.index(signature)
        while not changed.startswith(name, place + length):
            place = changed.index(signature, place + 1)
        old = struct.unpack_from("<H", changed, place + at)[0]
        struct.pack_into("<H", changed, place + at, old | flag)
    return bytes(changed)


def many_entries() -> bytes:
    """A list of files of many megabytes."""
    body = packed({"a/1.png": PNG})
    entry_at, end_at = body.index(b"PK\x01\x02"), body.rindex(b"PK\x05\x06")
    entries = body[entry_at:end_at] * 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65_535, 65_535, len(entries), entry_at, 0)
    return body[:entry_at] + entries + end


LINK = (stat.S_IFLNK | 0o777) << 16
PIPE = (stat.S_IFIFO | 0o644) << 16
REFUSED: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("The file is empty.", "a folder of pictures for each class")),
    "an empty zip": (packed({}), ("The zip is empty.",)),
    "one picture": (PNG, ("This is a PNG picture, not a zip", "zip these folders")),
    "a text": (b"cats and dogs", ("This is no zip",)),
    "a 7z": (b"7z\xbc\xaf\x27\x1c" + bytes(99), ("This is a 7z archive, not a zip",)),
    "a zip cut off": (packed(pets())[:-200], ("damaged or cut off", "Pack the folder again")),
    "a zip of nothing but its first bytes": (b"PK\x03\x04" + bytes(60), ("damaged or cut off",)),
    "a zip whose list is overwritten": (
        packed(pets()).replace(b"PK\x01\x02", b"PK\x09\x09"), ("its list of files can't be read",),
    ),
    "a ZIP64": (
        packed(pets())[:-22] + b"PK\x06\x07" + bytes(16) + packed(pets())[-22:], ("many gigabytes (ZIP64)",),
    ),
    "a hundred thousand files": (many_entries(), ("lists more files than can be read: at most 1,000 pictures",)),
    "three thousand files": (packed({f"a/{n}.txt": b"" for n in range(3000)}), ("The zip holds 3,000 files",)),
    "a name that climbs": (packed({**pets(), "../../etc/x.png": PNG}), ("../../etc/x.png: this name leads out",)),
    "a name that climbs from within": (packed({**pets(), "cats/../../x.png": PNG}), ("this name leads out",)),
    "a name that climbs the Windows way": (packed({**pets(), "cats\\..\\..\\x.png": PNG}), ("this name leads out",)),
    "a name from the root": (packed({**pets(), "/etc/x.png": PNG}), ("/etc/x.png: this name leads out",)),
    "a name on a drive": (packed({**pets(), "C:/x/x.png": PNG}), ("C:/x/x.png: this name leads out",)),
    "a name on another machine": (packed({**pets(), "\\\\host\\x.png": PNG}), ("this name leads out",)),
    "a link": (with_entry("cats/x.png", b"/etc/passwd", external_attr=LINK, create_system=3), (
        "cats/x.png: this is a link to another file",
    )),
    "a link made to look like Windows'": (with_entry("cats/x.png", b"/", external_attr=LINK, create_system=0), (
        "cats/x.png: this is a link",
    )),
    "a pipe": (with_entry("cats/x.png", external_attr=PIPE), ("cats/x.png: this is neither a file nor a folder",)),
    "a password": (flagged(packed({**pets(), "cats/x.png": PNG}), b"cats/x.png", 1), (
        "cats/x.png: it is locked with a password",
    )),
    "another way of packing": (packed(pets(), zipfile.ZIP_LZMA), ("packed in a way that can't be read here",)),
    "a zip in the zip": (packed({**pets(), "cats/more.png": packed(pets())}), (
        "cats/more.png: this is a ZIP archive within the zip", "Unpack it first",
    )),
    "the same name twice": (twice(), ("cats/1.png: the zip holds two files of this name",)),
    "the same name twice, composed in two ways": (
        packed({**pets(), "cats/é.png": PNG, "cats/e\u0301.png": PNG}), ("holds two files of this name",),
    ),
    "files that overlap": (overlapping(), ("this file of the zip is damaged",)),
    "a wrong checksum": (
        packed(pets()).replace(PNG[-60:-40], PNG[-60:-41] + b"\x00"), ("this file of the zip is damaged",),
    ),
    "a name that is no UTF-8 though it says so": (
        flagged(packed({**pets(), "cats/xx.png": PNG}).replace(b"xx.png", b"\xff\xfe.png"), b"cats/\xff", 0x800),
        ("its list of files can't be read",),
    ),
    "a bomb among pictures": (
        packed({**pets(), "cats/x.png": PNG + bytes(4_000_000)}, zipfile.ZIP_DEFLATED),
        ("cats/x.png: 4,0", "are no picture. Leave it out"),
    ),
    "bombs beside pictures": (
        packed({**pets(), **{f"cats/{n}.bin": bytes(5_000_000) for n in range(9)}}, zipfile.ZIP_DEFLATED),
        ("The zip unpacks to 45 MB; at most 40 MB",),
    ),
    "a picture of too many pixels": (
        packed({**pets(), "cats/x.png": png_of(8000, 8000, 1, 0, bytes(1001 * 8000))}),
        ("cats/x.png: The picture has 8,000 × 8,000 pixels",),
    ),
    "many pictures of many pixels": (
        packed({f"{name}/{n}.png": png_of(3600, 3600, 1, 0, bytes(451 * 3600)) for name in "ab" for n in range(5)}),
        ("b/3.png: with it the pictures have more than 104 million pixels",),
    ),
    "a text named .png": (packed({**pets(), "cats/x.png": b"hello"}), ("cats/x.png: This is a text, whatever",)),
    "a picture cut off": (packed({**pets(), "cats/x.png": PNG[: len(PNG) // 2]}), ("cats/x.png: This PNG is damaged",)),
    "an empty picture": (packed({**pets(), "cats/x.jpg": b""}), ("cats/x.jpg: The file is empty",)),
    "no pictures": (packed({"cats/a.txt": b"x", "dogs/b.md": b"y"}), ("no PNG or JPEG picture in it, only cats/a.txt",)),
    "pictures in no folder": (packed({f"{n}.png": PNG for n in range(9)}), ("0.png: it lies in no folder",)),
    "a picture beside the folders": (packed({**pets(), "x.png": PNG}), ("x.png: it lies in no folder",)),
    "one folder": (packed({f"cats/{n}.png": PNG for n in range(9)}), ("at least two of them",)),
    "one folder besides an empty one": (
        packed({"dogs/": b"", **{f"cats/{n}.png": PNG for n in range(9)}}), ("at least two of them",),
    ),
    "one class in two parts": (
        packed({f"{part}/cats/{n}.png": PNG for part in ("train", "test") for n in range(9)}),
        ("There is only the folder 'cats'", "at least two classes"),
    ),
    "eleven folders": (packed({f"{name}/{n}.png": PNG for name in "abcdefghijk" for n in range(5)}), (
        "The zip has 11 folders of pictures; at most 10 classes",
    )),
    "a class of four": (packed({**pets(), **{f"owls/{n}.png": PNG for n in range(4)}}), (
        "The folder 'owls' has only 4 pictures; at least 5", "or leave the folder out",
    )),
    "too many bytes": (packed({"a/x.bin": bytes(10_000_001)}), ("The zip has 10.0 MB; at most 10 MB",)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_zip_that_can_not_be_used_is_refused_with_what_where_and_what_to_do(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(Refused) as caught:
        read(content, "bad.zip", 16)
    text = str(caught.value)
    missing = [part for part in said if part not in text]
    assert not missing, (missing, text)
    assert len(text) < 400


def test_there_are_more_than_forty_of_them() -> None:
    assert len(REFUSED) >= 40


def test_too_many_pictures_for_the_memory_are_refused_with_how_many_would_fit() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    content = packed({f"{name}/{n}.png": saved(noise) for name in "ab" for n in range(5)})
    small = Settings(own_pictures_mb=1)
    assert len(read(content, side=64, limits=small).pixels) == 10
    tight = packed({f"{name}/{n}.png": saved(noise) for name in "ab" for n in range(41)})
    with pytest.raises(Refused, match=r"b/9.png|b/\d+.png: at 64 × 64 pixels .* fit into 1 MB: 81 in colour. Choose a"):
        read(tight, side=64, limits=small)
    with pytest.raises(Refused, match="holds 82 pictures; at most 81 can be read"):
        read(tight, limits=Settings(own_pictures=81))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_bytes_come_they_are_read_or_refused(seed: int) -> None:
    """Damaged copies of a good zip: bytes changed, cut out, doubled."""
    random = np.random.default_rng(seed)
    damaged = bytearray(packed(pets(), (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)[seed % 2]))
    for _ in range(int(random.integers(1, 6))):
        place = int(random.integers(4, len(damaged)))
        new = random.integers(0, 256, int(random.integers(4)), np.uint8).tobytes()
        damaged[place : place + int(random.integers(3))] = new
    try:
        read(bytes(damaged), "damaged.zip", 16)
    except Refused as refused:
        assert str(refused)


def test_a_zip_whose_sizes_lie_is_refused() -> None:
    """A file that unpacks to more than both of its records say."""
    content = packed({**pets(), "cats/x.png": PNG + bytes(900_000)}, zipfile.ZIP_DEFLATED)
    size, less = struct.pack("<L", len(PNG) + 900_000), struct.pack("<L", 90_000)
    assert content.count(size) == 2
    with pytest.raises(Refused, match="damaged"):
        read(content.replace(size, less), side=16)
