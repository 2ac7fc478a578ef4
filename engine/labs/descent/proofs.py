"""What is often written of rates, batches, curvature and comparisons, and runs that put it right."""

import numpy as np
import torch

from engine.data.bundled import Iris
from engine.experiment import Training
from engine.labs.descent.bounds import limit, preconditioned
from engine.labs.descent.curvature import Hessian, Vector, largest, power_iteration, random_start
from engine.labs.descent.landscape import follow, path_plane, project, random_plane
from engine.labs.descent.noise import example_gradients, noise_at
from engine.labs.descent.race import last_losses, race, spread
from engine.labs.descent.results import RaceResult
from engine.labs.descent.state import DescentLab, Race
from engine.labs.descent.training import updates
from engine.labs.proof import Proof, Proved
from engine.optimizers import SGD, Adam, Momentum, OptimizerChoice
from engine.supervised import SupervisedRun

STEPS = 200
"""On a parabola."""
ROUNDS = 500
"""Of power iteration."""


def end_on_parabola(optimizer: OptimizerChoice, curvature: float, steps: int = STEPS) -> float:
    """|x| after so many updates on curvature x^2 / 2 from x = 1; infinite where it overflows."""
    x = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    moved = optimizer.build([x])
    for _ in range(steps):
        x.grad = curvature * x.detach()
        moved.step()
    end = abs(float(x.detach()))
    return end if np.isfinite(end) else float("inf")


def _larger_rate() -> Proved:
    rows = []
    ends = {}
    for share in (0.1, 0.5, 0.95, 1.05):
        cells = []
        for row in (SGD, Momentum):
            made = row(lr=0.1)
            end = end_on_parabola(made, share * limit(made))
            ends[(row, share)] = end
            cells.append(f"{end:.2g}")
        rows.append((f"{share:g} of the limit", *cells))
    plain = ends[(SGD, 1.05)]
    return Proved(
        r"On $\frac{s}{2} x^2$ from x = 1, with η = 0.1, after "
        f"{STEPS} updates: just below $s = 2 / \\eta$ descent arrives (|x| = {ends[(SGD, 0.95)]:.2g}), 5 % above it "
        f"|x| is {plain:.2g} and grows. Momentum's limit, $2 (1 + \\beta) / \\eta$, is "
        f"{limit(Momentum(lr=0.1)) / limit(SGD(lr=0.1)):.2g} times as high.",
        ("Curvature s", *(row.label for row in (SGD, Momentum))),
        rows,
    )


def _larger_batch() -> Proved:
    run = SupervisedRun(DescentLab().experiment(Training(optimizer=SGD(lr=0.03))))
    each = example_gradients(run)
    sizes = (1, 2, 4, 8, 16, 32)
    found = [noise_at(each, size, 400, 0) for size in sizes]
    slope = float(np.polyfit(np.log(sizes), np.log([item.error_replaced for item in found]), 1)[0])
    rows = [(str(item.size), f"{item.error_replaced:.3g}", f"{item.theory_replaced:.3g}") for item in found]
    return Proved(
        f"The mean squared error of a batch's gradient falls as B to the power {slope:.2f} (theory: -1). Four times the batch "
        "halves its root, not quarters it: a larger batch buys calm, with less and less for each example.",
        ("B", "measured, with replacement", r"tr Σ / B"),
        rows,
    )


def _random_plane() -> Proved:
    training = Training(optimizer=Momentum(lr=0.05), batch_size=20, epochs=10)
    run = SupervisedRun(DescentLab(data=Iris(), width=32).experiment(training))
    *_, (_, path) = follow(run, "train")
    held = [project(path, random_plane(run.model, 0, draw))[1] for draw in range(20)]
    best = project(path, path_plane(path))[1]
    return Proved(
        f"Of a path through {path.weights.shape[1]:,} dimensions (irises, two layers of 32 units), 20 random planes hold "
        f"{np.mean(held):.2%} of the squared length in the mean (at most {max(held):.2%}); the plane of its two principal "
        f"components holds {best:.1%}."
    )


def _power_iteration() -> Proved:
    run = SupervisedRun(DescentLab(width=4, depth=1).experiment(Training()))
    hessian = Hessian(run)
    start = random_start(hessian.size, 0)

    def turned(v: Vector) -> Vector:
        return -hessian.product(v)

    top = largest(turned, start)[0]
    plain = float(power_iteration(turned, start, ROUNDS)[-1])
    shifted = float(power_iteration(turned, start, ROUNDS, abs(plain))[-1])
    return Proved(
        f"Turn the loss of a network's first weights upside down (-L, with the Hessian -H): {ROUNDS} rounds of power iteration "
        f"end at {plain:.4g}, the eigenvalue of the largest size, while the largest is {top:.4g} (Lanczos). On -H + c I with "
        f"c = {abs(plain):.4g} they end at {shifted:.4g}."
    )


def _adam_limit() -> Proved:
    made = Adam(lr=0.02)
    run = SupervisedRun(DescentLab().experiment(Training(optimizer=made, batch_size="all", epochs=500)))
    raw, scaled = [], []
    for done in updates(run, 500):
        if done > 375 and done % 25 == 0:
            hessian = Hessian(run)
            start = random_start(hessian.size, 0)
            raw.append(largest(hessian.product, start)[0])
            scaled.append(largest(preconditioned(run, hessian), start)[0])
    met, bound = float(np.median(scaled)), limit(made)
    return Proved(
        f"Adam at η = {made.lr:g} on all examples: over the last quarter of 500 updates the sharpness of H is "
        f"{np.median(raw):.3g}, against 2/η = {2 / made.lr:g}. The preconditioned sharpness is {met:.4g}, {met / bound:.2f} of "
        rf"$(2 + 2 \beta_1) / ((1 - \beta_1) \eta)$ = {bound:.4g}: that is the limit it comes to."
    )


def _one_seed() -> Proved:
    asked = Race(kinds=("sgd", "momentum", "adam"), seeds=5, epochs=10)
    experiment = DescentLab().experiment(Training(batch_size=20, epochs=10))
    *_, last = race(experiment, asked)
    found = last.result or RaceResult((), (), 0)
    losses, _ = last_losses(found)
    whose = spread(losses)
    if whose is None:
        return Proved("Too few runs came to their end to compare.")
    names = ", ".join(f"{name} on {wins}" for name, wins in zip(found.optimizers, whose.wins, strict=True))
    rows = [(name, *(f"{value:.3g}" for value in losses[k])) for k, name in enumerate(found.optimizers)]
    return Proved(
        f"Lowest validation loss after 10 epochs: {names} of {whose.paired} seeds. In decades of the loss the standard "
        f"deviation between optimizers is {whose.optimizers:.2g}, between seeds {whose.seeds:.2g}: one seed has both in it.",
        ("Optimizer", *(f"seed {seed}" for seed in dict.fromkeys(run.seed for run in found.runs))),
        rows,
    )


PROOFS = (
    Proof(
        "larger_rate",
        "A larger learning rate only gets there faster.",
        r"On a parabola of curvature s, descent diverges once $s > 2 / \eta$, momentum once $s > 2 (1 + \beta) / \eta$.",
        _larger_rate,
    ),
    Proof(
        "larger_batch",
        "Twice the batch halves the noise of the gradient.",
        r"It halves the variance: $E|g_B - g|^2 = \operatorname{tr}\Sigma / B$. The noise itself falls as $1 / \sqrt{B}$.",
        _larger_batch,
    ),
    Proof(
        "random_plane",
        "A landscape along two random directions shows the way that the optimizer took.",
        "It shows the shape around the end. Of the way it holds a small part, less the more weights there are: the "
        "principal components hold most of it.",
        _random_plane,
    ),
    Proof(
        "power_iteration",
        "Power iteration finds the largest eigenvalue.",
        "It finds the one of the largest size, which may be negative; a shift, or Lanczos, finds the largest.",
        _power_iteration,
    ),
    Proof(
        "adam_limit",
        r"No optimizer is stable where the sharpness is above $2 / \eta$, and Adam adapts to stay below it.",
        r"Each optimizer has its own limit. Adam's holds for the preconditioned Hessian $P^{-1/2} H P^{-1/2}$, and training "
        "with all examples goes up to it (Cohen et al. 2022).",
        _adam_limit,
    ),
    Proof(
        "one_seed",
        "This optimizer is better: its curve lies below the other's.",
        "Repeat it from other seeds, each with the same first weights and batches for all, before saying so.",
        _one_seed,
    ),
)
