"""``SequenceRun``: a network learning a task on sequences, one mini-batch at a time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor

from engine.batches import Batches, Position
from engine.checkpoints import copied, tensors_in
from engine.choice import problems
from engine.divergence import Diverged, floats, is_finite
from engine.optimizers import AdamW, OptimizerChoice, same_state
from engine.run import Edit, Ending, joined
from engine.schedules import ConstantRate
from engine.sequences.camera import SequenceCamera, asked_of, in_chunks, loss_of
from engine.sequences.experiment import SequenceExperiment, consequence
from engine.sequences.tasks.catalog import built
from engine.snapshot import Snapshot, freeze
from engine.streams import stream

SAFETY_STEPS = 100
"""A state to fall back to is kept at least this many steps apart."""


@dataclass(frozen=True)
class SequenceState:
    """The whole state of a run on sequences at a step."""

    step: int
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    position: Position
    dropout: tuple[Tensor, ...]
    """State of each dropout generator; none where nothing is dropped."""
    experiment: SequenceExperiment
    edits: tuple[Edit, ...]
    update_ratio: tuple[float, ...]
    ending: Ending | None

    @cached_property
    def nbytes(self) -> int:
        """Bytes of all tensors."""
        held = [*self.model.values(), *self.dropout, *tensors_in(self.optimizer)]
        return sum(tensor.numel() * tensor.element_size() for tensor in held)


class SequenceRun:
    """An experiment being trained. The same experiment and edits give the same numbers, bit for bit on CPU.

    ``planned`` edits are applied as their step is reached. Raises engine.refusal.Refusal where the task's text can't be had.
    """

    def __init__(
        self,
        experiment: SequenceExperiment,
        planned: Sequence[Edit] = (),
        device: torch.device | None = None,
    ) -> None:
        self.device = device or torch.device("cpu")
        self.experiment = experiment
        self.planned = tuple(sorted(planned, key=lambda edit: edit.step))
        self.unfit = ""
        self.edits: tuple[Edit, ...] = ()
        self.steps = 0
        self.ending: Ending | None = None
        self.data = built(experiment.task, experiment.seed)
        self.network = experiment.model.build(self.data, experiment.seed, self.device)
        train = self.data.train.to(self.device)
        all_alike = torch.zeros(len(train), dtype=torch.int64)
        self.batches = Batches(train.x, train.y, experiment.training.batch_size, experiment.seed, labels=all_alike)
        self.parameters = list(self.network.parameters())
        self.tensors = floats(self.network)
        self.matrices = list(self.network.matrices.values())
        self._update_ratio = (float("nan"),) * len(self.matrices)
        self.optimizer: torch.optim.Optimizer
        self._configure(experiment, fresh_optimizer=True)
        self.camera = SequenceCamera(self.data, self.device)
        self.scene = self.camera.scene(self.network, experiment.task.label, experiment.model.kind)
        self._safe = [self.checkpoint()]
        self._apply_due_edits()

    # --- one step ---------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One update from one mini-batch. Raises Diverged, before any update, when the loss is not finite."""
        x, y = self.batches.draw()
        outputs = self._read(x)
        loss = loss_of(outputs, asked_of(outputs, y), self.data)
        if not math.isfinite(loss.item()):
            raise Diverged(self.steps)
        self.optimizer.zero_grad()
        loss.backward()
        self.clip.apply(self.parameters)
        self._set_rate()
        self.optimizer.step()
        self.steps += 1

    def _read(self, x: Tensor) -> Tensor:
        training = self.experiment.training
        if not training.chunk:
            return self.network(x)
        return in_chunks(self.network, x, training.chunk, carried=training.carried)

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
            self.ending = Ending("finished", self.steps, f"All {self.last_step:,} planned updates are done.")
        self._apply_due_edits()

    def _set_rate(self) -> None:
        if not self._rate_moves:
            return
        rate, momentum = self._scheduled()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
            if momentum is not None:
                self.experiment.training.optimizer.set_momentum(group, momentum)

    def _scheduled(self) -> tuple[float, float | None]:
        training = self.experiment.training
        rate = training.optimizer.lr * training.schedule.factor(self.steps, self.last_step)
        return rate, training.schedule.momentum(self.steps, self.last_step)

    # --- settings ---------------------------------------------------------------------------------------------------

    def apply(self, patch: Mapping[str, Any]) -> None:
        """Change settings under ``training`` (or ``model.dropout``) from the next update on, in place of planned edits.

        Raises ValueError, naming the field, for a bad value or a setting that needs a new run; nothing changes then.
        """
        self._change(patch)
        self.planned = ()

    def can_go_on(self, changed: SequenceExperiment) -> bool:
        """Whether there are updates left to make with the settings of ``changed``, from where the run stands."""
        if self.ending is None:
            return True
        return self.ending.kind != "diverged" and self.steps < changed.training.updates

    def _change(self, patch: Mapping[str, Any]) -> None:
        try:
            new = self.experiment.patched(patch)
        except ValidationError as error:
            raise ValueError("; ".join(map(str, problems(error, SequenceExperiment)))) from None
        effect = consequence(self.experiment, new)
        if effect == "restart":
            raise ValueError(f"these settings need a new run: {', '.join(patch)}")
        if effect == "nothing":
            return
        old = self.experiment
        if self.can_go_on(new):
            self.ending = None
        self.edits = joined(self.edits, Edit(self.steps, tuple(patch.items())))
        self._configure(new, fresh_optimizer=not same_state(old.training.optimizer, new.training.optimizer))

    def _configure(self, experiment: SequenceExperiment, *, fresh_optimizer: bool) -> None:
        """Build everything that ``training`` decides; weights, and the optimizer's averages where kept, stay."""
        self.experiment = experiment
        training = experiment.training
        self.clip = training.clip
        optimizer = training.optimizer.build(self._groups(training.optimizer))
        if not fresh_optimizer:
            optimizer.load_state_dict({**optimizer.state_dict(), "state": self.optimizer.state_dict()["state"]})
        self.optimizer = optimizer
        self.batches.size = max(1, min(training.batch_size, len(self.data.train)))
        self._rate_moves = not isinstance(training.schedule, ConstantRate)
        self._set_dropout(getattr(experiment.model, "dropout", 0.0))

    def _groups(self, optimizer: OptimizerChoice) -> Any:
        """Parameter groups: AdamW's decay leaves biases and norms out; the others take all parameters alike."""
        if not isinstance(optimizer, AdamW):
            return self.parameters
        weights = [parameter for parameter in self.parameters if parameter.ndim > 1]
        others = [parameter for parameter in self.parameters if parameter.ndim < 2]
        return [{"params": weights}, {"params": others, "weight_decay": 0.0}]

    def _set_dropout(self, p: float) -> None:
        """Write the rate; layers that begin to drop begin their streams, so that a replay draws the same masks."""
        for place, dropper in enumerate(self.network.droppers, start=1):
            if dropper.p == 0 and p > 0:
                dropper.generator = stream(self.experiment.seed, "dropout", place, self.device)
        self.network.set_dropout(p)

    def _apply_due_edits(self) -> None:
        while self.planned and self.planned[0].step <= self.steps:
            self._change(dict(self.planned[0].patch))
            self.planned = self.planned[1:]

    # --- endings ----------------------------------------------------------------------------------------------------

    @property
    def last_step(self) -> int:
        """The step at which the planned updates are done."""
        return self.experiment.training.updates

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

    def checkpoint(self) -> SequenceState:
        """A copy of the whole state at this step."""
        return SequenceState(
            step=self.steps,
            model=copied(self.network.state_dict()),
            optimizer=copied(self.optimizer.state_dict()),
            position=self.batches.position,
            dropout=tuple(dropper.generator.get_state() for dropper in self._dropping()),
            experiment=self.experiment,
            edits=self.edits,
            update_ratio=self._update_ratio,
            ending=self.ending if self.ending and self.ending.kind != "diverged" else None,
        )

    def restore(self, checkpoint: SequenceState) -> None:
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
        self._update_ratio = checkpoint.update_ratio
        for dropper, state in zip(self._dropping(), checkpoint.dropout, strict=True):
            dropper.generator.set_state(state)
        self._apply_due_edits()

    def _dropping(self) -> list[Any]:
        """The dropout layers that draw."""
        return [dropper for dropper in self.network.droppers if dropper.p > 0]
