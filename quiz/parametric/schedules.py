"""The learning rate in the course of training, and how long a training is."""

import math

import torch
from torch.utils.data import DataLoader, TensorDataset

from engine.schedules import Cosine, WarmUp
from engine.stopping import Patience, Watch
from quiz.parametric.drawing import Row, grid, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import META
from quiz.parametric.writing import eq, plus, tex, vec

SCHEDULES = "descent?section=schedules"


def _cosine(rate: float, floor: float, steps: int, share: float) -> Asked:
    step = round(share * steps)
    value = rate * Cosine(floor=floor).factor(step, steps)
    low = floor * rate
    cosine = math.cos(math.pi * step / steps)
    return Asked(
        text=f"A cosine schedule takes the learning rate from ${tex(rate)}$ at step 0 down to ${tex(low)}$ at step "
        f"{steps}. What is it at step {step}?",
        value=value,
        rule=r"$\eta_t = \eta_{min} + (\eta_{max} - \eta_{min}) \frac{1 + \cos(\pi t / T)}{2}$, the angle in radians.",
        working=rf"$\cos\left(\pi \cdot \frac{{{step}}}{{{steps}}}\right) {eq(cosine)}$, so ${tex(low)} + ({tex(rate)} - "
        rf"{tex(low)}) \cdot \frac{{1 {plus(cosine)}}}{{2}} {eq(value)}$",
        decimals=3,
        mistakes={
            "Fell in a straight line: that is linear decay.": rate + (low - rate) * step / steps,
            "Forgot to halve: $1 + \\cos$ goes from 2 to 0.": low + (rate - low) * (1 + cosine),
            "Took the cosine of degrees: the angle $\\pi t / T$ is in radians.": low
            + (rate - low) * (1 + math.cos(math.radians(math.pi * step / steps))) / 2,
            "Rose instead of falling: $1 - \\cos$ begins at the lowest rate.": low + (rate - low) * (1 - cosine) / 2,
        },
    )


def _warm_up(rate: float, first: float, steps: int, share: float) -> Asked:
    step = round(share * steps)
    value = rate * WarmUp(steps=steps, start=first).factor(step, 10 * steps)
    return Asked(
        text=f"A linear warm-up takes the learning rate from ${tex(first)} \\cdot {tex(rate)}$ at step 0 to the full "
        f"${tex(rate)}$ at step {steps}. What is it at step {step}?",
        value=value,
        rule=r"$\eta_t = \eta \left(s + (1 - s) \frac{t}{k}\right)$ up to step $k$: it starts at the share $s$ and covers "
        r"what is "
        "left of the way.",
        working=rf"${tex(rate)} \cdot \left({tex(first)} + {tex(1 - first)} \cdot \frac{{{step}}}{{{steps}}}\right) "
        rf"{eq(value)}$",
        decimals=3,
        mistakes={
            "Started at 0: the first share is left out.": rate * step / steps,
            "Added the whole rise to the first share: it would end above the full rate.": rate * (first + step / steps),
            "Took the full rate: the warm-up has not ended yet.": rate,
            "Ran it backwards: the rate rises.": rate * (1 - (1 - first) * step / steps),
        },
    )


def _updates(examples: int, batch: int, epochs: int) -> Asked:
    data = TensorDataset(torch.empty(examples, device=META))
    in_epoch = len(DataLoader(data, batch_size=batch))
    return Asked(
        text=f"A training set of {tex(examples).replace('{,}', ',')} examples is passed {epochs} times in mini-batches of "
        f"{batch} "
        "by a `DataLoader` with its default settings. How many updates does the optimizer make?",
        value=in_epoch * epochs,
        rule=r"$E \left\lceil \frac{N}{B} \right\rceil$: each epoch ends with one smaller batch, unless `drop_last=True`.",
        working=rf"$\left\lceil \frac{{{examples}}}{{{batch}}} \right\rceil = {in_epoch}$ in an epoch; ${epochs} \cdot "
        rf"{in_epoch} = {tex(in_epoch * epochs)}$",
        unit="updates",
        mistakes={
            "Dropped the last, smaller batch: that takes `drop_last=True`.": examples // batch * epochs,
            "Let a batch reach into the next epoch: every epoch begins with a new one.": -(-examples * epochs // batch),
            "Forgot the epochs: that is one pass.": in_epoch,
            "Counted an update for every example: there is one for a batch.": examples * epochs,
        },
    )


def _stopped(losses: tuple[float, ...], patience: int) -> Asked:
    watch = Watch(Patience(epochs=patience))
    for epoch, loss in enumerate(losses, start=1):
        watch.see(epoch, loss)
        if watch.over:
            break
    if not watch.over or epoch == len(losses) or watch.best_step == 1:
        raise DrawAgain
    worse = [place for place in range(2, epoch + 1) if losses[place - 1] > min(losses[: place - 1])]
    never_reset = worse[patience - 1]
    if never_reset == epoch:  # no new best after a rise: the count is never set back
        raise DrawAgain
    return Asked(
        text=f"The validation losses of epochs 1 to {len(losses)} would be ${vec(losses)}$. Training stops early, with a "
        f"patience of {patience} epochs without a new lowest loss. After which epoch does it stop?",
        value=epoch,
        rule="Every new lowest loss sets the count to 0, every other epoch adds 1; training stops when the count reaches the "
        "patience, and the weights of the best epoch are restored.",
        working=f"The lowest loss is met in epoch {watch.best_step}; the {patience} epochs after it bring no lower one: "
        f"${watch.best_step} + {patience} = {epoch}$",
        mistakes={
            "That is the best epoch, whose weights are restored: training goes on until patience runs out.": watch.best_step,
            "Waited one epoch too long: it stops as soon as the count reaches the patience.": epoch + 1,
            "Never set the count back: each new lowest loss sets it to 0.": never_reset,
        },
    )


FAMILIES = (
    Family(
        id="cosine-schedule",
        topic="optimizers",
        level="practitioner",
        title="The rate of a cosine schedule",
        source="Loshchilov & Hutter 2017, equation 5",
        draws={
            "rate": (0.2, 0.3, 0.4, 0.5, 0.8, 1.0),
            "floor": (0.0, 0.05, 0.1, 0.2),
            "steps": whole(200, 2000, 100),
            "share": (0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.75, 0.8, 0.85),
        },
        ask=_cosine,
        lab=SCHEDULES,
    ),
    Family(
        id="warm-up-schedule",
        topic="optimizers",
        level="foundation",
        title="The rate of a warm-up",
        source="Goyal et al. 2017, section 2.2; torch.optim.lr_scheduler.LinearLR",
        draws={
            "rate": (0.2, 0.3, 0.4, 0.5, 0.8, 1.0),
            "first": (0.1, 0.2, 0.25),
            "steps": whole(100, 1000, 50),
            "share": (0.2, 0.3, 0.4, 0.6, 0.7, 0.8),
        },
        ask=_warm_up,
        lab=SCHEDULES,
    ),
    Family(
        id="updates-of-a-training",
        topic="practice",
        level="foundation",
        title="Updates of a training",
        source="torch.utils.data.DataLoader",
        draws={"examples": whole(500, 9900, 10), "batch": (16, 32, 48, 64, 100, 128), "epochs": whole(2, 12)},
        ask=_updates,
    ),
    Family(
        id="early-stopping-epoch",
        topic="practice",
        level="foundation",
        title="When early stopping stops",
        source="Prechelt 1998; Goodfellow et al. 2016, algorithm 7.1",
        draws={"losses": Row(9, grid(0.3, 0.9, 0.02), distinct=True), "patience": (2, 3)},
        ask=_stopped,
        lab="regularization?section=early+stopping+and+noise",
        chosen=True,
    ),
)
