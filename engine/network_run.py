"""``NetworkRun``: what every network trained one mini-batch at a time has in common, whatever it reads and answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

import torch
from pydantic import ValidationError
from torch import Tensor

from engine.batches import Batches, Position
from engine.checkpoints import copied, tensors_in
from engine.choice import problems
from engine.divergence import Diverged, floats, is_finite
from engine.dropout import Dropout
from engine.optimizers import AdamW, OptimizerChoice, same_state
from engine.recipe import Consequence, Recipe
from engine.run import Edit, Ending, joined
from engine.schedules import ConstantRate
from engine.snapshot import Snapshot, freeze
from engine.streams import stream

SAFETY_STEPS = 100
"""A state to fall back to is kept at least this many steps apart."""


@runtime_checkable
class Measuring(Protocol):
    """Who measures the network for frames."""

    @property
    def score_names(self) -> tuple[str, ...]:
        """What the entries of ``Snapshot.scores`` are."""

    def take(self, network: Any, *, detail: bool) -> dict[str, Any]:
        """The measured fields of a ``Snapshot``; nothing of the network changes."""


E = TypeVar("E", bound=Recipe)


@dataclass(frozen=True)
class NetworkState(Generic[E]):
    """The whole state of such a run at a step."""

    step: int
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    position: Position
    dropout: tuple[Tensor, ...]
    """State of each dropout generator; none where nothing is dropped."""
    experiment: E
    edits: tuple[Edit, ...]
    update_ratio: tuple[float, ...]
    horizon: int
    """The step at which it is to end by plan."""
    ending: Ending | None

    @cached_property
    def nbytes(self) -> int:
        """Bytes of all tensors."""
        held = [*self.model.values(), *self.dropout, *tensors_in(self.optimizer)]
        return sum(tensor.numel() * tensor.element_size() for tensor in held)


class NetworkRun(Generic[E]):
    """An experiment being trained. The same experiment and edits give the same numbers, bit for bit on CPU.

    A kind of run makes its data, ``network``, ``batches`` and ``camera``, then calls ``_begin``; it says what the loss of
    the next batch is, how many updates are planned, and what each dropout layer's rate is. ``planned`` edits are applied
    as their step is reached.
    """

    network: Any
    """An ``nn.Module`` with its weights by name, ``matrices``, and its dropout layers, ``droppers``, both in order."""
    batches: Batches
    camera: Any
    """``Measuring``."""
    scene: Any
    """``engine.scene.Surroundings``."""
    optimizer: torch.optim.Optimizer
    plan: ClassVar[str]
    """What is planned, as in "All {steps:,} planned updates are done."; may also name ``epochs``."""

    def __init__(self, experiment: E, planned: Sequence[Edit] = (), device: torch.device | None = None) -> None:
        self.device = device or torch.device("cpu")
        self.experiment = experiment
        self.planned = tuple(sorted(planned, key=lambda edit: edit.step))
        self.unfit = ""
        self.edits: tuple[Edit, ...] = ()
        self.steps = 0
        self.ending: Ending | None = None

    def _begin(self) -> None:
        """Set up all that follows from network, batches and camera."""
        self.parameters = list(self.network.parameters())
        self.tensors = floats(self.network)
        self.matrices = list(self.network.matrices.values())
        self._update_ratio = (float("nan"),) * len(self.matrices)
        self._configure(self.experiment, fresh_optimizer=True)
        self._safe = [self.checkpoint()]
        self._apply_due_edits()

    # --- what a kind of run says ------------------------------------------------------------------------------------

    def batch_loss(self) -> Tensor:
        """Draw the next mini-batch and pass it through the network: what is differentiated, a scalar."""
        raise NotImplementedError

    def update(self, rate: float) -> None:
        """Move the weights along the gradients that are there; ``rate`` is the learning rate of this update."""
        self.optimizer.step()

    def planned_steps(self) -> int:
        """The step at which it is to end by plan, from where it stands."""
        raise NotImplementedError

    def consequence(self, changed: E) -> Consequence:
        """What it asks of the run to go on with the settings of ``changed``."""
        raise NotImplementedError

    def dropout_rates(self) -> Sequence[float]:
        """The rate of each of ``network.droppers``, as the present experiment has them."""
        raise NotImplementedError

    # --- one step ---------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One update from one mini-batch. Raises Diverged, before any update, when the loss is not finite."""
        loss = self.batch_loss()
        if not math.isfinite(loss.item()):
            raise Diverged(self.steps)
        self.optimizer.zero_grad()
        loss.backward()
        self.clip.apply(self.parameters)
        self.update(self._set_rate())
        self.steps += 1

    def advance(self, steps: int) -> int:
        """Train for up to ``steps`` updates, the last of them watched. Returns how many were done."""
        first, goal = self.steps, self.steps + steps
        if self.steps >= self._safe[-1].step + SAFETY_STEPS:
            self._safe = [self._safe[-1], self.checkpoint()]
        try:
            while self.steps < goal and self.ending is None:
                is_shown = self.steps in (goal - 1, self.last_step - 1)
                self._watched_step() if is_shown else self.step()
                self._after_step()
            if not is_finite(self.tensors):
                raise Diverged(self.steps)
        except Diverged as diverged:
            self._fall_back(diverged.step)
        return self.steps - first

    def _watched_step(self) -> None:
        """One update that notes how far each matrix moved, as a share of its norm before; NaN of one that was all 0."""
        before = [matrix.detach().clone() for matrix in self.matrices]
        self.step()
        moved = [float((now.detach() - old).norm()) for now, old in zip(self.matrices, before, strict=True)]
        sizes = [float(old.norm()) for old in before]
        self._update_ratio = tuple(m / size if size else float("nan") for m, size in zip(moved, sizes, strict=True))

    def _after_step(self) -> None:
        if self.steps >= self.last_step:
            if not is_finite(self.tensors):
                raise Diverged(self.steps)
            said = self.plan.format(steps=self.last_step, epochs=round(self.epochs))
            self.ending = Ending("finished", self.steps, said)
        self._apply_due_edits()

    def _set_rate(self) -> float:
        """Write the schedule's rate (and momentum) into the optimizer; returns the rate of this update."""
        if not self._rate_moves:
            return self._base_rate
        rate, momentum = self._scheduled()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
            if momentum is not None:
                self.experiment.training.optimizer.set_momentum(group, momentum)
        return rate

    def _scheduled(self) -> tuple[float, float | None]:
        schedule = self.experiment.training.schedule
        rate = self._base_rate * schedule.factor(self.steps, self.last_step)
        return rate, schedule.momentum(self.steps, self.last_step)

    # --- settings ---------------------------------------------------------------------------------------------------

    def apply(self, patch: Mapping[str, Any]) -> None:
        """Change settings under ``training`` (or a dropout rate) from the next update on, in place of planned edits.

        Raises ValueError, naming the field, for a bad value or a setting that needs a new run; nothing changes then.
        """
        self._change(patch)
        self.planned = ()

    def can_go_on(self, changed: E) -> bool:
        """Whether there are updates left to make with the settings of ``changed``, from where the run stands."""
        if self.ending is None:
            return True
        return self.ending.kind != "diverged" and self._asks_for_more(changed)

    def _asks_for_more(self, changed: E) -> bool:
        """Whether the plan of ``changed`` goes further than the run has come."""
        raise NotImplementedError

    def _change(self, patch: Mapping[str, Any]) -> None:
        try:
            new = self.experiment.patched(patch)
        except ValidationError as error:
            raise ValueError("; ".join(map(str, problems(error, type(self.experiment))))) from None
        effect = self.consequence(new)
        if effect == "restart":
            raise ValueError(f"these settings need a new run: {', '.join(patch)}")
        if effect == "nothing":
            return
        old = self.experiment
        if self.can_go_on(new):
            self.ending = None
        self.edits = joined(self.edits, Edit(self.steps, tuple(patch.items())))
        self._configure(new, fresh_optimizer=not same_state(old.training.optimizer, new.training.optimizer))

    def _configure(self, experiment: E, *, fresh_optimizer: bool) -> None:
        """Build everything that ``training`` decides; weights, and the optimizer's averages where kept, stay."""
        self.experiment = experiment
        training = experiment.training
        self.clip = training.clip
        optimizer = training.optimizer.build(self._groups(training.optimizer))
        if not fresh_optimizer:
            optimizer.load_state_dict({**optimizer.state_dict(), "state": self.optimizer.state_dict()["state"]})
        self.optimizer = optimizer
        self.batches.size = max(1, min(training.batch_size, self.batches.rows_per_epoch))
        self._base_rate = training.optimizer.lr
        self._rate_moves = not isinstance(training.schedule, ConstantRate)
        self.last_step = self.planned_steps()
        self._set_dropout()

    def _groups(self, optimizer: OptimizerChoice) -> Any:
        """Parameter groups: AdamW's decay leaves biases and norms out; the others take all parameters alike."""
        if not isinstance(optimizer, AdamW):
            return self.parameters
        weights = [parameter for parameter in self.parameters if parameter.ndim > 1]
        others = [parameter for parameter in self.parameters if parameter.ndim < 2]
        return [{"params": weights}, {"params": others, "weight_decay": 0.0}]

    def _set_dropout(self) -> None:
        """Write the rates; layers that begin to drop begin their streams, so that a replay draws the same masks."""
        layers = zip(self.network.droppers, self.dropout_rates(), strict=True)
        for place, (dropper, p) in enumerate(layers, start=1):
            if dropper.p == 0 and p > 0:
                dropper.generator = stream(self.experiment.seed, "dropout", place, self.device)
            dropper.p = p

    def _apply_due_edits(self) -> None:
        while self.planned and self.planned[0].step <= self.steps:
            self._change(dict(self.planned[0].patch))
            self.planned = self.planned[1:]

    # --- endings ----------------------------------------------------------------------------------------------------

    @property
    def steps_per_epoch(self) -> int:
        """Updates per pass over the training part."""
        return self.batches.steps_per_epoch

    @property
    def epochs(self) -> float:
        """Passes over the training part so far."""
        return self.batches.epochs

    def _fall_back(self, bad_step: int) -> None:
        """Return to the last state whose loss was finite, and find by replay which update broke, and in which matrix."""
        self.restore(next((safe for safe in reversed(self._safe) if safe.step < bad_step), self._safe[0]))
        good = self.checkpoint()
        while True:
            before = self.checkpoint()
            try:
                self.step()
            except Diverged:
                said = f"At step {self.steps + 1} the loss was not finite"
                break
            good = before
            self._apply_due_edits()
            if not is_finite(self.tensors):
                said = f"At step {self.steps} {self._broken()} became infinite or not a number"
                break
        self.restore(good)
        self.ending = Ending("diverged", self.steps, f"{said}. The weights shown are those of step {self.steps}.")

    def _broken(self) -> str:
        named = self.network.matrices.items()
        return next((f"the weights {name}" for name, matrix in named if not is_finite([matrix])), "a bias")

    # --- looking, going back ----------------------------------------------------------------------------------------

    @property
    def score_names(self) -> tuple[str, ...]:
        """What the entries of ``Snapshot.scores`` are."""
        return self.camera.score_names

    def snapshot(self, detail: bool = True) -> Snapshot:
        """Measure the network as it stands; nothing of the run changes."""
        rate, momentum = self._scheduled()
        chosen = self.experiment.training.optimizer
        if momentum is None:
            momentum = chosen.momentum_in(self.optimizer.param_groups[0])
        return Snapshot(
            step=self.steps,
            epoch=self.batches.epochs,
            rate=rate,
            momentum=float("nan") if momentum is None else momentum,
            update_ratio=freeze(torch.tensor(self._update_ratio).numpy()),
            **self.camera.take(self.network, detail=detail),
        )

    def checkpoint(self) -> NetworkState[E]:
        """A copy of the whole state at this step."""
        return NetworkState(
            step=self.steps,
            model=copied(self.network.state_dict()),
            optimizer=copied(self.optimizer.state_dict()),
            position=self.batches.position,
            dropout=tuple(dropper.generator.get_state() for dropper in self._dropping()),
            experiment=self.experiment,
            edits=self.edits,
            update_ratio=self._update_ratio,
            horizon=self.last_step,
            ending=self.ending if self.ending and self.ending.kind != "diverged" else None,
        )

    def restore(self, checkpoint: NetworkState[E]) -> None:
        """Go back to a state of this run, or on to one of a run that began alike; later edits are planned again."""
        later = sorted([*self.edits, *self.planned], key=lambda edit: edit.step)
        for edit in checkpoint.edits:
            if edit in later:
                later.remove(edit)
        self.planned, self.edits = tuple(later), checkpoint.edits
        self.steps, self.ending = checkpoint.step, checkpoint.ending
        self.network.load_state_dict(checkpoint.model)
        self._configure(checkpoint.experiment, fresh_optimizer=True)
        self.batches.go_to(checkpoint.position)
        self.optimizer.load_state_dict(copied(checkpoint.optimizer))
        self._update_ratio, self.last_step = checkpoint.update_ratio, checkpoint.horizon
        for dropper, state in zip(self._dropping(), checkpoint.dropout, strict=True):
            dropper.generator.set_state(state)
        self._apply_due_edits()

    def _dropping(self) -> list[Dropout]:
        """The dropout layers that draw."""
        return [dropper for dropper in self.network.droppers if dropper.p > 0]
