"""The matrix of a convolution, against the window, against PyTorch's gradient and against SciPy's Toeplitz matrices."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from scipy.linalg import block_diag, toeplitz

from engine.labs.convolution.sliding import slide
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.unrolled import as_matrix, unrolled
from engine.refusal import Refusal
from tests.engine.labs.convolution.drawn import labs


@given(labs())
@settings(max_examples=60, deadline=None)
def test_the_matrix_times_the_picture_is_what_the_window_came_to(lab: ConvolutionLab) -> None:
    for out in (1, lab.window.outs):
        try:
            found = unrolled(lab.model_copy(update={"window": lab.window.model_copy(update={"out": out})}))
        except Refusal:
            assume(False)
        assert found.difference < 1e-6
        np.testing.assert_allclose(found.matrix @ found.x, found.slid.output[out - 1].ravel(), atol=1e-6)


@pytest.mark.parametrize("padding", ["none", "same", "reflect"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2)])
def test_every_entry_is_the_derivative_of_an_output_by_a_cell(padding: str, stride: int, dilation: int) -> None:
    generator = np.random.default_rng(3)
    x, w = generator.random((2, 6, 7)), generator.random((1, 2, 3, 3))
    found = as_matrix(slide(x, w, stride, padding, dilation), 0, mirrors=padding == "reflect")  # type: ignore[arg-type]

    def by_torch(cells: torch.Tensor) -> torch.Tensor:
        sides = [found.slid.across.before, found.slid.across.after, found.slid.down.before, found.slid.down.after]
        mode = "reflect" if padding == "reflect" else "constant"
        padded = torch.nn.functional.pad(cells.reshape(1, 2, 6, 7), sides, mode=mode)
        return torch.nn.functional.conv2d(padded, torch.from_numpy(w), None, stride, 0, dilation).ravel()

    theirs = torch.autograd.functional.jacobian(by_torch, torch.from_numpy(x).ravel()).numpy()
    np.testing.assert_allclose(found.matrix, theirs, atol=1e-12)


def test_a_row_of_weights_gives_scipys_toeplitz_matrix_in_every_block() -> None:
    w = np.array([[[[1.0, 2.0, 4.0]]]])[..., :1, :]
    x = np.random.default_rng(0).random((1, 3, 6))
    padded = np.pad(w, ((0, 0), (0, 0), (1, 1), (0, 0)))  # the kernel's rows above and below are 0
    found = as_matrix(slide(x, padded), 0, mirrors=False)
    block = toeplitz([1, 0, 0, 0], [1, 2, 4, 0, 0, 0])
    np.testing.assert_array_equal(found.matrix, np.hstack([np.zeros((4, 6)), block, np.zeros((4, 6))]))
    assert found.is_toeplitz


def test_a_kernel_of_one_cell_gives_a_diagonal() -> None:
    x = np.random.default_rng(0).random((1, 4, 4))
    found = as_matrix(slide(x, np.full((1, 1, 1, 1), 3.0)), 0, mirrors=False)
    np.testing.assert_array_equal(found.matrix, block_diag(*[3.0] * 16))


@pytest.mark.parametrize(
    ("stride", "padding", "is_toeplitz"),
    [(1, "none", True), (1, "same", True), (2, "none", False), (1, "reflect", False)],
)
def test_it_is_toeplitz_where_every_step_is_one_cell_and_nothing_is_mirrored(
    stride: int, padding: str, is_toeplitz: bool
) -> None:
    values = {"window": {"stride": stride, "padding": padding, "kernels": [{"kind": "random"}]}}
    found = unrolled(ConvolutionLab.model_validate(values))
    assert found.is_toeplitz is is_toeplitz
    assert found.distinct >= 9
