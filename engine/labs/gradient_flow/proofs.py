"""What is often written of vanishing and exploding gradients, and the runs that show what is right."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from engine.activations import ReLU
from engine.experiment import Experiment
from engine.initializers import HeNormal
from engine.labs.gradient_flow.course import Recording
from engine.labs.gradient_flow.cures import CureId, cured, named
from engine.labs.gradient_flow.results import Course
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.labs.proof import Proof, Proved
from engine.streams import stream
from engine.words import number, percent

UPDATES = 60
EXPONENTIAL_ROWS = 4096
RECTIFIED = {"activation": ReLU(), "initializer": HeNormal()}


def trained(experiment: Experiment, updates: int = 1) -> Recording:
    """``experiment`` after ``updates`` updates, the last one measured."""
    recording = Recording(experiment, "", updates, updates)
    recording.go_on()
    return recording


def of(depth: int, *cures: CureId, **settings: object) -> Experiment:
    """The lab's network, sigmoid with Xavier unless ``settings`` say otherwise, with some cures."""
    return cured(GradientFlowLab().model_copy(update=settings).of_depth(depth), cures)


def _ratio(course: Course) -> float:
    return float(course.gradient[0, 0] / course.gradient[-1, 0])


# --- vanishing ------------------------------------------------------------------------------------------------------


def weights_stay() -> Proved:
    """The weights of the layers that get no gradient, before and after training."""
    recording = trained(of(20), UPDATES)
    course, weight = recording.course, recording.run.model.linears[0].weight
    left = number(float(course.gradient[0, 0]))
    rows = [
        [
            f"layer {place + 1}",
            *(number(float(x[place, 0])) for x in (course.gradient, course.ratio)),
            f"{course.drift[place]:.4f}",
        ]
        for place in (0, 9, 20)
    ]
    zeros = float((weight == 0).float().mean())
    sentence = (
        f"After {UPDATES} updates of 20 sigmoid layers the norm of the first layer's gradient is {left}, "
        f"that of its weights {course.drift[0]:.4f} times what it was; {percent(zeros)} of them are 0. What shows it is "
        f"the update-to-weight ratio: {number(course.ratio[0, 0])} there, {number(course.ratio[-1, 0])} in the output layer."
    )
    return Proved(sentence, ("", "gradient norm", "update / weight", "weights now / at the start"), rows)


def sizes() -> Proved:
    """Gradients at the first update, where no weight has grown yet; the largest weight of a batch-normed network."""
    first = trained(of(60, "batch_norm", **RECTIFIED))
    fast = of(10, "batch_norm", **RECTIFIED).patched({"training.optimizer.lr": 0.1})
    later = trained(fast, UPDATES)
    fresh = Recording(of(60, "batch_norm", **RECTIFIED), "", 1, 1).run.model.linears
    before = max(float(linear.weight.detach().abs().max()) for linear in fresh[1:])
    after = max(float(linear.weight.detach().abs().max()) for linear in later.run.model.linears)
    sentence = (
        f"60 ReLU layers, He, batch norm, before any weight has moved: the largest weight between hidden layers is "
        f"{number(before)}, and the first layer's gradient is {number(_ratio(first.course))} times the output layer's. "
        f"Batch norm standardises pre-activations, not weights: in 10 such layers the largest weight is {number(after)} after "
        f"{UPDATES} updates at a rate of 0.1."
    )
    return Proved(sentence)


def ways_round() -> Proved:
    """First over last gradient at the first update, for small and for large slopes, and with cures."""
    chosen: list[tuple[CureId, ...]] = [
        (),
        ("batch_norm",),
        ("residual",),
        ("relu", "he_normal"),
        ("tanh", "orthogonal"),
    ]
    rows, ratios = [], []
    for cures in chosen:
        course = trained(of(20, *cures)).course
        ratios.append(_ratio(course))
        rows.append([named(cures), number(ratios[-1])])
    sentence = (
        f"20 sigmoid layers: at the first update the first layer's gradient is {number(ratios[0])} times the output layer's. "
        f"With one or two changes it is {number(min(ratios[1:]))} to {number(max(ratios[1:]))} times: there are ways round."
    )
    return Proved(sentence, ("20 sigmoid layers, changed by", "first / last gradient"), rows)


# --- cures ----------------------------------------------------------------------------------------------------------


def shape_stays() -> Proved:
    """Moments of skewed numbers before and after batch norm."""
    draws = torch.empty(EXPONENTIAL_ROWS, 1, dtype=torch.float64).exponential_(generator=stream(0, "noise"))
    given = nn.BatchNorm1d(1, dtype=torch.float64)(draws).detach()
    before, after = moments(draws[:, 0]), moments(given[:, 0])
    names = ("mean", "standard deviation", "skewness (0 for a Gaussian)", "excess kurtosis (0 for a Gaussian)")
    rows = [[name, f"{a:z.3f}", f"{b:z.3f}"] for name, a, b in zip(names, before, after, strict=True)]
    sentence = (
        f"{EXPONENTIAL_ROWS:,} draws from an exponential distribution: batch norm moves the mean from {before[0]:.3f} to "
        f"{after[0]:z.3f} and the standard deviation to {after[1]:.3f}. The skewness was {before[2]:.3f} and is "
        f"{after[2]:.3f}: shifting and scaling leave the shape as it was."
    )
    return Proved(sentence, ("", "before", "after batch norm"), rows)


def moments(x: Float[Tensor, " n"]) -> tuple[float, float, float, float]:
    """(mean, standard deviation, skewness, excess kurtosis), all with division by n."""
    centred = x - x.mean()
    spread = centred.square().mean().sqrt()
    z = centred / spread
    return float(x.mean()), float(spread), float(z.pow(3).mean()), float(z.pow(4).mean() - 3)


def not_every_cure() -> Proved:
    """Cures at 60 layers where they fail."""
    cases: tuple[tuple[str, Experiment], ...] = (
        ("ReLU, He, batch norm", of(60, "batch_norm", **RECTIFIED)),
        ("ReLU, He, residual connections", of(60, "residual", **RECTIFIED)),
        ("sigmoid, Xavier", of(60)),
        ("sigmoid, Xavier, clipped by norm", of(60, "clip_norm")),
        ("ReLU, He", of(60, **RECTIFIED)),
    )
    rows, found = [], []
    for name, experiment in cases:
        course = trained(experiment).course
        found.append(course)
        rows.append([name, number(_ratio(course)), number(float(course.gradient.max()))])
    normed, residual, sigmoid, clipped = found[:4]
    sentence = (
        f"60 layers, first update. With batch norm the first layer's gradient is {number(_ratio(normed))} times the output "
        f"layer's; in a plain residual stack with He the largest gradient norm is {number(float(residual.gradient.max()))}; "
        f"sigmoid with Xavier leaves the first layer {number(_ratio(sigmoid))} of the last one's, and clipping changes "
        f"nothing: {number(_ratio(clipped))}. Measure it."
    )
    return Proved(sentence, ("", "first / last gradient", "largest gradient norm"), rows)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "weights_stay",
        "Vanishing gradients show as weights going to 0.",
        "Weights without gradient stay near where they began: look at the update-to-weight ratio. Weights of 0 mean weight "
        "decay or L1.",
        weights_stay,
    ),
    Proof(
        "sizes",
        "Exploding gradients are weights growing too large; batch norm keeps weights in (-1, 1).",
        "It is the gradients that grow, on their way through the layers, whatever the weights do later. Batch norm "
        "standardises pre-activations and bounds no weight.",
        sizes,
    ),
    Proof(
        "ways_round",
        "Gradients vanish when they are too small or too large, and vanishing cannot be worked around.",
        "They vanish when the factors are too small; too large ones explode. Other activations, shortcuts, normalization and "
        "orthogonal first weights are ways round.",
        ways_round,
    ),
    Proof(
        "shape_stays",
        "Batch norm makes the data Gaussian.",
        r"$\hat z = (z - \mu) / \sqrt{\sigma^2 + \epsilon}$ shifts and scales: mean 0, variance 1, and the shape it had.",
        shape_stays,
    ),
    Proof(
        "not_every_cure",
        "Switch the cure on and the gradient is fixed.",
        "Not every cure cures every network: it depends on depth, activation and first weights. Measure it.",
        not_every_cure,
    ),
)
