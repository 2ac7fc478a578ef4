"""The same run without clipping, clipped by norm, and clipped by value."""

from engine.activations import Tanh
from engine.experiment import Experiment
from engine.initializers import Normal
from engine.labs.gradient_flow.cures import cured
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.optimizers import SGD


def exploding(state: GradientFlowLab) -> Experiment:
    """A network whose gradients explode now and then: 10 layers, first weights too large, plain gradient descent."""
    other = state.model_copy(
        update={"activation": Tanh(), "initializer": Normal(scale=0.5), "optimizer": SGD(lr=0.1), "width": 16}
    )
    return other.of_depth(10)


def clipped_runs(state: GradientFlowLab) -> tuple[tuple[str, Experiment], ...]:
    """(label, experiment) of the three runs."""
    base = exploding(state) if state.clipped == "exploding" else state.before
    return (
        ("without clipping", base),
        ("clipped by norm", cured(base, ("clip_norm",), state.limits)),
        ("clipped by value", cured(base, ("clip_value",), state.limits)),
    )
