"""A run whose gradients are seen before anything clips them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from engine.clipping import NoClip
from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.gradient_flow.results import Course, Flow
from engine.probes import at_rest
from engine.supervised import SupervisedRun

COLUMNS = 100
"""Measured updates of a run that is drawn."""
PIECE_COLUMNS = 2
"""Columns of each run between two looks."""


@contextmanager
def unclipped(parameters: Sequence[nn.Parameter]) -> Iterator[dict[int, Tensor]]:
    """Copies of the gradients, by place, as the backward pass inside leaves them: before clipping or a penalty."""
    seen: dict[int, Tensor] = {}

    def keep(place: int, parameter: Tensor) -> None:
        if parameter.grad is not None:
            seen[place] = parameter.grad.detach().clone()

    hooks = [
        parameter.register_post_accumulate_grad_hook(partial(keep, place)) for place, parameter in enumerate(parameters)
    ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def degrees(a: Float[Tensor, " n"], b: Float[Tensor, " n"]) -> float:
    """The angle between two vectors, accurate also where it is small (Kahan 2006); NaN where one of them is 0."""
    if not (a.norm() > 0 and b.norm() > 0):
        return float("nan")
    u, v = a / a.norm(), b / b.norm()
    return float(torch.rad2deg(2 * torch.atan2((u - v).norm(), (u + v).norm())))


def _flat(gradients: Sequence[Tensor | None], parameters: Sequence[nn.Parameter]) -> Float[Tensor, " entries"]:
    """All entries in double precision: the square of a single one leaves its range at 2e19. No gradient counts as 0."""
    each = zip(gradients, parameters, strict=True)
    parts = [torch.zeros(like.numel(), device=like.device) if g is None else g.reshape(-1) for g, like in each]
    return torch.cat(parts).double()


class Recording:
    """A run under way and its columns so far; each ``go_on`` adds one."""

    def __init__(self, experiment: Experiment, label: str, updates: int, every: int) -> None:
        self.run = SupervisedRun(experiment)
        self.label, self.updates, self.every = label, updates, every
        linears = self.run.model.linears
        place_of = {id(parameter): place for place, parameter in enumerate(self.run.parameters)}
        self._places = [place_of[id(linear.weight)] for linear in linears]
        self._sizes = [parameter.numel() for parameter in self.run.parameters]
        self._clips = not isinstance(experiment.training.clip, NoClip)
        self._first = [float(linear.weight.detach().norm()) for linear in linears]
        self._columns: list[list[float]] = []
        self._steps: list[int] = []
        self._x = torch.cat([self.run.data.train.x, self.run.data.test.x])

    @property
    def is_over(self) -> bool:
        """Whether it has made all its updates, or trains no further."""
        return self.run.ending is not None or self.run.steps >= self.updates

    def go_on(self) -> None:
        """Train up to the next column and measure its update."""
        run = self.run
        goal = min(run.steps + self.every, self.updates)
        if goal - run.steps > 1:
            run.advance(goal - run.steps - 1)
        if self.is_over:
            return
        with unclipped(run.parameters) if self._clips else nullcontext() as raw:
            done = run.advance(1)
        if done == 1:
            self._steps.append(run.steps)
            self._columns.append(self._measured(raw))

    def _measured(self, raw: dict[int, Tensor] | None) -> list[float]:
        """One column; ``raw`` are the gradients before clipping, None where nothing clips."""
        run = self.run
        received = _flat([parameter.grad for parameter in run.parameters], run.parameters)
        given = (
            received if raw is None else _flat([raw.get(place) for place in range(len(self._sizes))], run.parameters)
        )
        squares = torch.stack([part.sum() for part in given.square().split(self._sizes)])
        norms = torch.cat([squares[self._places], squares.sum().unsqueeze(0)]).sqrt().tolist()
        clipped = (norms[-1], 0.0) if raw is None else (float(received.norm()), degrees(given, received))
        return [*norms[:-1], *run.update_ratio, norms[-1], *clipped, *self._scores()]

    @torch.no_grad()
    def _scores(self) -> tuple[float, float]:
        run, train, test = self.run, self.run.data.train, self.run.data.test
        with at_rest(run.model):
            outputs = run.model(self._x)
        loss = float(run.loss.mean(outputs[: len(train.x)], train.y))
        right = int((run.loss.classify(outputs[len(train.x) :]) == test.y).sum())
        return loss, right / len(test.y)  # not a mean in single precision: there 54 of 60 are less than 0.9

    @property
    def course(self) -> Course:
        """What is known so far."""
        layers = len(self._first)
        table = np.array(self._columns, float).reshape(-1, 2 * layers + 5).T
        ending = self.run.ending
        now = [float(linear.weight.detach().norm()) for linear in self.run.model.linears]
        return Course(
            label=self.label,
            step=np.array(self._steps, np.int64),
            gradient=table[:layers].copy(),
            ratio=table[layers : 2 * layers].copy(),
            drift=np.array([end / start if start else np.nan for end, start in zip(now, self._first, strict=True)]),
            norm=table[-5].copy(),
            clipped_norm=table[-4].copy(),
            angle=table[-3].copy(),
            loss=table[-2].copy(),
            accuracy=table[-1].copy(),
            ending=ending.message if ending is not None and ending.kind == "diverged" else "",
        )


def blank(named: Sequence[tuple[str, Experiment]]) -> Flow:
    """The runs before they have begun."""
    none, steps = np.zeros(0), np.zeros(0, np.int64)
    courses = []
    for label, experiment in named:
        layers = len(experiment.model.hidden) + 1
        rows = np.zeros((layers, 0))
        courses.append(Course(label, steps, rows, rows, np.ones(layers), none, none, none, none, none, ""))
    return Flow(tuple(courses))


def side_by_side(
    named: Sequence[tuple[str, Experiment]], updates: int, columns: int = COLUMNS
) -> Iterator[Progress[Flow]]:
    """Train each of the labelled experiments for ``updates`` updates, a few columns of each in turn."""
    every = max(1, updates // columns)
    recordings: list[Recording] = []
    for label, experiment in named:
        recordings.append(Recording(experiment, label, updates, every))
        yield Progress(0.0, said="Drawing the first weights")
    while not all(recording.is_over for recording in recordings):
        for recording in recordings:
            for _ in range(PIECE_COLUMNS):
                if not recording.is_over:
                    recording.go_on()
            done = [1.0 if each.is_over else each.run.steps / updates for each in recordings]
            flow = Flow(tuple(each.course for each in recordings))
            yield Progress(sum(done) / len(done), flow, f"Update {recording.run.steps:,} of {updates:,}")
