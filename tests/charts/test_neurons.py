"""The grid of neurons: every unit in its place, on its own scale, whatever their number."""

import numpy as np
import pytest

from charts.neurons import COLUMNS, neuron_grid


@pytest.mark.parametrize("units", [1, 5, 16, 17, 128])
def test_every_unit_is_there_once_with_its_values(units: int) -> None:
    rng = np.random.default_rng(units)
    maps = rng.integers(0, 256, (units, 16, 16), dtype=np.uint8)
    ends = np.stack([-np.arange(1, units + 1), np.arange(1, units + 1) / 2], axis=1).astype(np.float32)
    heat = neuron_grid(maps, ends, "#FFFFFF").data[0]
    numbers, values = heat.customdata[..., 0], heat.customdata[..., 1]
    assert set(numbers[np.isfinite(heat.z)]) == set(range(1, units + 1))
    assert np.isfinite(heat.z).sum() == units * 256
    last = values[numbers == units].reshape(16, 16)[::-1]
    np.testing.assert_allclose(last, ends[-1, 0] + maps[-1] / 255 * (ends[-1, 1] - ends[-1, 0]), rtol=1e-5)
    assert np.nanmax(np.abs(heat.z)) <= 1 + 1e-6
    assert heat.z.shape[1] <= COLUMNS * 18


def test_a_unit_that_is_0_everywhere_has_the_colour_of_0() -> None:
    heat = neuron_grid(np.zeros((1, 16, 16), np.uint8), np.zeros((1, 2), np.float32), "#FFFFFF").data[0]
    assert not np.nan_to_num(heat.z).any()
