"""Networks whose input is moved: closed forms of what must hold, PyTorch's own layers, and what was found."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engine.labs.convolution import said_of_translation as said
from engine.labs.convolution.downsampling import (
    EVERY,
    AverageHalving,
    BlurredMax,
    DownsamplingChoice,
    EverySecond,
    MaxHalving,
)
from engine.labs.convolution.pooling import shifted
from engine.labs.convolution.receptive import reaches
from engine.labs.convolution.results.translation import LAYERS, Translated
from engine.labs.convolution.settings.translation import Translation
from engine.labs.convolution.shifting import (
    CHANNELS,
    SIDE,
    ShiftNetwork,
    drawn,
    from_kept,
    placed,
    training,
    windows,
)
from engine.labs.convolution.translation import (
    SHIFTS,
    apart,
    cells_along,
    held_back,
    inside,
    measured,
    seen,
    translated,
)
from engine.streams import stream
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits

each_way = pytest.mark.parametrize("row", EVERY, ids=lambda row: row.kind)


def some_maps(side: int = 12) -> torch.Tensor:
    return torch.rand(2, 3, side, side, generator=stream(0, "data"))


@each_way
def test_every_way_halves_and_has_the_windows_that_it_says(row: DownsamplingChoice) -> None:
    x = some_maps()
    assert row.apply(x).shape == (2, 3, 6, 6)
    field = reaches(row.windows, 12)[-1]
    assert (field.cells, field.jump) == (6, 2)
    x.requires_grad_()
    support = torch.zeros(12, dtype=torch.bool)
    for seed in range(40):
        maps = torch.rand(1, 1, 12, 12, generator=stream(seed, "data")).requires_grad_()
        (gradient,) = torch.autograd.grad(row.apply(maps)[0, 0, 3, 3], maps)
        support |= (gradient[0, 0] != 0).any(dim=0)
    seen = torch.nonzero(support).flatten().tolist()
    assert (seen[0], seen[-1]) == field.field(3), "no cell outside its field moves it, and its ends do"


def test_ways_are_pytorchs_own() -> None:
    x = some_maps()
    torch.testing.assert_close(MaxHalving().apply(x), nn.MaxPool2d(2)(x))
    torch.testing.assert_close(AverageHalving().apply(x), nn.AvgPool2d(2)(x))
    kernel = torch.randn(4, 3, 3, 3, generator=stream(0, "weights"))
    torch.testing.assert_close(
        EverySecond().apply(F.conv2d(x, kernel, padding=1)), F.conv2d(x, kernel, stride=2, padding=1)
    )


def test_the_blur_is_a_mean_weighted_1_2_1_of_maxima() -> None:
    x = some_maps()
    most = F.max_pool2d(x, 2, 1)[0, 0].numpy()
    weights = np.outer([1, 2, 1], [1, 2, 1]) / 16
    found = BlurredMax().apply(x)[0, 0].numpy()
    for i, j in ((1, 1), (2, 4), (5, 3)):
        patch = np.zeros((3, 3))
        for u, v in np.ndindex(3, 3):
            row, column = 2 * i + u - 1, 2 * j + v - 1
            patch[u, v] = most[row, column] if row < 11 and column < 11 else 0
        assert found[i, j] == pytest.approx((patch * weights).sum(), abs=1e-6)


@each_way
def test_maps_are_those_of_layers_one_after_the_other(row: DownsamplingChoice) -> None:
    network = drawn(row, "flat", 3)
    x = held_back()[0][:2]
    maps = network.maps(x)
    w = [weight.detach() for weight in network.weights]
    first = torch.relu(F.conv2d(x, w[0], w[1], padding=1))
    second = torch.relu(F.conv2d(row.apply(first), w[2], w[3], padding=1))
    third = torch.relu(F.conv2d(row.apply(second), w[4], w[5], padding=1))
    torch.testing.assert_close(maps[1], first)
    torch.testing.assert_close(maps[3], second)
    torch.testing.assert_close(maps[5], third)
    torch.testing.assert_close(network(x), F.linear(third.flatten(1), w[6], w[7]))
    assert [each.shape[2] for each in maps] == [reaches(layers, SIDE)[-1].cells for layers in windows(row)]
    assert len(maps) == len(LAYERS)


def test_the_largest_of_each_map_is_pytorchs_adaptive_pool() -> None:
    network = drawn(MaxHalving(), "largest", 0)
    x = held_back()[0][:3]
    last = network.maps(x)[-1]
    torch.testing.assert_close(network.ended(last), nn.AdaptiveMaxPool2d(1)(last).flatten(1))


def test_first_weights_are_hes_and_the_same_for_every_way() -> None:
    one, other = drawn(MaxHalving(), "largest", 5), drawn(BlurredMax(), "largest", 5)
    for mine, theirs in zip(one.kept(), other.kept(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    kernel = one.kept()[4]
    assert kernel.std() == pytest.approx(np.sqrt(2 / (9 * CHANNELS[1])), rel=0.05)
    assert not np.array_equal(kernel, drawn(MaxHalving(), "largest", 6).kept()[4])


# --- what must hold -------------------------------------------------------------------------------------------------


@each_way
def test_maps_go_along_with_shifts_by_whole_cells_and_the_end_does_not_notice(row: DownsamplingChoice) -> None:
    x, labels = held_back()
    found = measured(drawn(row, "largest", 0), x[:6], labels[:6])
    jumps = [reaches(layers, SIDE)[-1].jump for layers in windows(row)]
    assert jumps == [1, 1, 2, 2, 4, 4]
    for layer, jump in enumerate(jumps):
        whole = [by for by in SHIFTS if by % jump == 0]
        assert found["apart"][layer][whole].max() < 1e-6
    assert found["apart"][4][[1, 2, 3]].min() > 0.01, "between whole cells the stride breaks it"
    ends = found["change"][-2:]
    assert ends[:, [4, 8]].max() < 1e-5 and ends[:, [1, 2, 3]].max() > 1e-3
    assert found["same"][0] == 1.0 and found["change"][:, 0].max() == 0


def test_flat_numbers_change_wherever_the_digit_stands() -> None:
    x, labels = held_back()
    found = measured(drawn(MaxHalving(), "flat", 0), x[:6], labels[:6])
    assert found["change"][-2:, 4].min() > 0.1


def test_a_distance_is_measured_where_no_border_is_seen() -> None:
    field = reaches(windows(MaxHalving())[3], SIDE)[-1]
    first, last = inside(field)
    assert field.field(first)[0] >= 0 > field.field(first - 1)[0]
    assert field.field(last - 1)[1] < SIDE <= field.field(last)[1]
    before = torch.rand(1, 2, 24, 24, generator=stream(0, "data"))
    now = torch.roll(before, 1, -1)
    assert apart(now, before, field, 2) == 0
    now[..., first + 3, first + 3] += 1.0
    rows = before[..., first:last, first : last - 1]
    assert apart(now, before, field, 2) == pytest.approx(np.sqrt(2) / float(rows.norm()), rel=1e-5)


@pytest.mark.parametrize(
    ("jump", "by", "cells"), [(1, 3, 3), (2, 1, 1), (2, 2, 1), (4, 1, 0), (4, 2, 1), (4, 5, 1), (4, 8, 2)]
)
def test_the_nearest_whole_number_of_cells(jump: int, by: int, cells: int) -> None:
    assert cells_along(jump, by) == cells
    assert abs(cells * jump - by) <= jump / 2


def test_digits_stand_in_the_middle_and_no_shift_loses_a_pixel() -> None:
    x, _ = held_back()
    assert x.shape[1:] == (1, SIDE, SIDE)
    for by in SHIFTS:
        moved = shifted(x, by, "right", is_around=True)
        assert float(moved.sum()) == pytest.approx(float(x.sum()), rel=1e-6)
        assert float(moved[..., -4:].abs().max()) == 0
    digit = torch.rand(1, 1, 8, 8, generator=stream(0, "data"))
    np.testing.assert_allclose(
        placed(digit)[0, 0, 16:32, 16:32].numpy(),
        F.interpolate(digit, scale_factor=2, mode="bilinear")[0, 0].numpy(),
        atol=1e-6,
    )


# --- training -------------------------------------------------------------------------------------------------------


def test_training_is_pytorchs_adam_on_the_named_batches() -> None:
    x, labels = held_back()
    mine, theirs = drawn(AverageHalving(), "largest", 0), drawn(AverageHalving(), "largest", 0)
    shares = list(training(mine, x, labels, 1, 7))
    assert shares[-1] == 1.0 and len(shares) == 2
    optimizer = torch.optim.Adam(theirs.parameters(), lr=0.02)
    for chosen in torch.randperm(40, generator=stream(7, "batches")).split(32):
        optimizer.zero_grad()
        nn.CrossEntropyLoss()(theirs(x[chosen]), labels[chosen]).backward()
        optimizer.step()
    for one, other in zip(mine.kept(), theirs.kept(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)


def last_of(asked: Translation) -> Translated:
    steps = [step for step in translated(asked, 0)]
    assert steps[-1].share == 1.0 and steps[-1].result is not None
    return steps[-1].result


def test_random_weights_are_measured_way_by_way_and_the_example_is_one_of_them() -> None:
    steps = list(translated(Translation(seeds=1), 0))
    first, last = steps[0].result, steps[-1].result
    assert first is not None and last is not None and len(steps) == len(EVERY)
    assert first.kinds[1].weights is None and np.isnan(first.kinds[1].apart).all()
    assert seen(Translation(), first.kinds[1]) is None
    network = from_kept(MaxHalving(), "largest", last.kinds[1].weights or ())
    x, labels = held_back()
    again = measured(network, x, labels, (1,))
    np.testing.assert_allclose(again["apart"][:, 0], last.kinds[1].apart[0, :, 1], atol=1e-6)
    one = seen(Translation(shift=3, channel=2, digit=5), last.kinds[1])
    assert one is not None and one.cells == 1 and one.jump == 4
    np.testing.assert_allclose(
        one.moved, network.maps(shifted(x[4:5], 3, "right", is_around=True))[4][0, 1].detach().numpy(), atol=1e-6
    )
    np.testing.assert_allclose(one.along, np.roll(network.maps(x[4:5])[4][0, 1].detach().numpy(), 1, axis=1), atol=1e-6)


@pytest.mark.long
def test_trained_networks_name_digits_where_they_were_and_at_whole_cells_beyond() -> None:
    found = last_of(Translation(weights="trained", seeds=1))
    for kind in found.kinds:
        assert kind.accuracy[0, 0] > 0.6
        np.testing.assert_allclose(kind.accuracy[0, [4, 8]], kind.accuracy[0, 0], atol=0.05)
    bare, blurred = (
        next(kind for kind in found.kinds if kind.kind == name) for name in ("every_second", "blurred_max")
    )
    assert np.nanmin(blurred.accuracy) > np.nanmin(bare.accuracy), "the anti-aliased one is steadier"
    assert "at the worst shift" in said.answers(found)


def test_a_network_that_ends_in_all_numbers_knows_digits_only_where_they_were() -> None:
    part = built(Digits(), 0).train.first(300)
    x, labels = held_back()
    network = drawn(MaxHalving(), "flat", 0)
    for _ in training(network, placed(part.x), part.label, 3, 0):
        pass
    accuracy = measured(network, x, labels, (0, 8))["accuracy"]
    assert accuracy[0] > 0.75 and accuracy[1] < 0.4


def test_sentences_say_what_was_measured() -> None:
    found = last_of(Translation(seeds=1))
    text = said.apart(found, 4)
    assert text.startswith("At shifts by whole cells (4, 8) all maps go along") and "Max pooling" in text
    assert said.apart(found, 1).count(".") == 1, "a map of stride 1 has no shift between cells"
    assert f"{found.kinds[0].change[0, 0, 1]:.3g} → {found.kinds[0].change[0, -1, 1]:.3g}" in said.change(found, 1)
    one = seen(Translation(shift=1), found.kinds[1])
    assert one is not None and said.seen(one, 1).startswith("1 pixel is 0.25 cells of 4 pixels each, and a map")
    whole = seen(Translation(shift=4), found.kinds[1])
    assert whole is not None and "has gone along by 1 cell, to within" in said.seen(whole, 4)


def test_another_seed_moves_the_figure_and_weights_stay_with_their_owner() -> None:
    x, labels = held_back()
    first, second = (measured(drawn(MaxHalving(), "largest", seed), x[:4], labels[:4], (1,)) for seed in (0, 1))
    assert not np.allclose(first["apart"], second["apart"])
    network: ShiftNetwork = drawn(MaxHalving(), "largest", 0)
    kept = network.kept()
    with torch.no_grad():
        network.weights[0].zero_()
    assert kept[0].any(), "what is kept is a copy"
