"""A visitor's own pictures as the data of a run: theirs alone, in three parts, the same for the same seed."""

import gc

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from engine.data.own.refusal import Refused
from engine.data.own.store import reading_as, store
from engine.pictures.folder import Folder, read
from engine.vision.sources.catalog import built
from engine.vision.sources.own import OwnPictures, pictures_of
from tests.engine.pictures.files import colours, saved
from tests.engine.pictures.test_bad_zips import packed, pets


def kept(files: dict[str, bytes], owner: str = "", side: int = 16) -> Folder:
    """Read a zip of these files and keep it."""
    folder = read(packed(files), "pets.zip", side)
    store().put(owner, folder)
    return folder


def test_the_parts_hold_every_picture_once_with_its_class() -> None:
    folder = kept(pets(20))
    images = pictures_of(folder).build(0)
    assert [len(part) for part in (images.train, images.validation, images.test)] == [24, 8, 8]
    assert images.classes == ("cats", "dogs") and images.shape == pictures_of(folder).shape == (3, 16, 16)
    expected = {(folder.pixels[place].tobytes(), int(folder.labels[place])) for place in range(40)}
    parts = (images.train, images.validation, images.test)
    given = [
        (part.x[row].mul(255).round().byte().numpy().tobytes(), int(part.label[row]))
        for part in parts
        for row in range(len(part))
    ]
    assert len(given) == 40 and set(given) == expected


def test_the_seed_decides_the_parts() -> None:
    own = pictures_of(kept(pets(20)))
    one, same, other = (own.build(seed).train.x for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_of_a_small_class_each_part_has_a_picture() -> None:
    images = pictures_of(kept(pets(5))).build(3)
    for part in (images.train, images.validation, images.test):
        assert set(part.label.tolist()) == {0, 1}


def test_scaling_comes_from_the_training_part_alone() -> None:
    images = pictures_of(kept(pets(20))).build(0)
    np.testing.assert_allclose(images.mean, images.train.x.double().mean((0, 2, 3)), atol=1e-5)
    np.testing.assert_allclose(images.std, images.train.x.double().std((0, 2, 3), correction=0), atol=1e-5)


def test_in_grey_a_colour_is_as_bright_as_pillow_says() -> None:
    folder = kept(pets(6))
    own = pictures_of(folder).model_copy(update={"grey": True})
    found = own.build(0)
    assert found.shape == own.shape == (1, 16, 16)
    bright = [np.asarray(Image.fromarray(p.transpose(1, 2, 0)).convert("L")) for p in folder.pixels]
    given = torch.cat([found.train.x, found.validation.x, found.test.x]).mul(255).numpy()
    for picture in given:
        assert min(np.abs(picture[0] - grey).max() for grey in bright) <= 1.01


def test_grey_pictures_are_offered_in_grey_and_can_be_had_in_colour() -> None:
    files = {path: saved(colours(seed=number)[..., 0]) for number, path in enumerate(pets())}
    own = pictures_of(kept(files))
    assert own.grey and own.build(0).shape == (1, 16, 16)
    coloured = own.model_copy(update={"grey": False}).build(0)
    assert coloured.shape == (3, 16, 16) and (coloured.train.x == coloured.train.x[:, :1]).all()


def test_a_link_opens_nothing_for_who_does_not_have_the_pictures() -> None:
    folder = kept(pets(), "ann")
    own = pictures_of(folder)
    assert own.is_private and own.shape == (3, 16, 16)
    with reading_as("ann"):
        own.must_be_mine()
        assert own.classes == ("cats", "dogs")
    with reading_as("bob"):
        for asked in (own.must_be_mine, lambda: own.classes, lambda: own.build(0)):
            with pytest.raises(Refused, match=r"stay with their owner.*If you have the zip, upload it here"):
                asked()
    store().release("ann")


def test_a_link_holds_neither_a_name_nor_a_pixel() -> None:
    own = pictures_of(kept(pets()))
    assert set(own.model_dump()) == {"kind", "file", "side", "grey"} and len(own.file) == 16


def test_no_pictures_yet_is_said_otherwise() -> None:
    with pytest.raises(Refused, match="No pictures have been uploaded yet"):
        OwnPictures().build(0)


def test_another_size_than_they_were_made_is_refused() -> None:
    own = pictures_of(kept(pets()))
    with pytest.raises(Refused, match=r"data.side: got 48; these pictures were made 16 pixels wide. Upload them again"):
        own.model_copy(update={"side": 48}).build(0)


@pytest.mark.parametrize("given", [{"file": "../../etc/passwd"}, {"file": "A" * 16}, {"side": 15}, {"side": 65}])
def test_what_no_pictures_can_have_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OwnPictures.model_validate(given)


def test_building_leaves_what_is_kept_as_it_was() -> None:
    folder = kept(pets())
    before = folder.pixels.copy()
    pictures_of(folder).build(0).train.x.zero_()
    np.testing.assert_array_equal(folder.pixels, before)


def test_runs_share_the_pictures_while_one_has_them_and_nobody_else_gets_them() -> None:
    gc.collect()
    before = built.private_bytes()  # of other tests' visitors
    own = pictures_of(kept(pets(20), "ann"))
    with reading_as("ann"):
        one = built(own, 0)
        assert built(own, 0) is one and built.private_bytes() >= one.nbytes
    with reading_as("bob"), pytest.raises(Refused, match="stay with their owner"):
        built(own, 0)
    store().release("ann")
    del one
    gc.collect()
    assert built.private_bytes() <= before


def test_a_network_learns_to_tell_own_pictures_apart() -> None:
    from engine.vision.experiment import VisionExperiment
    from engine.vision.run import VisionRun

    dark = {f"dark/{n}.png": saved(colours(seed=n) // 4) for n in range(20)}
    bright = {f"bright/{n}.png": saved(255 - colours(seed=n) // 4) for n in range(20)}
    own = pictures_of(kept({**dark, **bright}))
    run = VisionRun(VisionExperiment(data=own))
    run.advance(30)
    assert run.data.classes == ("bright", "dark") and run.snapshot().scores[-1] == 1.0
