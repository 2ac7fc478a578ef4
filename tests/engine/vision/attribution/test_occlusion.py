"""Occlusion, beside a loop over windows."""

import pytest
import torch

from engine.vision.attribution.occlusion import Occlusion
from engine.vision.attribution.question import baseline_of
from tests.engine.vision.attribution.small import question


@pytest.mark.parametrize(("window", "stride"), [(1, 1), (3, 1), (3, 2), (2, 2), (4, 3), (16, 5)])
@pytest.mark.parametrize("filled", ["black", "mean", "blurred"])
def test_every_pixel_gets_the_mean_fall_over_the_windows_that_hide_it(window: int, stride: int, filled: str) -> None:
    asked = question(2)
    side, step = min(window, 6), min(stride, min(window, 6))
    under = baseline_of(filled, asked.x)
    whole = asked.explained()
    fall, times = torch.zeros(2, 8, 6), torch.zeros(8, 6)
    tops = [place * step for place in range(-(-(8 - side) // step) + 1)]
    lefts = [place * step for place in range(-(-(6 - side) // step) + 1)]
    for top in tops:
        for left in lefts:
            hidden = asked.x.clone()
            place = (..., slice(top, top + side), slice(left, left + side))
            hidden[place] = under[place]
            fall[place] += (whole - asked.explained(hidden))[:, None, None]
            times[place] += 1
    assert (times > 0).all()
    method = Occlusion(window=window, stride=stride, filled=filled)
    torch.testing.assert_close(method.map(asked), fall / times, atol=2e-6, rtol=0)


def test_where_the_picture_is_black_a_black_window_hides_nothing() -> None:
    asked = question(1)
    asked.x[:, :, :4] = 0
    assert float(Occlusion(window=1).map(asked)[0, :4].abs().max()) < 1e-6
