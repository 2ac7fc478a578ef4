"""Parameters counted in closed form, beside PyTorch's own modules; the widths found, beside trying them all."""

import pytest
from torch import nn

from engine.labs.vision import said_of_against as said
from engine.labs.vision.against_mlp_settings import Counting
from engine.labs.vision.budget import MOST_FILTERS, closest, cnn, mlp, parameters_of
from engine.labs.vision.counting import SIDES, all_three, grown
from engine.vision.network import Asked


def held(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def modules(asked: Counting) -> tuple[nn.Module, nn.Module, nn.Module]:
    """The three networks, in PyTorch's own layers, on no device."""
    flat: list[nn.Module] = []
    before, height, width = asked.channels * asked.height * asked.width, asked.height, asked.width
    for units in asked.hidden:
        flat.append(nn.Linear(before, units, device="meta"))
        before = units
    maps: list[nn.Module] = []
    channels = asked.channels
    for filters in asked.filters:
        maps.append(nn.Conv2d(channels, filters, asked.kernel, device="meta"))
        channels, height, width = filters, max(1, height // 2), max(1, width // 2)
    ends = [before, channels * height * width, channels]
    scores = [nn.Linear(inputs, asked.classes, device="meta") for inputs in ends]
    return nn.Sequential(*flat, scores[0]), nn.Sequential(*maps, scores[1]), nn.Sequential(*maps, scores[2])


@pytest.mark.parametrize(
    "asked",
    [
        Counting(),
        Counting(height=8, width=8, channels=1, hidden=(15,), filters=(3,), classes=2),
        Counting(height=45, width=31, channels=4, hidden=(7, 9, 11, 13), filters=(4, 5, 6, 7, 8, 9), kernel=5),
        Counting(height=4, width=1000, hidden=(4096,), filters=(1, 1), kernel=7, classes=1000),
    ],
)
def test_every_count_is_that_of_pytorch_s_own_modules(asked: Counting) -> None:
    for counted, module in zip(all_three(asked), modules(asked), strict=True):
        assert counted.total == held(module), counted.label
        layers = [layer for layer in module if held(layer)]
        assert [layer.parameters for layer in counted.layers] == [held(layer) for layer in layers]


def test_the_well_known_miscount_is_put_right() -> None:
    mlp_counted = all_three(Counting())[0]
    assert mlp_counted.before_scores == 426_368 and mlp_counted.layers[-1].parameters == 1_290
    assert mlp_counted.layers[0].written == r"3{,}072 \cdot 128 + 128 = 393{,}344"
    assert mlp_counted.written == r"393{,}344 + 16{,}512 + 16{,}512 + 1{,}290 = 427{,}658"
    assert mlp_counted.multiplied == 6_442_450_944
    assert "426,368" in said.miscounted(mlp_counted) and "15,110 times" in said.miscounted(mlp_counted)


def test_with_the_size_of_the_picture_only_what_sees_all_of_it_grows() -> None:
    lines = dict(grown(Counting()).lines)
    assert len(set(lines["CNN, global average"])) == 1
    assert (lines["MLP"][1:] > lines["MLP"][:-1]).all()
    assert lines["MLP"][SIDES.index(32)] == 427_658


@pytest.mark.parametrize("budget", [300, 2_000, 4_321, 60_000])
def test_the_width_found_is_the_closest_of_all(budget: int) -> None:
    asked = Asked((1, 16, 16), 10)
    for make, most in ((lambda w: mlp(w, 2), 512), (lambda w: cnn(w, "flatten"), MOST_FILTERS)):
        sizes = {width: parameters_of(make(width), asked) for width in range(1, most + 1)}
        width, tried = closest(budget, lambda w, make=make: parameters_of(make(w), asked), most)
        assert abs(sizes[width] - budget) == min(abs(size - budget) for size in sizes.values())
        assert (width, sizes[width]) in tried and all(sizes[w] == size for w, size in tried)


def test_a_plan_s_parameters_are_those_of_the_network_it_builds() -> None:
    asked = Asked((3, 20, 20), 5)
    for model in (mlp(9, 3), cnn(6, "flatten"), cnn(6, "global")):
        assert parameters_of(model, asked) == held(model.build(asked, 0))
