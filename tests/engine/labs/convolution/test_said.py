"""Sentences follow from the numbers."""

import pytest

from engine.labs.convolution import said
from engine.labs.convolution.geometry import line
from engine.labs.convolution.sliding import beside, slid
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.unrolled import unrolled


def lab(**window: object) -> ConvolutionLab:
    return ConvolutionLab.model_validate({"window": window})


def test_cells_that_no_window_reaches_are_told_with_their_number() -> None:
    assert said.left_over(line(8, 3)) == ""
    assert "the last cell along a side is never" in said.left_over(line(8, 3, 2))
    assert "the last 2 cells along a side, padding counted, are never" in said.left_over(line(9, 3, 3, 1, "same"))


def test_a_turn_is_told_by_what_it_changes() -> None:
    for window, words in (
        ({"kernels": [{"kind": "gaussian"}]}, "its own half turn"),
        ({"kernels": [{"kind": "sobel_x"}]}, "is *cross-correlation*"),
        ({"kernels": [{"kind": "sobel_x"}], "flip": True}, "is *convolution*"),
    ):
        state = lab(**window)
        assert words in said.turn(beside(slid(state)), state.window)


def test_the_size_is_written_once_for_a_square_and_for_both_sides_else() -> None:
    found = slid(lab(stride=2))
    assert said.size(found).count(r"\right\rfloor + 1 = 3") == 1
    assert "1 × 8 × 8 becomes 1 × 3 × 3" in said.shapes(found)


@pytest.mark.parametrize(("padding", "words"), [("same", "doubly block Toeplitz"), ("reflect", "no Toeplitz matrix")])
def test_the_matrix_is_called_what_it_is(padding: str, words: str) -> None:
    assert words in said.structure(unrolled(lab(padding=padding)))


def test_a_row_of_the_matrix_is_written_out_with_what_it_comes_to() -> None:
    found = unrolled(lab())
    text = said.row(found, 2, 3)
    assert text.startswith("Row 16 of M") and f"= {found.slid.output[0, 2, 3]:.4g}$" in text
    assert "more)" in said.row(unrolled(lab(kernels=[{"kind": "box"}], size=5)), 0, 0)
