"""Pictures of the lab of convolution."""

import numpy as np

from charts.convolution.maps import Shown, channels_figure, compared_figure, tiles, tiles_height
from engine.labs.convolution.settings.window import Window
from engine.labs.convolution.sliding import slid
from engine.labs.convolution.state import ConvolutionLab


def test_each_channel_has_a_square_of_its_own_with_its_numbers() -> None:
    found = slid(ConvolutionLab.model_validate({"colour": True, "window": {"kernels": [{"kind": "box"}] * 2}}))
    figure = channels_figure(found, ("red", "green", "blue"))
    assert [trace.name for trace in figure.data] == ["red", "green", "blue", "output 1", "output 2"]
    for trace, cells in zip(figure.data, [*found.picture, *found.output], strict=True):
        np.testing.assert_allclose(trace.z, cells, atol=1e-6)
    assert tiles_height(5) == 2 * tiles_height(4)


def test_what_is_compared_shares_one_scale_and_a_difference_of_rounding_stays_without_colour() -> None:
    found = slid(ConvolutionLab(window=Window())).output[0]
    figure = compared_figure(found, found + 1e-15)
    assert len({trace.zmax for trace in figure.data}) == 1
    assert np.abs(figure.data[2].z).max() < 1e-6 * figure.data[2].zmax


def test_a_picture_of_zeros_is_drawn() -> None:
    figure = tiles([Shown("<b>nothing</b>", np.zeros((3, 3)), is_signed=True)])
    assert figure.data[0].zmax == 1.0
    assert "<b>" not in figure.layout.annotations[0].text
