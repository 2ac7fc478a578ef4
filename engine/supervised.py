"""``SupervisedRun``: an MLP learning a data set, one mini-batch at a time."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from engine.batches import Batches
from engine.camera import Camera, Pace
from engine.checkpoints import TrainingState, copied
from engine.choice import problems
from engine.data.plane import View, default_view, plane_of
from engine.data.prepare import prepare
from engine.divergence import Diverged, floats, inspect_step, is_finite
from engine.experiment import Experiment, Training, consequence
from engine.model import MLP, HiddenLayer
from engine.norms import BatchNorm
from engine.optimizers import AdamW, OptimizerChoice, same_state
from engine.probes import at_rest
from engine.run import Edit, Ending, joined
from engine.schedules import ConstantRate
from engine.snapshot import Snapshot
from engine.stopping import Patience, Watch
from engine.streams import stream
from engine.touch import apply as touch_network
from engine.touch import check, fitting, is_touch, read, switch_off, switched_off

SAFETY_STEPS = 100
"""A state to fall back to is kept at least this many steps apart, so that a divergence is found by a short replay."""


class UpdateWatch:
    """Measures one update from inside the step: norms before and after, read and never written."""

    def __init__(self, linears: Sequence[nn.Linear]) -> None:
        self.linears = linears
        self.before = [linear.weight.detach().clone() for linear in linears]

    def ratios(self) -> list[float]:
        """Norm of the update over norm of the weights before it, per layer; NaN for weights that were all 0."""
        changes = zip(self.linears, self.before, strict=True)
        norms = [(float((linear.weight.detach() - old).norm()), float(old.norm())) for linear, old in changes]
        return [change / size if size else float("nan") for change, size in norms]


class SupervisedRun:
    """An experiment being trained. The same experiment and edits give the same numbers, bit for bit on CPU.

    ``planned`` edits are applied as their step is reached, so a link with edits replays the run it names.
    Raises ValueError where the data can't be had or split.
    """

    def __init__(
        self,
        experiment: Experiment,
        planned: Sequence[Edit] = (),
        view: View | None = None,
        device: torch.device | None = None,
    ) -> None:
        self.device = device or torch.device("cpu")
        self.data = prepare(experiment.data, experiment.seed)
        self.experiment = experiment
        self.edits: tuple[Edit, ...] = ()
        self.steps = 0
        self.ending: Ending | None = None
        outputs = experiment.loss.outputs(self.data.class_count)
        self.model = MLP(experiment.model, self.data.input_size, outputs, experiment.seed, self.device)
        self.planned, self.unfit = fitting(self.model, planned)
        self.batches = self._batches()
        self.watch: Watch | None = None
        self._watched_weighting = ""
        self._best: dict[str, Tensor] | None = None
        self._update_ratio = [float("nan")] * len(self.model.linears)
        self.optimizer: torch.optim.Optimizer
        self._configure(experiment, fresh_optimizer=True)
        self.view = view
        self._look()
        self._safe = [self.checkpoint()]
        self._apply_due_edits()

    def _batches(self) -> Batches:
        model, train = self.experiment.model, self.data.train
        norms = [model.norm_of(layer) for layer in range(1, len(model.hidden) + 1)]
        return Batches(
            train.x.to(self.device),
            train.y.to(self.device),
            len(train.x),
            self.experiment.seed,
            skip_single=any(isinstance(norm, BatchNorm) for norm in norms),
            sampling=self.experiment.training.sampling,
        )

    def _look(self) -> None:
        """Set up the camera on the data as it is."""
        plane = plane_of(self.data, self.view or default_view(self.data))
        self.camera = Camera(self.data, plane, self.experiment.loss, self.model, self.device)
        self.scene = self.camera.scene(self.experiment)

    # --- one step ---------------------------------------------------------------------------------------------

    def step(self, watch: UpdateWatch | None = None) -> None:
        """One update from one mini-batch. Raises Diverged, before any update, when the loss is not finite."""
        x, y = self.batches.draw()
        loss = self.loss.mean(self.model(x), y, self.class_weights)
        if self.penalty.in_loss:
            loss = loss + self.penalty.value(self.weights)
        if not math.isfinite(loss.item()):
            raise Diverged(self.steps)
        self.optimizer.zero_grad()
        loss.backward()
        self.clip.apply(self.parameters)
        rate = self._set_rate()
        if self.penalty.before_update:
            self.penalty.shrink(self.weights, rate)
        self.optimizer.step()
        if self.penalty.after_update:
            self.penalty.shrink(self.weights, rate)
        self.steps += 1
        if watch is not None:
            self._update_ratio = watch.ratios()

    def advance(self, steps: int) -> int:
        """Train for up to ``steps`` updates, the last of them watched. Returns how many were done: 0 without data."""
        first = self.steps
        goal = first + steps
        if not self.batches.is_possible:
            return 0
        if self.steps >= self._safe[-1].step + SAFETY_STEPS:
            self._safe = [self._safe[-1], self.checkpoint()]
        try:
            while self.steps < goal and self.ending is None:
                is_shown = self.steps == goal - 1 or self._may_end
                self._go_on(UpdateWatch(self.model.linears) if is_shown else None)
            if not is_finite(self.tensors):
                raise Diverged(self.steps)
        except Diverged as diverged:
            self._fall_back(diverged.step)
        return self.steps - first

    def _go_on(self, watch: UpdateWatch | None = None) -> None:
        """One update and all that follows from it: what an epoch's end asks, and edits that are due."""
        self.step(watch)
        if self.batches.begins_epoch:
            self._end_of_epoch()
        self._apply_due_edits()

    @property
    def _may_end(self) -> bool:
        """Whether the next update may be the last."""
        training = self.experiment.training
        if self.steps < self.horizon - 1 and self.watch is None and not training.target_loss:
            return False
        return self.batches.is_last

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
        rate = self._base_rate * schedule.factor(self.steps, self.horizon)
        return rate, schedule.momentum(self.steps, self.horizon)

    # --- settings -----------------------------------------------------------------------------------------------

    def apply(self, patch: Mapping[str, Any]) -> None:
        """Change settings under ``training`` (or ``model.dropout``) from the next update on, in place of planned edits.

        Touches of the network (``engine.touch``) and changes of the data by hand act at once. Raises ValueError, naming
        the field, for a bad value or a setting that needs a new run; nothing changes then.
        """
        self._change(patch)
        self.planned = ()

    def can_go_on(self, changed: Experiment) -> bool:
        """Whether there are updates left to make with the settings of ``changed``, from where the run stands."""
        if self.ending is None:
            return True
        return self.ending.kind != "diverged" and self.batches.epochs < changed.training.epochs

    def _change(self, patch: Mapping[str, Any]) -> None:
        touches = [read(path, value) for path, value in patch.items() if is_touch(path)]
        for touch in touches:
            check(self.model, touch)
        try:
            new = self.experiment.patched(patch)
        except ValidationError as error:
            raise ValueError("; ".join(map(str, problems(error, Experiment)))) from None
        effect = consequence(self.experiment, new)
        if effect == "restart":
            raise ValueError(f"these settings need a new run: {', '.join(patch)}")
        if effect == "nothing" and not touches:
            return
        old, goes_on = self.experiment, self.ending is not None and self.can_go_on(new)
        self.edits = joined(self.edits, Edit(self.steps, tuple(patch.items())))
        if goes_on:
            self.ending, self.watch = None, None
        self._take_on(new, fresh_optimizer=not same_state(old.training.optimizer, new.training.optimizer))
        for touch in touches:
            touch_network(self.model, touch)

    def _take_on(self, new: Experiment, *, fresh_optimizer: bool) -> None:
        """Go on with the settings of ``new``, and with its data where that is another."""
        old, self.experiment = self.experiment, new
        other_data = old.data != new.data
        if other_data:
            self.data = prepare(new.data, new.seed)
            position = self.batches.position
            self.batches = self._batches()
            self.batches.go_to(position)
        self._configure(new, fresh_optimizer=fresh_optimizer)
        if other_data:
            self._look()

    def _configure(self, experiment: Experiment, *, fresh_optimizer: bool) -> None:
        """Build everything that ``training`` decides; weights, and the optimizer's averages where kept, stay."""
        training = experiment.training
        self.loss = experiment.loss
        self.penalty, self.clip = training.penalty, training.clip
        self.parameters = list(self.model.parameters())
        self.tensors = floats(self.model)
        self.weights = [linear.weight for linear in self.model.linears]
        balanced = training.class_weights == "balanced"
        self.class_weights = self.data.class_weights.to(self.device) if balanced else None
        optimizer = training.optimizer.build(self._groups(training.optimizer))
        if not fresh_optimizer:
            kept = self.optimizer.state_dict()["state"]
            optimizer.load_state_dict({**optimizer.state_dict(), "state": kept})
        self.optimizer = optimizer
        self.batches.sample_by(training.sampling)
        rows = self.batches.rows_per_epoch
        self.batches.size = max(1, rows if training.batch_size == "all" else min(training.batch_size, rows))
        self.horizon = self.steps + self.batches.steps_until(training.epochs)
        self._base_rate = training.optimizer.lr
        self._rate_moves = not isinstance(training.schedule, ConstantRate)
        self._set_dropout(experiment)
        self._keep_watch(training)

    def _set_dropout(self, experiment: Experiment) -> None:
        """Write the rates; a layer that begins to drop begins its stream, so that a replay draws the same masks."""
        for number, layer in enumerate(self.model.layers, start=1):
            p = experiment.model.dropout_of(number)
            if layer.dropout.p == 0 and p > 0:
                layer.dropout.generator = stream(experiment.seed, "dropout", number, self.device)
            layer.dropout.p = p

    def _groups(self, optimizer: OptimizerChoice) -> Any:
        """Parameter groups: AdamW's decay leaves biases and norms out; the others take all parameters alike."""
        if not isinstance(optimizer, AdamW):
            return self.parameters
        decayed = {id(weight) for weight in self.weights}
        others = [parameter for parameter in self.parameters if id(parameter) not in decayed]
        return [{"params": self.weights}, *([{"params": others, "weight_decay": 0.0}] if others else [])]

    def _keep_watch(self, training: Training) -> None:
        """Go on watching the validation loss, or begin anew where the rule or the loss is another."""
        stopping, weighting = training.stopping, training.class_weights
        if not isinstance(stopping, Patience):
            self.watch, self._best = None, None
        elif self.watch is None or (self.watch.rule, self._watched_weighting) != (stopping, weighting):
            self.watch, self._best = Watch(stopping), None
        self._watched_weighting = weighting

    def _apply_due_edits(self) -> None:
        while self.planned and self.planned[0].step <= self.steps:
            self._change(dict(self.planned[0].patch))
            self.planned = self.planned[1:]

    # --- endings --------------------------------------------------------------------------------------------------

    @property
    def last_step(self) -> int:
        """The step at which the planned epochs are over."""
        return self.horizon

    @property
    def steps_per_epoch(self) -> int:
        """Updates per epoch."""
        return self.batches.steps_per_epoch

    @property
    def epochs(self) -> float:
        """Epochs so far."""
        return self.batches.epochs

    def _end_of_epoch(self) -> None:
        """End the run where its plan says so. Raises Diverged where a weight, or the loss at the very end, is not finite."""
        if not is_finite(self.tensors):
            raise Diverged(self.steps)
        training = self.experiment.training
        if self.watch is not None and self._best_is_over(self.watch):
            return
        if training.target_loss > 0 and (loss := self._loss_on(self.batches.x, self.batches.y)) <= training.target_loss:
            target = f"the target was {training.target_loss:.4g}"
            said = f"The {self._weighting}training loss reached {loss:.4g}, {target}."
            self.ending = Ending("target reached", self.steps, said)
        elif self.batches.position.epoch >= training.epochs:
            if not math.isfinite(self._loss_on(self.batches.x, self.batches.y)):
                raise Diverged(self.steps)
            self.ending = Ending("finished", self.steps, f"All {training.epochs} planned epochs are done.")

    def _best_is_over(self, watch: Watch) -> bool:
        """Take this epoch's validation loss; when patience has run out, restore the best weights and end."""
        validation = self.data.validation
        now = self._loss_on(validation.x.to(self.device), validation.y.to(self.device))
        if watch.see(self.steps, now):
            self._best = copied(self.model.state_dict())
        if not watch.over or self._best is None:
            return False
        self.model.load_state_dict(self._best)
        self._update_ratio = [float("nan")] * len(self.model.linears)
        said = (
            f"The {self._weighting}validation loss had not fallen for {watch.rule.epochs} epochs. The weights of step "
            f"{watch.best_step} are back: loss {watch.best_loss:.4g}."
        )
        self.ending = Ending("stopped early", self.steps, said, watch.best_step)
        return True

    @property
    def _weighting(self) -> str:
        return "" if self.class_weights is None else "class-weighted "

    @torch.no_grad()
    def _loss_on(self, x: Tensor, y: Tensor) -> float:
        with at_rest(self.model):
            return float(self.loss.mean(self.model(x), y, self.class_weights))

    def _fall_back(self, bad_step: int) -> None:
        """Return to the last state whose loss was finite, and find by replay where the next update broke."""
        self.restore(next((safe for safe in reversed(self._safe) if safe.step < bad_step), self._safe[0]))
        while self.steps < bad_step - 1:
            self._go_on()
            if not is_finite(self.tensors):
                return self._fall_back(self.steps)
        good = self.checkpoint()
        found = inspect_step(self)
        self.restore(good)
        self.ending = Ending("diverged", self.steps, f"{found} The weights shown are those of step {self.steps}.")

    # --- looking, going back ----------------------------------------------------------------------------------------

    @property
    def score_names(self) -> tuple[str, ...]:
        """What the entries of ``Snapshot.scores`` are."""
        return self.camera.score_names

    @property
    def update_ratio(self) -> tuple[float, ...]:
        """Norm of the last watched update over norm of the weights before it, per layer; NaN before the first."""
        return tuple(self._update_ratio)

    def snapshot(self, detail: bool = True) -> Snapshot:
        """Measure the network as it stands; nothing of the run changes."""
        rate, momentum = self._scheduled()
        chosen = self.experiment.training.optimizer
        kept = self.optimizer.state.get(self.weights[0], {})
        rate = chosen.effective_rate(rate, int(kept.get("step", 0)))
        if momentum is None:
            momentum = chosen.momentum_in(self.optimizer.param_groups[0])
        pace = Pace(self.steps, self.batches.epochs, rate, momentum, self._update_ratio)
        return self.camera.take(self.model, pace, detail=detail)

    def checkpoint(self) -> TrainingState:
        """A copy of the whole state at this step."""
        return TrainingState(
            step=self.steps,
            model=copied(self.model.state_dict()),
            optimizer=copied(self.optimizer.state_dict()),
            position=self.batches.position,
            dropout=tuple(layer.dropout.generator.get_state() for layer in self._dropping()),
            experiment=self.experiment,
            edits=self.edits,
            off=switched_off(self.model),
            horizon=self.horizon,
            watch=copied((self.watch, self._best, self._update_ratio)),
            ending=self.ending if self.ending and self.ending.kind != "diverged" else None,
        )

    def restore(self, checkpoint: TrainingState) -> None:
        """Go back to a state of this run, or on to one of a run that began alike; later edits are planned again."""
        later = sorted([*self.edits, *self.planned], key=lambda edit: edit.step)
        for edit in checkpoint.edits:
            if edit in later:
                later.remove(edit)
        self.planned = tuple(later)
        self.edits = checkpoint.edits
        self.steps = checkpoint.step
        self.ending = checkpoint.ending
        self.model.load_state_dict(checkpoint.model)
        switch_off(self.model, checkpoint.off)
        self._take_on(checkpoint.experiment, fresh_optimizer=True)
        self.batches.go_to(checkpoint.position)
        self.optimizer.load_state_dict(copied(checkpoint.optimizer))
        self.horizon = checkpoint.horizon
        self.watch, self._best, self._update_ratio = copied(checkpoint.watch)
        for layer, state in zip(self._dropping(), checkpoint.dropout, strict=True):
            layer.dropout.generator.set_state(state)
        self._apply_due_edits()

    def _dropping(self) -> list[HiddenLayer]:
        """The hidden layers whose dropout draws: a generator's state is 5 kB, kept only where it is used."""
        return [layer for layer in self.model.layers if layer.dropout.p > 0]
