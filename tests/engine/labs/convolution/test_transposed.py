"""Transposed convolution beside PyTorch, autograd, SciPy and counting by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as some
from pydantic import ValidationError
from scipy import signal

from engine.choice import catalog, problems
from engine.labs.convolution import said_of_transposed as said
from engine.labs.convolution.settings.transposed import Transposed
from engine.labs.convolution.stamps import AnyStamp, Bilinear, Drawn, Ones
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.transposed import counts, given, kernel, matrix, overlap, resized, stamped, undone


@some.composite
def asked(draw) -> Transposed:  # type: ignore[no-untyped-def]
    side, size, stride = draw(some.integers(1, 5)), draw(some.integers(1, 6)), draw(some.integers(1, 4))
    most = min(((side - 1) * stride + size - 1) // 2, 3)
    values = {
        "side": side,
        "size": size,
        "stride": stride,
        "padding": draw(some.integers(0, most)),
        "extra": draw(some.integers(0, stride - 1)),
        "kernel": draw(some.sampled_from([row() for row in catalog(AnyStamp).values()])),
        "values": draw(some.sampled_from(["drawn", "counted", "ones"])),
    }
    return Transposed(**values)


@settings(max_examples=60, deadline=None)
@drawn_from(asked(), some.integers(0, 99))
def test_stamps_add_up_to_pytorchs_transposed_convolution(asked: Transposed, seed: int) -> None:
    found = stamped(asked, seed)
    x, k = given(asked, seed), kernel(asked, seed)
    torchs = torch.nn.functional.conv_transpose2d(
        x[None, None], k[None, None], stride=asked.stride, padding=asked.padding, output_padding=asked.extra
    )[0, 0]
    assert found.output.shape == (asked.output, asked.output) == tuple(torchs.shape)
    np.testing.assert_allclose(found.output, torchs.numpy(), atol=1e-12)
    assert found.off == pytest.approx(float(np.abs(found.output - torchs.numpy()).max()))
    last = asked.side - 1
    np.testing.assert_allclose(found.upto(last, last), found.output, atol=1e-12)
    np.testing.assert_array_equal(found.upto(0, 0), found.stamps[0, 0])


@settings(max_examples=40, deadline=None)
@drawn_from(asked(), some.integers(0, 99))
def test_the_matrix_is_that_of_the_convolution_and_its_transpose_is_the_gradient(asked: Transposed, seed: int) -> None:
    k, found = kernel(asked, seed), undone(asked, seed)
    x = torch.from_numpy(found.x)
    small = torch.nn.functional.conv2d(x[None, None], k[None, None], stride=asked.stride, padding=asked.padding)[0, 0]
    np.testing.assert_allclose(found.small, small.numpy(), atol=1e-12)
    assert found.off_torch < 1e-12 and found.off_gradient < 1e-12
    assert found.products[0] == pytest.approx(found.products[1], abs=1e-9)
    np.testing.assert_allclose(found.back.ravel(), found.matrix.T @ found.matrix @ found.x.ravel(), atol=1e-10)
    assert found.rank == np.linalg.matrix_rank(found.matrix)
    best, *_ = np.linalg.lstsq(found.matrix, found.small.ravel(), rcond=None)
    np.testing.assert_allclose(found.nearest.ravel(), best, atol=1e-7)
    assert found.wrong_nearest == pytest.approx(
        np.linalg.norm(best - found.x.ravel()) / np.linalg.norm(found.x), abs=1e-7
    )
    assert found.wrong_nearest <= found.wrong + 1e-9, (
        "no multiple of the transpose's answer is nearer than the best guess"
    )


def test_at_stride_1_it_is_scipys_full_convolution() -> None:
    asked = Transposed(stride=1, kernel=Drawn(), values="drawn", side=5)
    found = stamped(asked, 3)
    np.testing.assert_allclose(found.output, signal.convolve2d(found.x, found.kernel, mode="full"), atol=1e-12)


@settings(max_examples=60, deadline=None)
@drawn_from(asked(), some.integers(1, 9))
def test_counts_are_those_of_stamps_laid_down_one_by_one(asked: Transposed, side: int) -> None:
    length = (side - 1) * asked.stride - 2 * asked.padding + asked.size + asked.extra
    if length < 1:
        return
    laid = np.zeros(side * asked.stride + asked.size + asked.extra + 2 * asked.padding, int)
    for i in range(side):
        laid[i * asked.stride : i * asked.stride + asked.size] += 1
    np.testing.assert_array_equal(counts(side, asked), laid[asked.padding : asked.padding + length])


@pytest.mark.parametrize(
    ("size", "stride", "even"),
    [(3, 2, False), (4, 2, True), (2, 2, True), (5, 3, False), (3, 3, True), (1, 2, False)],
)
def test_counts_inside_are_even_only_where_the_stride_divides_the_kernel(size: int, stride: int, even: bool) -> None:
    asked = Transposed(size=size, stride=stride)
    found = overlap(asked, 0)
    first, last = found.inside
    inside = found.counts[first:last, first:last]
    assert (inside.min() == inside.max()) == even
    assert ("even" in said.counts(asked, found)) == even or size < stride
    np.testing.assert_allclose(found.grey, found.counts, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_an_even_picture_stays_even_only_where_it_is_upsampled_first(size: int) -> None:
    found = overlap(Transposed(size=size, stride=2, kernel=Drawn(), seeds=5), 0)
    assert (found.resized_uneven < 1e-12).all()
    assert (found.uneven > 0.05).all(), "also where the counts are even: the kernel's own numbers differ"
    first, last = found.resized_inside
    assert (found.resized_counts[first:last, first:last] == size**2).all()


def test_a_tent_of_twice_the_stride_keeps_an_even_picture_even() -> None:
    found = overlap(Transposed(size=4, stride=2, padding=1, kernel=Bilinear()), 0)
    first, last = found.inside
    np.testing.assert_allclose(found.grey[first:last, first:last], 1.0, atol=1e-12)


def test_upsampling_then_convolving_reads_repeated_cells() -> None:
    x, k = torch.arange(6.0).reshape(2, 3).double()[:, :2], torch.ones(3, 3).double()
    large = np.repeat(np.repeat(x.numpy(), 2, 0), 2, 1)
    np.testing.assert_allclose(resized(x, k, 2).numpy(), signal.correlate2d(large, k.numpy(), mode="same"))


def test_each_row_of_the_matrix_is_a_stamp() -> None:
    asked = Transposed(values="ones", kernel=Drawn(), padding=1, extra=1)
    found = stamped(asked, 0)
    rows = matrix(kernel(asked, 0), asked).numpy()
    np.testing.assert_array_equal(rows[4].reshape(asked.output, asked.output), found.stamps[1, 1])


@pytest.mark.parametrize("row", catalog(AnyStamp).values())
@pytest.mark.parametrize("size", [1, 2, 5])
def test_kernels_have_their_size_and_are_the_same_turned_but_for_drawn_ones(row, size: int) -> None:  # type: ignore[no-untyped-def]
    k = row().build(size, 2, 0)
    assert k.shape == (size, size)
    if row is not Drawn:
        torch.testing.assert_close(k, k.T)
        torch.testing.assert_close(k, k.flip(0))
    assert not torch.equal(Drawn().build(3, 2, 0), Drawn().build(3, 2, 1))


def test_a_bilinear_kernel_draws_straight_lines() -> None:
    asked = Transposed(side=4, size=3, stride=2, padding=1, kernel=Bilinear(), values="counted")
    row = stamped(asked, 0).output[0]
    np.testing.assert_allclose(np.diff(row), 0.5, atol=1e-12)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"stride": 2, "extra": 2}, "transposed.extra", "from 0 to 1"),
        ({"side": 1, "size": 1, "padding": 1}, "transposed.padding", "at most 0"),
        ({"size": 9}, "transposed.size", "less than or equal to 7"),
    ],
)
def test_what_does_not_go_together_is_refused_where_it_stands(given: dict[str, int], field: str, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        ConvolutionLab.model_validate({"transposed": given})
    (problem,) = problems(error.value, ConvolutionLab)
    assert problem.field == field and words in problem.allowed


def test_sentences_say_what_was_found() -> None:
    asked = Transposed()
    assert "which is $(3 - 1) \\cdot 2 - 2 \\cdot 0 + 3 + 0 = 7$" in said.size(asked)
    found = stamped(asked, 0)
    assert said.stamp(found, 1, 0).startswith("Cell 4 of 9: 4 times the kernel.")
    assert "reached by 1 to 4 stamps" in said.counts(asked, overlap(asked, 0))
    wide = Transposed(size=1, stride=3)
    assert "by none at all" in said.counts(wide, overlap(wide, 0))
    lost = undone(asked, 0)
    assert f"{49 - lost.rank} are gone" in said.inverse(lost)
    whole = undone(Transposed(size=1, stride=1, kernel=Ones()), 0)
    assert "can be had back" in said.inverse(whole) and whole.wrong_nearest < 1e-12
