"""Changes that several findings try: another start, another rate, another activation."""

from engine.doctor.case import Case
from engine.doctor.finding import patch
from engine.doctor.record import Record
from engine.run import Patch

RECTIFIERS = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "maxout")
"""Activations without an upper end."""
LOWEST_RATE, HIGHEST_RATE = 1e-6, 10.0
"""The bounds of every optimizer's rate."""


def kinds(case: Case) -> list[str]:
    """The kind of activation of every hidden layer, from the input on."""
    model = case.experiment.model
    return [model.activation_of(layer).kind for layer in range(1, len(model.hidden) + 1)]


def fitting_start(case: Case) -> Patch:
    """First weights made for the activation: He for rectifiers, Xavier for the rest."""
    rectified = any(kind in RECTIFIERS for kind in kinds(case))
    return patch(model__initializer__kind="he_normal" if rectified else "xavier_uniform")


def rate(case: Record, factor: int | float) -> Patch:
    """The learning rate times ``factor``, within its bounds."""
    now = case.experiment.training.optimizer.lr
    wanted = float(f"{now * factor:.3g}")
    return patch(training__optimizer__lr=min(max(wanted, LOWEST_RATE), HIGHEST_RATE))


def activation(case: Case, kind: str) -> Patch:
    """Another activation in all hidden layers, also in those with one of their own."""
    own = case.experiment.model.layers
    if not any(layer.activation for layer in own):
        return patch(model__activation__kind=kind)
    shared = tuple(layer.model_dump() | {"activation": None} for layer in own)
    return patch(model__activation__kind=kind, model__layers=shared)


def together(*patches: Patch) -> Patch:
    """Several changes as one."""
    return tuple(item for each in patches for item in each)


HE, XAVIER = patch(model__initializer__kind="he_normal"), patch(model__initializer__kind="xavier_uniform")
BATCH_NORM, LAYER_NORM = patch(model__norm__kind="batch_norm"), patch(model__norm__kind="layer_norm")
RESIDUAL = patch(model__residual=True)
ADAM = patch(training__optimizer__kind="adam")
CLIP = patch(training__clip__kind="norm")
STANDARD = patch(data__scaling="standard")
