"""A good zip of pictures: what is in it, in which order, and what is said of it."""

import zipfile

import numpy as np
import pytest

from engine.pictures.decode import decode_square
from engine.pictures.folder import read
from tests.engine.pictures.files import colours, saved
from tests.engine.pictures.test_bad_zips import flagged, packed, pets


def test_each_folder_is_a_class_and_each_picture_its_middle_square() -> None:
    folder = read(packed(pets()), "my pets.zip", 16)
    assert folder.name == "my pets.zip" and folder.classes == ("cats", "dogs") and folder.counts == (6, 6)
    assert folder.labels.tolist() == [0] * 6 + [1] * 6 and folder.side == 16 and not folder.is_grey
    for square, file in zip(folder.pixels, pets().values(), strict=True):
        np.testing.assert_array_equal(square, decode_square(file, 16))
    assert folder.notes == ()


@pytest.mark.parametrize("root", ["pets/", "a/b/pets/", "./", "pets\\"])
@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_folders_around_the_classes_and_the_way_of_packing_change_nothing(root: str, packing: int) -> None:
    plain, wrapped = read(packed(pets())), read(packed(pets(root=root), packing))
    assert wrapped.digest == plain.digest and wrapped.classes == plain.classes
    np.testing.assert_array_equal(wrapped.pixels, plain.pixels)


def test_the_order_of_a_zip_changes_nothing() -> None:
    files = pets()
    turned = dict(reversed(files.items()))
    assert read(packed(turned)).digest == read(packed(files)).digest


def test_the_digest_tells_pictures_classes_and_sizes_apart() -> None:
    files = pets()
    renamed = {path.replace("dogs", "wolves"): file for path, file in files.items()}
    others = {**files, "cats/0.png": saved(colours(seed=99))}
    found = {read(packed(content)).digest for content in (files, renamed, others)} | {
        read(packed(files), side=48).digest
    }
    assert len(found) == 4


def test_parts_drawn_by_somebody_else_are_taken_together() -> None:
    files = {**pets(root="data/train/"), **pets(3, root="data/test/")}
    folder = read(packed(files))
    assert folder.classes == ("cats", "dogs") and folder.counts == (9, 9)
    assert folder.notes == ("Folders such as train and test were taken together: the parts are drawn here anew.",)


def test_one_part_alone_is_only_a_folder_around_the_classes() -> None:
    folder = read(packed(pets(root="train/")))
    assert folder.classes == ("cats", "dogs") and folder.notes == ()


def test_what_systems_leave_in_folders_is_left_out_and_said() -> None:
    debris = {"__MACOSX/cats/._0.png": b"x", "cats/.DS_Store": b"x", "dogs/Thumbs.db": b"x", ".git/0.png": b"x"}
    folder = read(packed({**pets(), **debris}))
    assert folder.counts == (6, 6)
    assert folder.notes == ("4 hidden files were left out, as systems put into folders.",)


def test_what_is_no_picture_is_left_out_and_said() -> None:
    more = {"cats/notes.txt": b"x", "read me.md": b"y", "dogs/a.gif": saved(colours(), "GIF"), "dogs/b.csv": b"1"}
    folder = read(packed({**pets(), **more}))
    assert folder.counts == (6, 6)
    listed = "cats/notes.txt, dogs/a.gif, dogs/b.csv, …"
    assert folder.notes == (f"4 files were left out, being no PNG or JPEG: {listed}.",)


def test_a_picture_is_known_by_its_content_whatever_its_name() -> None:
    files = {path.replace(".png", ".dat"): file for path, file in pets().items()}
    assert read(packed(files)).counts == (6, 6)


def test_uneven_classes_are_said_with_what_a_constant_answer_reaches() -> None:
    files = {**{f"cats/{n}.png": saved(colours(seed=n)) for n in range(20)}, **pets(5)}
    folder = read(packed({**files, **{f"cats/{n}.png": saved(colours(seed=n)) for n in range(20)}}))
    assert folder.counts == (20, 5)
    assert folder.notes[0].startswith("'cats' has 4.0 times the pictures of 'dogs'") and "right 80%" in folder.notes[0]
    assert read(packed({**pets(5), **{f"cats/{n}.png": saved(colours()) for n in range(14)}})).notes == ()


def test_grey_pictures_among_coloured_ones_get_three_channels() -> None:
    grey = {"cats/g.png": saved(colours()[..., 0])}
    folder = read(packed({**pets(), **grey}))
    assert folder.pixels.shape[1] == 3
    row = [*sorted(pets()), "cats/g.png"]
    place = sorted(row).index("cats/g.png")
    assert (folder.pixels[place] == folder.pixels[place, :1]).all()


def test_grey_pictures_alone_have_one_channel() -> None:
    files = {path: saved(colours(seed=number)[..., 0]) for number, path in enumerate(pets())}
    folder = read(packed(files))
    assert folder.is_grey and folder.pixels.shape == (12, 1, 32, 32)


def test_names_are_shown_as_they_were_meant_flagged_or_not() -> None:
    files = {path.replace("cats", "Kätzchen"): file for path, file in pets().items()}
    flag = read(packed(files))
    content = packed(files)
    for path in files:
        content = flagged_off(content, path.encode())
    assert flag.classes == read(content).classes == ("dogs", "Kätzchen")


def flagged_off(content: bytes, name: bytes) -> bytes:
    """The zip with the mark taken away that says that this name is UTF-8; whoever packed it forgot."""
    marked = flagged(content, name, 0)
    for signature, at, length in ((b"PK\x03\x04", 7, 30), (b"PK\x01\x02", 9, 46)):
        place = marked.index(signature)
        while not marked.startswith(name, place + length):
            place = marked.index(signature, place + 1)
        marked = marked[: place + at] + bytes([marked[place + at] & ~0x08]) + marked[place + at + 1 :]
    return marked


def test_names_of_the_code_page_of_old_are_read_as_such() -> None:
    files = {path.replace("cats", "xxxx"): file for path, file in pets().items()}
    content = packed(files).replace(b"xxxx/", b"K\x84t\x81/")
    assert read(content).classes == ("dogs", "Kätü")


def test_names_that_would_break_a_page_are_made_plain() -> None:
    files = {path.replace("cats", "a\u202eb\nc" + "x" * 200): file for path, file in pets().items()}
    folder = read(packed(files))
    assert all(len(name) <= 48 and name.isprintable() for name in folder.classes)


def test_what_is_kept_can_not_be_changed_and_knows_its_bytes() -> None:
    folder = read(packed(pets()), side=16)
    with pytest.raises(ValueError, match="read-only"):
        folder.pixels[0] = 0
    assert 12 * 3 * 256 < folder.nbytes < 12 * 3 * 256 + 3000
