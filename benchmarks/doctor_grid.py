"""Ordinary experiments, and what makes one of them healthy: a fixed criterion on the outcome, set before any tuning.

An experiment is *healthy* when, trained to its planned end,

1. it did not diverge,
2. its last validation loss is at most 1.25 times the lowest that any experiment of the grid reached on the same data set
   (at any step), plus a tenth of the loss of the best constant answer on that data set,
3. its last validation loss is at most 1.25 times its own lowest, plus a tenth of that loss.

The doctor's thresholds were tuned on ``TUNED``; what is reported is measured on ``REPORTED``, whose data sets, seeds and
widths are others. Nothing of the doctor is asked for the verdict "healthy".
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import torch

from engine.activations import ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh
from engine.data.bundled import BreastCancer, Digits, Iris, Wine
from engine.data.catalog import Data
from engine.data.regression import Plane, Polynomial, Sine, TwoBumps
from engine.data.tables import CreditRisk, HousePrices
from engine.data.toy import XOR, Checkerboard, Circle, Gaussians, Moons, Spiral
from engine.doctor.case import Case
from engine.doctor.record import Record
from engine.experiment import Experiment, Training
from engine.initializers import HeNormal, HeUniform, LeCunNormal, XavierNormal, XavierUniform
from engine.model import Model
from engine.norms import BatchNorm, LayerNorm, NoNorm
from engine.optimizers import SGD, Adam, Momentum, RMSProp
from engine.schedules import ConstantRate, Cosine, WarmUp

Row = TypeVar("Row")
AnyCase = TypeVar("AnyCase", bound=Record)
NEAR_BEST, NEAR_CONSTANT = 1.25, 0.1

ACTIVATIONS = (Tanh(), ReLU(), Sigmoid(), LeakyReLU(), GELU(), ELU(), SiLU(), Softplus())
INITIALIZERS = (XavierUniform(), HeNormal(), LeCunNormal(), XavierNormal(), HeUniform())
OPTIMIZERS = (Adam(lr=0.01), SGD(lr=0.1), Momentum(lr=0.03), Adam(lr=0.003), RMSProp(lr=0.01), Adam(lr=0.03))
NORMS = (NoNorm(), NoNorm(), BatchNorm(), NoNorm(), LayerNorm())
SCHEDULES = (ConstantRate(), Cosine(), ConstantRate(), WarmUp())
BATCHES: tuple[int | Literal["all"], ...] = (32, 16, 64)

TUNED_DATA = (
    Circle(samples=300),
    Moons(samples=300),
    XOR(samples=300),
    Spiral(turns=0.5, samples=300),
    Gaussians(samples=200),
    Sine(samples=200, waves=1.0),
    Plane(samples=200),
    Iris(),
    CreditRisk(samples=400),
    HousePrices(samples=300),
)
TUNED_WIDTHS = ((8,), (16,), (8, 8), (16, 16), (12, 12, 12))
REPORTED_DATA = (
    Circle(samples=500, noise=0.1),
    Moons(samples=400, noise=0.1),
    Checkerboard(samples=500, cells=2, noise=0.02),
    Spiral(arms=3, turns=0.5, samples=450),
    Spiral(turns=0.75, samples=400),
    Gaussians(samples=300, noise=0.25),
    Polynomial(samples=150, noise=0.1),
    Sine(samples=300, waves=1.5),
    TwoBumps(samples=500),
    Wine(),
    BreastCancer(),
    CreditRisk(samples=600, share=0.4),
    HousePrices(samples=500),
    Digits(),
)
REPORTED_WIDTHS = ((10,), (24,), (10, 10), (20, 12), (32, 16), (16, 16, 16), (10, 10, 10, 10))


def healthy(cases: Sequence[Case]) -> list[bool]:
    """Which of these finished experiments are healthy, by the criterion above; data sets are told apart by themselves."""
    return near_best(cases, lambda case: (case.experiment.data, case.experiment.seed))


def near_best(cases: Sequence[AnyCase], subject: Callable[[AnyCase], object]) -> list[bool]:
    """Which of them meet the criterion among all that have the same subject."""
    best: dict[object, float] = {}
    for case in cases:
        best[subject(case)] = min(best.get(subject(case), math.inf), _lowest(case))
    return [not case.diverged and _near(case, best[subject(case)]) and _near(case, _lowest(case)) for case in cases]


def _lowest(case: Record) -> float:
    values = case.curve(f"{case.held}.loss")
    return float(min(values[values == values], default=math.inf))


def _near(case: Record, lowest: float) -> bool:
    return case.score(f"{case.held}.loss") <= NEAR_BEST * lowest + NEAR_CONSTANT * case.constant_loss


def ordinary(
    data: Sequence[Data], widths: Sequence[tuple[int, ...]], each: int, epochs: int, seed: int
) -> list[Experiment]:
    """``each`` experiments on every data set: rates, norms, activations, widths ... each drawn by itself."""
    found = []
    for place, number in itertools.product(range(len(data)), range(each)):
        pick = picker(place * each + number)
        model = Model(
            hidden=pick(widths), activation=pick(ACTIVATIONS), initializer=pick(INITIALIZERS), norm=pick(NORMS)
        )
        training = Training(
            optimizer=pick(OPTIMIZERS), schedule=pick(SCHEDULES), batch_size=pick(BATCHES), epochs=epochs
        )
        found.append(Experiment(data=data[place], model=model, training=training, seed=seed))
    return found


def picker(number: int) -> Callable[[Sequence[Row]], Row]:
    """Picks one row of each list it is given: the same rows for the same number."""
    generator = torch.Generator().manual_seed(number)
    return lambda rows: rows[int(torch.randint(len(rows), (1,), generator=generator))]


def tuned() -> list[Experiment]:
    """The grid that the doctor's thresholds were tuned on: small enough for tests."""
    return ordinary(TUNED_DATA, TUNED_WIDTHS, each=9, epochs=60, seed=0)


def reported(each: int = 24) -> list[Experiment]:
    """The grid that false alarms are reported on."""
    return ordinary(REPORTED_DATA, REPORTED_WIDTHS, each=each, epochs=80, seed=7)
