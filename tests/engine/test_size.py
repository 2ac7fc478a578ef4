"""Parameters counted from the configuration are those of the modules that PyTorch builds."""

import pytest

from engine.activations import Activation
from engine.choice import catalog
from engine.data.catalog import Data
from engine.data.source import Drawn
from engine.experiment import Experiment
from engine.model import MLP
from engine.norms import Norm
from engine.size import inputs_of, parameters_of


def built(experiment: Experiment) -> int:
    outputs = experiment.loss.outputs(experiment.data.class_count)
    module = MLP(experiment.model, inputs_of(experiment), outputs, experiment.seed)
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("norm", catalog(Norm))
@pytest.mark.parametrize("kind", catalog(Activation))
def test_every_activation_and_norm_is_counted(kind: str, norm: str) -> None:
    model = {"hidden": (5, 3), "activation": {"kind": kind}, "norm": {"kind": norm}}
    experiment = Experiment.model_validate({"model": model})
    assert parameters_of(experiment) == built(experiment)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("hidden", [(), (1,), (128,) * 60])
def test_depth_and_biases_are_counted(hidden: tuple[int, ...], bias: bool) -> None:
    experiment = Experiment.model_validate({"model": {"hidden": hidden, "bias": bias}})
    assert parameters_of(experiment) == built(experiment)


def test_a_layer_of_its_own_kind_is_counted_as_such() -> None:
    layers = [{"layer": 2, "activation": {"kind": "maxout", "affine_pieces": 4}, "norm": {"kind": "layer_norm"}}]
    experiment = Experiment.model_validate({"model": {"hidden": (6, 7, 5), "layers": layers}})
    assert parameters_of(experiment) == built(experiment)


@pytest.mark.parametrize("kind", [kind for kind, row in catalog(Data).items() if issubclass(row, Drawn)])
def test_inputs_are_those_of_the_data(kind: str) -> None:
    from engine.data.prepare import prepare

    experiment = Experiment.model_validate({"data": {"kind": kind}})
    assert inputs_of(experiment) == prepare(experiment.data, 0).input_size
