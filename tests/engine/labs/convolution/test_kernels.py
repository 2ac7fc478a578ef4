"""Every kernel of the catalog: its texts, its weights against SciPy and closed forms."""

import numpy as np
import pytest
from scipy import ndimage

from engine.choice import catalog
from engine.labs.convolution.kernels import (
    BoxBlur,
    Emboss,
    GaussianBlur,
    Identity,
    Kernel,
    KernelChoice,
    Laplacian,
    RandomKernel,
    Sharpen,
    SobelX,
    SobelY,
)
from engine.labs.convolution.settings.window import sizes_of
from tests.rows import defaults_of

ROWS = [row for kind, row in defaults_of(Kernel).items() if kind != "learned"]
DOT = np.pad([[1.0]], 4)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_every_kernel_has_its_texts_and_weights_of_every_size_it_offers(row: KernelChoice) -> None:
    assert all((row.label, row.formula, row.lesson, row.source)) and row.lesson.endswith(".")
    assert row.formula.count("{") == row.formula.count("}")
    for size in row.sizes:
        for channels in (1, 3):
            weights = row.weights(size, channels, 0)
            assert weights.shape == (channels, size, size) and np.isfinite(weights).all()


def test_all_kernels_can_stand_beside_each_other() -> None:
    assert 3 in sizes_of(tuple(catalog(Kernel).values()))


def test_blurs_keep_a_flat_picture_and_edges_find_nothing_in_it() -> None:
    for size in (3, 5, 7):
        assert BoxBlur().matrix(size).sum() == pytest.approx(1)
        assert GaussianBlur(sigma=1.3).matrix(size).sum() == pytest.approx(1)
        assert SobelX().matrix(size).sum() == pytest.approx(0)
        assert SobelY().matrix(size).sum() == pytest.approx(0)
    assert Sharpen().matrix(3).sum() == Identity().matrix(3).sum() == Emboss().matrix(3).sum() == 1
    assert Laplacian().matrix(3).sum() == 0


def test_sobel_laplacian_gaussian_and_box_are_scipys() -> None:
    across = ndimage.correlate(DOT, SobelX().matrix(3), mode="constant")
    np.testing.assert_allclose(across, ndimage.sobel(DOT, axis=1, mode="constant"), atol=1e-12)
    down = ndimage.correlate(DOT, SobelY().matrix(3), mode="constant")
    np.testing.assert_allclose(down, ndimage.sobel(DOT, axis=0, mode="constant"), atol=1e-12)
    second = ndimage.correlate(DOT, Laplacian().matrix(3), mode="constant")
    np.testing.assert_allclose(second, ndimage.laplace(DOT, mode="constant"), atol=1e-12)
    blurred = ndimage.gaussian_filter(DOT, 0.9, mode="constant", radius=3)
    np.testing.assert_allclose(
        ndimage.correlate(DOT, GaussianBlur(sigma=0.9).matrix(7), mode="constant"), blurred, atol=1e-12
    )
    mean = ndimage.uniform_filter(DOT, 5, mode="constant")
    np.testing.assert_allclose(ndimage.correlate(DOT, BoxBlur().matrix(5), mode="constant"), mean, atol=1e-12)


def test_larger_sobels_are_opencvs() -> None:
    smooth, slope = [1, 4, 6, 4, 1], [-1, -2, 0, 2, 1]
    np.testing.assert_allclose(SobelX().matrix(5), np.outer(smooth, slope))


def test_random_weights_have_the_spread_they_say_and_differ_by_draw_and_output() -> None:
    weights = np.stack([RandomKernel(draw=draw).weights(7, 3, 0) for draw in range(60)])
    assert weights.std() == pytest.approx((3 * 49) ** -0.5, rel=0.05)
    assert (RandomKernel().weights(3, 1, 0) == RandomKernel().weights(3, 1, 0)).all()
    assert (RandomKernel().weights(3, 1, 0) != RandomKernel().weights(3, 1, 1)).any()
