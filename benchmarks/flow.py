"""The 60-layer flow: a run whose gradients are measured at every update, beside a bare PyTorch loop that measures the same."""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from benchmarks import pairs
from benchmarks.bare_loop import BareLoop, beside, recipe_of
from benchmarks.report import Figure
from engine.activations import Tanh
from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.initializers import Orthogonal
from engine.labs.gradient_flow.course import Recording
from engine.labs.gradient_flow.state import SAMPLES
from engine.model import Model
from engine.optimizers import Adam

NOTES = (
    "Ratios are of the thread's processor time, medians over interleaved pairs of turns: below 1 the lab is the faster one.",
    "60 tanh layers of 16 units, Adam; every update is measured: gradient norm and update-to-weight ratio of each layer,",
    "the whole gradient's norm, the loss on the training part. Both begin alike and must measure the same norms.",
)
BAR = 1.3
DEPTH, WIDTH = 60, 16
STEPS = 10
"""Updates of one turn."""
SAME_NORM = 1e-3
"""Share by which the norms of the first updates may differ: more means that the two did not do the same work."""
ENDLESS = 100_000


def experiment() -> Experiment:
    """What is timed. Its rate is small: rounding alone would set two honest loops apart at the usual one."""
    return Experiment(
        data=Circle(samples=SAMPLES),
        model=Model(hidden=(WIDTH,) * DEPTH, activation=Tanh(), initializer=Orthogonal()),
        training=Training(optimizer=Adam(lr=1e-4), epochs=ENDLESS),
    )


@dataclass
class BareFlow:
    """The bare loop, and after each backward pass what the lab measures."""

    loop: BareLoop
    gradient: list[list[float]] = field(default_factory=list)
    ratio: list[list[float]] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)

    def advance(self, steps: int) -> None:
        """``steps`` measured updates."""
        weights: list[Tensor] = [layer.weight for layer in self.loop.model if isinstance(layer, nn.Linear)]
        for _ in range(steps):
            before = [weight.detach().clone() for weight in weights]
            self.loop.advance(1)
            # Nothing clips here, so the gradients are still those of the backward pass.
            self.gradient.append([float(weight.grad.norm()) for weight in weights if weight.grad is not None])
            self.whole.append(
                float(torch.cat([p.grad.reshape(-1) for p in self.loop.parameters if p.grad is not None]).norm())
            )
            moved = zip(weights, before, strict=True)
            self.ratio.append([float((now.detach() - old).norm() / old.norm()) for now, old in moved])
            self.loss.append(self.loop.loss_on_training_part())


def both() -> tuple[Recording, BareFlow]:
    """The lab's recording and the bare loop, from the same first weights."""
    recording = Recording(experiment(), "", ENDLESS, 1)
    return recording, BareFlow(beside(recording.run, recipe_of(experiment())))


def record(recording: Recording, steps: int) -> None:
    """``steps`` measured updates of the lab."""
    for _ in range(steps):
        recording.go_on()


def check_same_norms(recording: Recording, bare: BareFlow) -> None:
    """Raises RuntimeError unless both measured the same at their first updates: else the ratio means nothing."""
    course = recording.course
    columns = min(STEPS, len(bare.gradient))
    own, theirs = torch.tensor(course.gradient[:, :columns]), torch.tensor(bare.gradient[:columns]).T.double()
    if len(course.step) != len(bare.gradient) or not torch.allclose(own, theirs, rtol=SAME_NORM, atol=1e-9):
        raise RuntimeError(f"the bare loop did other work: {len(bare.gradient)} updates against {len(course.step)}")


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    torch.set_num_threads(1)
    recording, bare = both()
    found = pairs.ratio(lambda: record(recording, STEPS), lambda: bare.advance(STEPS), 5 if quick else 25)
    check_same_norms(recording, bare)
    return [
        Figure(f"{DEPTH} layers: measured updates per second", STEPS / found.seconds, "/s"),
        Figure("lab over bare loop", found.median, "x", BAR, low=found.low, high=found.high),
    ]
