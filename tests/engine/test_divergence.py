"""Where a run broke: the step and the layer that an ending names are those in which the fault was planted."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.activations import Linear, ReLU
from engine.data.bundled import Diabetes
from engine.data.regression import TwoBumps
from engine.data.toy import Circle
from engine.divergence import inspect_step, is_finite
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.losses import MSE
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import SGD, Adam
from engine.run import Ending
from engine.supervised import SupervisedRun

STRAIGHT = Experiment(
    data=TwoBumps(samples=100),
    model=Model(hidden=(4, 4, 4), activation=Linear(), initializer=Normal(scale=1.0)),
    training=Training(optimizer=SGD(lr=0.001), batch_size="all", epochs=1000),
)
NAMES = ("hidden layer 1", "hidden layer 2", "hidden layer 3", "the output layer")
BAD_STEP = 8
each_layer = pytest.mark.parametrize("layer", range(4), ids=NAMES)
any_slices = pytest.mark.parametrize("slices", [1, 5, 1000])


def diverged(run: SupervisedRun, slices: int = 1000) -> Ending:
    """Trains until the run ends."""
    while run.ending is None:
        run.advance(slices)
    assert run.ending.kind == "diverged"
    assert all(tensor.isfinite().all() for tensor in run.model.state_dict().values())
    return run.ending


def broken(experiment: Experiment, layer: int, change: Callable[[Tensor], Tensor]) -> SupervisedRun:
    """A run whose layer gets another gradient than its own, in one known step."""
    run = SupervisedRun(experiment)
    weight = run.model.linears[layer].weight
    weight.register_hook(lambda gradient: change(gradient) if run.steps == BAD_STEP - 1 else gradient)
    return run


def one_entry(value: float) -> Callable[[Tensor], Tensor]:
    """A gradient with one entry replaced."""

    def change(gradient: Tensor) -> Tensor:
        gradient = gradient.clone()
        gradient.view(-1)[-1] = value
        return gradient

    return change


@any_slices
@each_layer
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_layer_whose_gradient_broke_is_named(layer: int, value: float, slices: int) -> None:
    ending = diverged(broken(STRAIGHT, layer, one_entry(value)), slices)
    assert ending.step == BAD_STEP - 1
    assert ending.message == (
        f"At step {BAD_STEP} the gradient of {NAMES[layer]} was not finite. The weights shown are those of step 7."
    )


@each_layer
def test_of_several_gradients_that_broke_the_first_is_named(layer: int) -> None:
    run = broken(STRAIGHT, 3, one_entry(float("nan")))
    run.model.linears[layer].weight.register_hook(
        lambda gradient: gradient * float("nan") if run.steps == BAD_STEP - 1 else gradient
    )
    assert f"At step {BAD_STEP} the gradient of {NAMES[layer]} was not finite." in diverged(run).message


@any_slices
@each_layer
def test_the_layer_whose_weights_overflow_in_an_update_is_named(layer: int, slices: int) -> None:
    steep = STRAIGHT.patched({"training.optimizer": SGD(lr=9.0).model_dump()})
    run = broken(steep, layer, one_entry(3e38))
    for i, linear in enumerate(run.model.linears):
        linear.weight.register_hook(lambda gradient, i=i: gradient * (i == layer and run.steps == BAD_STEP - 1))
        if linear.bias is not None:
            linear.bias.register_hook(lambda gradient: gradient * 0)
    ending = diverged(run, slices)
    assert ending.step == BAD_STEP - 1
    assert ending.message.startswith(
        f"At step {BAD_STEP} the weights of {NAMES[layer]} became infinite or not a number."
    )


@any_slices
@each_layer
def test_the_first_layer_whose_output_overflows_after_an_update_is_named(layer: int, slices: int) -> None:
    steep = STRAIGHT.patched({"training.optimizer": SGD(lr=1.0).model_dump(), "model.initializer.scale": 3.0})
    run = SupervisedRun(steep)
    for i, linear in enumerate(run.model.linears):
        huge = 3e38 if i == layer else 0.0
        linear.weight.register_hook(
            lambda gradient, huge=huge: torch.full_like(gradient, huge if run.steps == BAD_STEP - 1 else 0.0)
        )
        linear.bias.register_hook(lambda gradient: gradient * 0)
    ending = diverged(run, slices)
    assert ending.step == BAD_STEP - 1
    assert ending.message.startswith(
        f"The update of step {BAD_STEP} made the loss infinite or not a number: "
        f"{NAMES[layer]} is the first whose output is not finite."
    )


@each_layer
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("place", ["weight", "bias"])
def test_the_first_layer_whose_output_is_not_finite_before_an_update_is_named(
    layer: int, value: float, place: str
) -> None:
    run = SupervisedRun(STRAIGHT)
    run.advance(BAD_STEP - 1)
    with torch.no_grad():
        getattr(run.model.linears[layer], place).view(-1)[0] = value
    assert inspect_step(run) == (
        f"At step {BAD_STEP} the loss was not finite: {NAMES[layer]} is the first whose output is not finite."
    )


def test_a_loss_that_overflows_on_finite_outputs_says_how_large_they_are() -> None:
    run = SupervisedRun(STRAIGHT)
    with torch.no_grad():
        run.model.output.weight.zero_()
        run.model.output.bias.fill_(-2.5e30)
    assert inspect_step(run) == (
        "At step 1 the loss was not finite: every output is finite, the largest is 2.5e+30, and the loss overflows."
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("scale", "width"), [(10.0, 64), (10.0, 16), (6.0, 100)])
def test_first_weights_that_overflow_are_found_in_the_layer_of_a_pass_written_out(
    scale: float, width: int, seed: int
) -> None:
    experiment = Experiment(
        data=TwoBumps(samples=60),
        model=Model(hidden=(width,) * 40, activation=ReLU(), initializer=Normal(scale=scale)),
        training=Training(batch_size="all"),
        seed=seed,
    )
    run = SupervisedRun(experiment)
    a, first = run.data.train.x.numpy(), 0
    with np.errstate(over="ignore"):
        while np.isfinite(a).all():
            a = np.maximum(a @ run.model.linears[first].weight.detach().numpy().T, 0)
            first += 1
    assert 2 < first <= 40
    assert diverged(run).message.startswith(
        f"At step 1 the loss was not finite: hidden layer {first} is the first whose output is not finite."
    )


def test_in_a_network_with_batch_norm_dropout_and_adam_the_step_and_the_layer_are_found_too() -> None:
    rich = Experiment(
        data=Circle(samples=90),
        model=Model(hidden=(6, 5), activation=ReLU(), norm=BatchNorm(), dropout=0.3, residual=True),
        training=Training(optimizer=Adam(lr=0.01)),
    )
    told = {diverged(broken(rich, 1, one_entry(float("nan"))), slices).message for slices in (1, 3, 1000)}
    assert told == {"At step 8 the gradient of hidden layer 2 was not finite. The weights shown are those of step 7."}


def test_a_breakdown_long_after_the_start_is_found_at_its_step() -> None:
    run = SupervisedRun(STRAIGHT)
    run.model.linears[2].weight.register_hook(lambda gradient: gradient * (float("inf") if run.steps == 342 else 1.0))
    ending = diverged(run, slices=40)
    assert ending.message.startswith("At step 343 the gradient of hidden layer 3 was not finite.")
    twin = SupervisedRun(STRAIGHT)
    twin.advance(342)
    assert all(torch.equal(a, b) for a, b in zip(run.model.parameters(), twin.model.parameters(), strict=True))


def test_one_entry_that_is_not_finite_is_enough() -> None:
    fine = [torch.ones(3), torch.zeros(2, 2)]
    assert is_finite(fine)
    for value in (float("nan"), float("inf"), float("-inf")):
        assert not is_finite([*fine, torch.tensor([[0.0, value]])])


@any_slices
@each_layer
def test_a_bias_that_breaks_while_the_loss_stays_finite_is_found_at_its_own_step(layer: int, slices: int) -> None:
    """tanh of an infinite pre-activation is 1: only the parameters tell."""
    run = SupervisedRun(STRAIGHT.patched({"model.activation.kind": "tanh"}))
    bias = run.model.linears[layer].bias
    bias.register_hook(lambda gradient: gradient * math.inf if run.steps == BAD_STEP - 1 else gradient)
    ending = diverged(run, slices)
    assert ending.step == BAD_STEP - 1
    assert ending.message.startswith(f"At step {BAD_STEP} the gradient of {NAMES[layer]} was not finite.")


@any_slices
def test_a_last_update_that_makes_the_loss_infinite_is_no_finished_run(slices: int) -> None:
    training = Training(epochs=1, batch_size="all", optimizer=SGD(lr=10.0), loss=MSE())
    wild = Experiment(
        data=Diabetes(scaling="none"), model=Model(hidden=(16,) * 6, activation=ReLU()), training=training
    )
    ending = diverged(SupervisedRun(wild), slices)
    assert ending.step == 0
    assert ending.message.startswith("The update of step 1 made the loss infinite or not a number")


@any_slices
def test_running_statistics_that_overflow_are_found_and_not_kept(slices: int) -> None:
    """Batch norm standardizes by the batch while training: only at rest would an infinite variance show."""
    run = SupervisedRun(STRAIGHT.patched({"model.norm.kind": "batch_norm"}))
    norm = next(module for module in run.model.layers[1].modules() if isinstance(module, torch.nn.BatchNorm1d))

    def overflow(module: torch.nn.Module, received: object, given: object) -> None:
        if run.steps == BAD_STEP - 1 and module.training:
            module.running_var.data.fill_(math.inf)

    norm.register_forward_hook(overflow)
    ending = diverged(run, slices)
    assert ending.step == BAD_STEP - 1
    assert ending.message.startswith(f"At step {BAD_STEP} the running statistics of hidden layer 2 became infinite")
