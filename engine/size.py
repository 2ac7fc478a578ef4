"""How many parameters a network will have, counted without building it: a large one is refused before it takes room."""

from torch import nn

from engine.experiment import Experiment


def inputs_of(experiment: Experiment) -> int:
    """How many inputs the network receives."""
    features = getattr(experiment.data, "features", ())
    return len(features) or experiment.data.columns_count


def parameters_of(experiment: Experiment) -> int:
    """Weights and biases of every affine map, and what norms and activations learn."""
    model = experiment.model
    bias, before, total = int(model.bias), inputs_of(experiment), 0
    for layer, units in enumerate(model.hidden, start=1):
        activation, norm = model.activation_of(layer), model.norm_of(layer)
        wide = units * activation.pieces
        total += (before + bias) * wide + _learned(norm.build(wide)) + _learned(activation.build())
        before = units
    outputs = experiment.loss.outputs(experiment.data.class_count)
    return total + (before + bias) * outputs


def _learned(module: nn.Module | None) -> int:
    return sum(parameter.numel() for parameter in module.parameters()) if module is not None else 0
