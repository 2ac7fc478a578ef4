"""What a network costs, beside the sizes written on paper and PyTorch's own counter of operations."""

from itertools import pairwise

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.activations import Maxout
from engine.cost import cost_of
from engine.data.bundled import Wine
from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.model import LayerOverride, Model
from engine.norms import BatchNorm, LayerNorm
from engine.supervised import SupervisedRun

PLAIN = Experiment(data=Circle(samples=100), model=Model(hidden=(8, 5)))
NORMED = PLAIN.patched({"model.norm": LayerNorm().model_dump(), "model.bias": False})
MAXOUT = Experiment(
    data=Wine(),
    model=Model(
        hidden=(10, 7),
        activation=Maxout(affine_pieces=3),
        layers=(LayerOverride(layer=1, norm=BatchNorm()),),
    ),
    training=Training(batch_size="all"),
)
AFFINE = PLAIN.patched({"model.hidden": ()})
every = pytest.mark.parametrize(
    "experiment", [PLAIN, NORMED, MAXOUT, AFFINE], ids=["plain", "layer norm, no biases", "maxout", "affine"]
)


def multiply_adds(counter: FlopCounterMode) -> float:
    """PyTorch counts a multiplication and an addition as two."""
    return counter.get_total_flops() / 2


@every
def test_parameters_are_those_that_pytorch_would_train(experiment: Experiment) -> None:
    run = SupervisedRun(experiment)
    cost = cost_of(run)
    assert cost.parameters == sum(parameter.numel() for parameter in run.model.parameters() if parameter.requires_grad)
    assert cost.parameters == sum(layer.parameters for layer in cost.layers)


def test_parameters_and_multiply_adds_of_each_layer_are_those_on_paper() -> None:
    rows = [(row.name, row.shape, row.parameters, row.multiply_adds) for row in cost_of(SupervisedRun(PLAIN)).layers]
    assert rows == [
        ("hidden 1", "8 x 2", 8 * 2 + 8, 8 * 2),
        ("hidden 2", "5 x 8", 5 * 8 + 5, 5 * 8),
        ("output", "1 x 5", 5 + 1, 5),
    ]
    rows = [(row.name, row.shape, row.parameters, row.multiply_adds) for row in cost_of(SupervisedRun(NORMED)).layers]
    assert rows == [
        ("hidden 1", "8 x 2", 8 * 2 + 2 * 8, 8 * 2),
        ("hidden 2", "5 x 8", 5 * 8 + 2 * 5, 5 * 8),
        ("output", "1 x 5", 5, 5),
    ]
    rows = [(row.name, row.shape, row.parameters, row.multiply_adds) for row in cost_of(SupervisedRun(MAXOUT)).layers]
    assert rows == [
        ("hidden 1", "30 x 13", 30 * 13 + 30 + 2 * 30, 30 * 13),
        ("hidden 2", "21 x 10", 21 * 10 + 21, 21 * 10),
        ("output", "3 x 7", 3 * 7 + 3, 3 * 7),
    ]


@pytest.mark.parametrize("hidden", [(), (3,), (128, 1, 64), (16,) * 12])
def test_multiply_adds_are_the_products_of_neighbouring_widths(hidden: tuple[int, ...]) -> None:
    run = SupervisedRun(PLAIN.patched({"model.hidden": hidden}))
    assert cost_of(run).multiply_adds == sum(a * b for a, b in pairwise((2, *hidden, 1)))


@every
def test_multiply_adds_of_one_example_are_those_that_pytorch_counts(experiment: Experiment) -> None:
    run = SupervisedRun(experiment)
    run.model.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        run.model(run.data.train.x[:1])
    assert cost_of(run).multiply_adds == multiply_adds(counter)


@every
def test_a_step_costs_what_pytorch_counts_and_the_first_layers_share_of_the_way_back(experiment: Experiment) -> None:
    """ "About twice" is twice, but for the gradient by the inputs of the first layer, which nobody needs."""
    run = SupervisedRun(experiment)
    cost = cost_of(run)
    rows = len(run.data.train.x) if experiment is MAXOUT else 32
    with FlopCounterMode(display=False) as counter:
        run.step()
    assert cost.batch_size == rows
    assert cost.per_step == multiply_adds(counter) + rows * cost.layers[0].multiply_adds


def test_another_batch_size_in_mid_run_changes_the_cost_of_a_step() -> None:
    run = SupervisedRun(PLAIN)
    before = cost_of(run)
    run.apply({"training.batch_size": 8})
    assert cost_of(run).per_step * 4 == before.per_step
    assert cost_of(run).layers == before.layers
