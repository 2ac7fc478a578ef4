"""The state as a link has it; what does not go together, and what follows when something is changed."""

import numpy as np
import pytest
from hypothesis import given, settings

from engine.codec import decode_model, encode_model
from engine.labs.convolution.changes import reshaped, taken_back, with_outs, with_weights
from engine.labs.convolution.edits import MAX_EDITS, Edit, Place
from engine.labs.convolution.ink import inked, written
from engine.labs.convolution.kernels import BoxBlur, Laplacian, SobelX, SobelY
from engine.labs.convolution.settings.window import Window
from engine.labs.convolution.state import ConvolutionLab
from tests.engine.labs.convolution.drawn import labs


@given(labs())
@settings(max_examples=60, deadline=None)
def test_every_state_survives_its_link(lab: ConvolutionLab) -> None:
    edited = with_weights(lab, [Edit(Place(1, 1, 1, lab.window.size), -1234e-5)])
    for state in (lab, edited):
        found, wrong = decode_model(ConvolutionLab, encode_model(state))
        assert found == state and not wrong


WRONG = {
    "window.size": ("5", "Laplacian has sizes 3", {"window.kernels.0.kind": "laplacian"}),
    "window.groups": ("3", "must divide", {}),
    "window.edits": ("1.1.4.1=2", "kernels of 3 by 3", {}),
    "picture.ink": ("0123x", "should match", {"picture.kind": "drawing"}),
    "picture.index": ("1797", "1796", {}),
}


@pytest.mark.parametrize("field", WRONG)
def test_what_does_not_go_together_is_named_and_the_rest_of_the_link_counts(field: str) -> None:
    value, said, others = WRONG[field]
    found, wrong = decode_model(ConvolutionLab, {field: value, "seed": "7", **others})
    assert [problem.field for problem in wrong] == [field]
    assert said in wrong[0].allowed and found.seed == 7


@pytest.mark.parametrize("text", ["1.1.1=2", "1.1.1.1=much", "1.1.1.1=1000", "1.1.1.1=nan", "0.1.1.1=1"])
def test_an_edit_that_is_none_is_refused(text: str) -> None:
    _, wrong = decode_model(ConvolutionLab, {"window.edits": text})
    assert [problem.field for problem in wrong] == ["window.edits"]


def test_a_weight_set_to_what_its_kernel_has_counts_as_taken_back() -> None:
    lab = with_weights(ConvolutionLab(), [Edit(Place(1, 1, 1, 1), 5.0), Edit(Place(1, 1, 2, 2), 3.0)])
    assert lab.window.edits == ("1.1.1.1=5", "1.1.2.2=3")
    assert with_weights(lab, [Edit(Place(1, 1, 1, 1), -1.0)]).window.edits == ("1.1.2.2=3",)
    assert taken_back(lab) == ConvolutionLab()


def test_a_link_holds_as_many_weights_as_it_says_and_no_more() -> None:
    lab = ConvolutionLab(window=Window(kernels=(SobelX(), SobelX(), SobelX()), size=7))
    places = [Place(out, 1, row, column) for out in (1, 2, 3) for row in range(1, 8) for column in range(1, 8)]
    full = with_weights(lab, [Edit(place, -0.00001234) for place in places[:MAX_EDITS]])
    assert decode_model(ConvolutionLab, encode_model(full)) == (full, [])
    with pytest.raises(ValueError, match=f"at most {MAX_EDITS} weights"):
        with_weights(full, [Edit(places[-1], 1.5)])
    with pytest.raises(ValueError, match="from -100 to 100"):
        with_weights(lab, [Edit(places[0], 101.0)])


def test_edits_stay_with_their_kernel_and_go_with_it() -> None:
    lab = ConvolutionLab(window=Window(kernels=(SobelX(), SobelY())))
    lab = with_weights(lab, [Edit(Place(1, 1, 1, 1), 5.0), Edit(Place(2, 1, 1, 1), 6.0)])

    def after(**values: object) -> Window:
        return Window.model_validate(reshaped(lab, {"window": {**lab.window.model_dump(), **values}})["window"])

    assert len(after(stride=2).edits) == 2
    assert after(kernels=(SobelX(), Laplacian())).edits == ("1.1.1.1=5",)
    assert after(kernels=(SobelX(),)).edits == ("1.1.1.1=5",)
    assert after(size=5).edits == ()


def test_size_and_groups_follow_what_the_kernels_and_channels_allow() -> None:
    lab = ConvolutionLab(colour=True, window=Window(kernels=(BoxBlur(),) * 3, size=6, groups=3))
    assert ConvolutionLab.model_validate({**lab.model_dump(), **reshaped(lab, {"colour": False})}).window.groups == 1
    narrowed = reshaped(lab, {"window": {"kernels": (Laplacian(),)}})["window"]
    assert narrowed["size"] == 3 and narrowed["groups"] == 1


def test_further_outputs_begin_with_kernels_of_the_size_that_are_not_there_yet() -> None:
    three = with_outs((SobelX(),), 3, 3)
    assert len({kernel.kind for kernel in three}) == 3 and three[0] == SobelX()
    assert all(2 in kernel.sizes for kernel in with_outs((BoxBlur(),), 6, 2))
    assert with_outs(three, 1, 3) == (SobelX(),)


def test_a_drawing_is_what_its_text_says() -> None:
    cells = np.zeros((8, 8))
    cells[2, 3], cells[7, 0] = 1.0, 0.2
    text = written(cells)
    np.testing.assert_allclose(inked(text, 8), cells, atol=1e-12)
    assert written(np.zeros((8, 8))) == "" and not inked("", 8).any()
    assert inked("f" * 500, 8).all()
