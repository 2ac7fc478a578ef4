"""Downloaded pictures against files of the same layout that are made here; and the real ones, where there is a network."""

import gzip
import hashlib
import io
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.refusal import Refusal
from engine.vision.sources import remote
from engine.vision.sources.downloaded import Cifar10, Downloaded, FashionMnist, picked

RANDOM = np.random.default_rng(0)
CLOTHES = RANDOM.integers(0, 256, (6000, 28, 28), np.uint8)
CLOTHES_LABELS = (np.arange(6000) % 10).astype(np.uint8)
PHOTOGRAPHS = RANDOM.integers(0, 256, (5, 600, 3, 32, 32), np.uint8)
PHOTOGRAPHS_LABELS = RANDOM.integers(0, 10, (5, 600)).astype(np.uint8)


def clothes(name: str) -> bytes:
    """The two files of Fashion-MNIST in IDX format, a tenth as long."""
    if "labels" in name:
        return gzip.compress(struct.pack(">II", 2049, 6000) + CLOTHES_LABELS.tobytes(), 1)
    return gzip.compress(struct.pack(">IIII", 2051, 6000, 28, 28) + CLOTHES.tobytes(), 1)


def photographs(_: str) -> bytes:
    """The archive of CIFAR-10 in its binary version, with fewer pictures; its files are in no particular order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for batch in (3, 0, 4, 1, 2):
            records = [
                bytes([label]) + picture.tobytes()
                for label, picture in zip(PHOTOGRAPHS_LABELS[batch], PHOTOGRAPHS[batch], strict=True)
            ]
            _add(archive, f"cifar-10-batches-bin/data_batch_{batch + 1}.bin", b"".join(records))
        _add(archive, "cifar-10-batches-bin/test_batch.bin", bytes(3073 * 600))
        _add(archive, "cifar-10-batches-bin/readme.html", b"<html>")
    return out.getvalue()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


@pytest.fixture(autouse=True)
def _nobody_has_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GP_DATA_DIR", str(tmp_path))
    remote._download.cache_clear()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was fetched: small files of the same layout stand in for the real ones."""
    asked: list[str] = []

    def fetch(url: str, folder: Path, sha256: str, n_retries: int) -> Path:
        asked.append(url)
        path = folder / url.rpartition("/")[2]
        path.write_bytes((clothes if "fashion" in url else photographs)(url))
        return path

    monkeypatch.setattr("sklearn.datasets.fetch_file", fetch)
    monkeypatch.setattr(FashionMnist, "published", 6000)
    monkeypatch.setattr(Cifar10, "published", 3000)
    monkeypatch.setattr(Cifar10, "batch", 600)
    return asked


ROWS: tuple[tuple[Downloaded, np.ndarray, np.ndarray], ...] = (
    (FashionMnist(samples=600), CLOTHES[:, None], CLOTHES_LABELS),
    (Cifar10(samples=600), PHOTOGRAPHS.reshape(-1, 3, 32, 32), PHOTOGRAPHS_LABELS.reshape(-1)),
)


@pytest.mark.parametrize(("row", "pictures", "labels"), ROWS, ids=lambda row: getattr(row, "kind", ""))
def test_pictures_are_drawn_from_the_file_with_their_own_classes(
    row: Downloaded, pictures: np.ndarray, labels: np.ndarray, fetched: list[str]
) -> None:
    images = row.build(0)
    known = {picture.tobytes(): int(label) for picture, label in zip(pictures, labels, strict=True)}
    assert len(known) == len(pictures)
    seen = set[bytes]()
    for part in (images.train, images.validation, images.test):
        assert tuple(part.x.shape[1:]) == row.shape and part.x.dtype == torch.float32
        for x, label in zip(part.x.mul(255).round().byte().numpy(), part.label.tolist(), strict=True):
            assert known[x.tobytes()] == label
            seen.add(x.tobytes())
    assert len(seen) == 600
    assert len(images.classes) == 10 and "drawn at random" in images.note


@pytest.mark.parametrize("row", [row for row, *_ in ROWS], ids=lambda row: row.kind)
def test_the_seed_decides_which_are_drawn(row: Downloaded, fetched: list[str]) -> None:
    one, same, other = (row.build(seed).train.x for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)


@pytest.mark.parametrize("row", [FashionMnist(), Cifar10()], ids=lambda row: row.kind)
def test_without_a_network_it_is_said_what_was_tried_and_what_to_do(
    row: Downloaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: Any, **__: Any) -> Any:
        raise OSError("no network")

    monkeypatch.setattr("sklearn.datasets.fetch_file", offline)
    said = rf"{row.label} could not be downloaded: OSError from https://.*put that file into the folder 'pictures'"
    with pytest.raises(Refusal, match=said):
        row.build(0)
    assert row.classes and row.shape  # known without the pictures


def test_a_download_that_takes_long_is_said_to_be_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr("engine.data.download.Download.get", late)
    with pytest.raises(
        Refusal, match=r"CIFAR-10: the download of 170 MB is still on its way. Choose it again in a minute"
    ):
        Cifar10().build(0)


def test_a_failed_download_is_tried_again(monkeypatch: pytest.MonkeyPatch, fetched: list[str]) -> None:
    def offline(*_: Any, **__: Any) -> Any:
        raise OSError("no network")

    with monkeypatch.context() as patch, pytest.raises(Refusal):
        patch.setattr("sklearn.datasets.fetch_file", offline)
        FashionMnist(samples=500).build(0)
    images = FashionMnist(samples=500).build(0)
    assert len(images.train) + len(images.validation) + len(images.test) == 500 and len(fetched) == 2


def test_scikit_learn_checks_what_lies_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner of a server without a network puts the file there by hand."""
    content = clothes("labels")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "by-hand.gz").write_bytes(content)
    right = remote.Remote("https://localhost:9/by-hand.gz", hashlib.sha256(content).hexdigest(), 1.0)
    assert right.path("It").read_bytes() == content
    wrong = remote.Remote("https://localhost:9/by-hand.gz", "0" * 64, 1.0)
    with pytest.raises(Refusal, match="It could not be downloaded"):
        wrong.path("It")


@pytest.mark.parametrize("rows", [[0], [2499], [0, 999, 1000, 1001, 2000, 2499], list(range(2500)), []])
def test_records_are_picked_as_numpy_would(rows: list[int]) -> None:
    table = RANDOM.integers(0, 256, (2500, 7), np.uint8)
    found = picked(io.BytesIO(table.tobytes()), 7, np.array(rows, np.int64))
    np.testing.assert_array_equal(found, table[rows])


def test_a_file_that_ends_too_early_is_an_error() -> None:
    with pytest.raises(ValueError, match="the file ends at record 5, before record 9"):
        picked(io.BytesIO(bytes(35)), 7, np.array([2, 9]))


@pytest.mark.parametrize("row", [FashionMnist(), Cifar10()], ids=lambda row: row.kind)
def test_what_is_kept_of_the_largest_sample_is_bounded(row: Downloaded) -> None:
    most = next(item.le for item in type(row).model_fields["samples"].metadata if hasattr(item, "le"))
    assert most * int(np.prod(row.shape)) <= 8_000_000


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [lambda: FashionMnist(samples=500)])
def test_the_published_files_have_this_layout(make: Callable[[], Downloaded]) -> None:
    try:
        images = make().build(0)
    except Refusal as refused:
        pytest.skip(str(refused))
    assert len(images.train) + len(images.validation) + len(images.test) == 500
    assert set(images.train.label.tolist()) == set(range(10))
    assert 0.2 < float(images.train.x.mean()) < 0.4  # Fashion-MNIST's mean is 0.286
