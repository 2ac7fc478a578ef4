"""The same run without clipping, clipped by norm, and clipped by value."""

from engine.activations import ReLU, Tanh
from engine.experiment import Experiment
from engine.initializers import Normal
from engine.labs.gradient_flow.cures import cured
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.optimizers import SGD

BURSTS = {"activation": Tanh(), "initializer": Normal(scale=0.5), "optimizer": SGD(lr=0.5), "width": 16}
"""First weights and rate too large for tanh, which bounds the signal: single large gradients, and no divergence."""
BREAKS = {"activation": ReLU(), "initializer": Normal(scale=0.5), "optimizer": SGD(lr=0.2), "width": 16}
"""The same with ReLU, which bounds nothing."""
DEPTH = 10


def unclipped_run(state: GradientFlowLab) -> Experiment:
    """The network whose gradients are looked at: one that explodes, or the learner's own."""
    if state.clipped == "own":
        return state.before
    return state.model_copy(update=BURSTS if state.clipped == "bursts" else BREAKS).of_depth(DEPTH)


def clipped_runs(state: GradientFlowLab) -> tuple[tuple[str, Experiment], ...]:
    """(label, experiment) of the three runs."""
    base = unclipped_run(state)
    return (
        ("without clipping", base),
        ("clipped by norm", cured(base, ("clip_norm",), state.limits)),
        ("clipped by value", cured(base, ("clip_value",), state.limits)),
    )
