"""Parameters and multiply-adds, against what PyTorch's own layers hold and give, and its counter of operations."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.labs.convolution import said
from engine.labs.convolution.counting import counted, growth, layer
from engine.labs.convolution.settings.counting import Counting
from engine.labs.convolution.sliding import slid
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal


def size_of(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def multiply_adds(module: torch.nn.Conv2d | torch.nn.Linear, shape: tuple[int, ...]) -> int:
    """As many for each number that comes out as it has weights."""
    return module(torch.empty(shape, device="meta")).numel() * module.weight[0].numel()


@st.composite
def layers(draw: st.DrawFn) -> Counting:
    groups = draw(st.sampled_from([1, 2, 3]))
    return Counting(
        side=draw(st.integers(7, 12)),
        ins=groups * draw(st.integers(1, 3)),
        outs=groups * draw(st.integers(1, 3)),
        size=draw(st.sampled_from([1, 3, 5, 7])),
        stride=draw(st.integers(1, 3)),
        padding=draw(st.sampled_from(["none", "same"])),
        groups=groups,
        bias=draw(st.booleans()),
    )


@given(layers())
@settings(max_examples=40, deadline=None)
def test_both_layers_hold_and_compute_what_pytorch_says(chosen: Counting) -> None:
    around = chosen.size // 2 if chosen.padding == "same" else 0
    small = torch.nn.Conv2d(
        chosen.ins, chosen.outs, chosen.size, chosen.stride, around, 1, chosen.groups, chosen.bias, device="meta"
    )
    found = layer(chosen)
    shape = (1, *found.ins)
    assert small(torch.empty(shape, device="meta")).shape == (1, *found.outs)
    assert found.convolution.parameters == size_of(small)
    assert found.convolution.multiply_adds == multiply_adds(small, shape)
    cells = [channels * height * width for channels, height, width in (found.ins, found.outs)]
    large = torch.nn.Linear(*cells, chosen.bias, device="meta")
    assert found.dense.parameters == size_of(large)
    assert found.dense.multiply_adds == multiply_adds(large, (1, cells[0]))


@pytest.mark.long
@pytest.mark.parametrize(
    "chosen", [Counting(side=9, ins=4, outs=6, stride=2), Counting(side=8, ins=6, outs=6, groups=6)]
)
def test_the_work_is_what_pytorchs_counter_of_operations_finds(chosen: Counting) -> None:
    from torch.utils.flop_counter import FlopCounterMode  # brings half of PyTorch's compiler along

    found = layer(chosen)
    small = torch.nn.Conv2d(chosen.ins, chosen.outs, 3, chosen.stride, 1, 1, chosen.groups, device="meta")
    with FlopCounterMode(display=False) as counter:
        small(torch.empty(1, *found.ins, device="meta"))
    assert counter.get_total_flops() == 2 * found.convolution.multiply_adds, "an addition counts as one more"


def test_the_formulas_come_to_the_numbers_beside_them() -> None:
    found = layer(Counting())
    for each in (found.convolution, found.dense):
        for formula, number in (
            (each.weights_formula, each.parameters),
            (each.multiply_adds_formula, each.multiply_adds),
        ):
            assert eval(formula.replace(r"\cdot", "*").replace("^", "**")) == number


def test_the_layer_on_the_page_is_counted() -> None:
    found = counted(
        slid(ConvolutionLab.model_validate({"colour": True, "window": {"kernels": [{"kind": "box"}] * 3, "groups": 3}}))
    )
    assert found.convolution.parameters == size_of(torch.nn.Conv2d(3, 3, 3, groups=3, device="meta"))
    assert (found.ins, found.outs) == ((3, 8, 8), (3, 6, 6))


def test_a_larger_picture_takes_more_work_and_no_more_weights() -> None:
    found = growth(Counting())
    assert len({each.parameters for each in found.convolution}) == 1
    assert found.convolution[-1].multiply_adds == 4 * found.convolution[-2].multiply_adds
    assert found.dense[-1].multiply_adds == 16 * found.dense[-2].multiply_adds


def test_a_window_larger_than_the_picture_is_refused_and_left_out_of_the_curve() -> None:
    chosen = Counting(side=4, size=7, padding="none")
    with pytest.raises(Refusal, match="Choose a smaller kernel"):
        layer(chosen)
    assert growth(chosen).sides[0] == 8


def test_sizes_are_said_in_the_unit_that_fits() -> None:
    assert "7.17 kB" in said.bytes_of(layer(Counting()))
    assert "TB" in said.bytes_of(layer(Counting()))
