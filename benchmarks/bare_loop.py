"""What one would write without this project: ``nn.Sequential``, ``torch.optim`` and a loop over mini-batches."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.clipping import ClipNorm
from engine.experiment import Experiment
from engine.optimizers import Adam
from engine.penalties import L2
from engine.schedules import Cosine
from engine.streams import stream
from engine.supervised import SupervisedRun


@dataclass
class Recipe:
    """The numbers of a bare loop; 0 switches a part off."""

    activation: type[nn.Module]
    batch_size: int
    learning_rate: float
    seed: int
    l2: float = 0.0
    """Strength λ of λ/2 Σ w² over all weights."""
    largest_norm: float = 0.0
    """Limit of gradient clipping."""
    cosine_steps: int = 0
    """Length of a cosine schedule down to 0."""


def recipe_of(experiment: Experiment) -> Recipe:
    """The numbers of the bare loop that does what a run of ``experiment`` (tanh units) does.

    Raises ValueError for another optimizer than Adam and for batches of all examples.
    """
    training = experiment.training
    if not isinstance(training.optimizer, Adam) or not isinstance(training.batch_size, int):
        raise ValueError(f"{training}: the bare loop has Adam and a whole number of examples per batch, nothing else")
    return Recipe(
        activation=nn.Tanh,
        batch_size=training.batch_size,
        learning_rate=training.optimizer.lr,
        seed=experiment.seed,
        l2=training.penalty.strength if isinstance(training.penalty, L2) else 0.0,
        largest_norm=training.clip.limit if isinstance(training.clip, ClipNorm) else 0.0,
        cosine_steps=SupervisedRun(experiment).last_step if isinstance(training.schedule, Cosine) else 0,
    )


@dataclass
class BareLoop:
    """The loop with its state. Two classes: one output and labels as floats; more: one output per class."""

    recipe: Recipe
    x: Tensor
    y: Tensor
    model: nn.Sequential
    steps: int = 0
    epoch: int = 0
    used: int = 0
    parameters: list[nn.Parameter] = field(init=False)
    weights: list[Tensor] = field(init=False)
    optimizer: torch.optim.Optimizer = field(init=False)
    order: Tensor = field(init=False)
    loss: nn.Module = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = list(self.model.parameters())
        self.weights = [parameter for parameter in self.parameters if parameter.ndim == 2]
        self.optimizer = torch.optim.Adam(self.parameters, lr=self.recipe.learning_rate, fused=True)
        self.loss = nn.BCEWithLogitsLoss() if self.y.is_floating_point() else nn.CrossEntropyLoss()
        self._shuffle()

    def advance(self, steps: int) -> None:
        """``steps`` updates."""
        recipe, rows = self.recipe, len(self.x)
        for _ in range(steps):
            chosen = self.order[self.used : self.used + recipe.batch_size]
            loss = self._error(self.x[chosen], self.y[chosen])
            if recipe.l2:
                loss = loss + recipe.l2 / 2 * sum(weight.square().sum() for weight in self.weights)
            self.optimizer.zero_grad()
            loss.backward()
            if recipe.largest_norm:
                nn.utils.clip_grad_norm_(self.parameters, recipe.largest_norm)
            if recipe.cosine_steps:
                share = min(self.steps, recipe.cosine_steps) / recipe.cosine_steps
                self.optimizer.param_groups[0]["lr"] = recipe.learning_rate * (1 + math.cos(math.pi * share)) / 2
            self.optimizer.step()
            self.steps += 1
            self.used += len(chosen)
            if self.used == rows:
                self.epoch, self.used = self.epoch + 1, 0
                self._shuffle()

    def loss_on_training_part(self) -> float:
        """Mean loss over all training examples, in nats."""
        with torch.no_grad():
            return float(self._error(self.x, self.y))

    def _error(self, x: Tensor, y: Tensor) -> Tensor:
        outputs = self.model(x)
        return self.loss(outputs.squeeze(1) if y.is_floating_point() else outputs, y)

    def _shuffle(self) -> None:
        generator = stream(self.recipe.seed, "batches", self.epoch)
        self.order = torch.randperm(len(self.x), generator=generator)


def beside(run: SupervisedRun, recipe: Recipe) -> BareLoop:
    """A bare loop that begins with the weights ``run`` has now; ``run`` must be at step 0."""
    sizes = [run.data.input_size, *(linear.out_features for linear in run.model.linears)]
    model = sequential(sizes, recipe.activation).to(run.device)
    linears = [layer for layer in model if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        for own, theirs in zip(linears, run.model.linears, strict=True):
            own.weight.copy_(theirs.weight)
            own.bias.copy_(theirs.bias)
    y = run.batches.y.float() if run.data.class_count == 2 else run.batches.y
    return BareLoop(recipe, run.batches.x, y, model)


def sequential(sizes: Sequence[int], activation: type[nn.Module]) -> nn.Sequential:
    """Affine maps from size to size, with an activation between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])
