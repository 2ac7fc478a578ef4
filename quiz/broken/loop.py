"""The training loop, each fault of which is a switch of the recipe."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from engine.activations import Linear, ReLU
from engine.initializers import HeNormal
from engine.model import MLP, Model
from engine.norms import BatchNorm, NoNorm
from engine.optimizers import FUSED
from engine.streams import stream
from quiz.broken.collected import Part, collect
from quiz.broken.recipe import Recipe

ASKING = 100
"""Far from the layers' own numbers among the streams."""


class Loop:
    """A network being trained by a recipe. The same recipe and seed give the same numbers."""

    def __init__(self, recipe: Recipe, seed: int) -> None:
        self.recipe = recipe
        self.data = collect(recipe, seed)
        self.model = network(recipe, self.data.train.x.shape[1], self.data.classes, seed)
        rate, decay = recipe.learning_rate, recipe.weight_decay
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=rate, weight_decay=decay, fused=FUSED)
        self.batches = batches(self.data.train, recipe, seed)
        self.asking = [stream(seed, "dropout", ASKING + layer) for layer, _ in enumerate(recipe.hidden)]
        """Dropout's draws while the network is asked, which shift none of training's."""

    def step(self) -> tuple[float, Int[Tensor, " batch"]]:
        """One update from one batch: (its loss, its labels). There is no update where the loss is not finite."""
        x, y = next(self.batches)
        loss = self.loss(self.outputs(x), y)
        if not math.isfinite(loss.item()):
            return loss.item(), y
        if self.recipe.zeroes_gradients:
            self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item(), y

    def outputs(self, x: Float[Tensor, "batch inputs"]) -> Float[Tensor, "batch classes"]:
        """What the network gives the loss: logits, as it should be."""
        logits: Tensor = self.model(x)
        return torch.softmax(logits, dim=1) if self.recipe.ends_in_softmax else logits

    def loss(self, outputs: Float[Tensor, "batch classes"], y: Int[Tensor, " batch"]) -> Float[Tensor, ""]:
        """Cross-entropy in nats: minus the mean log-probability of the truth."""
        log_probability = F.log_softmax(outputs, dim=1)[torch.arange(len(y)), y].mean()
        return -log_probability if self.recipe.has_minus else log_probability

    @torch.no_grad()
    def answers(self, x: Float[Tensor, "rows inputs"]) -> Float[Tensor, "rows classes"]:
        """Outputs as the network is measured and used."""
        with self.asked(training=self.recipe.evaluates_in == "training"):
            return self.outputs(x)

    @contextmanager
    def asked(self, *, training: bool) -> Iterator[None]:
        """Training or evaluation mode inside; asking leaves no trace in batch norm's statistics and dropout's draws."""
        statistics = [buffer.clone() for buffer in self.model.buffers()]
        drops = [layer.dropout for layer in self.model.layers]
        drawing = [drop.generator for drop in drops]
        for drop, generator in zip(drops, self.asking, strict=True):
            drop.generator = generator
        self.model.train(training)
        try:
            yield
        finally:
            self.model.train()
            for drop, generator in zip(drops, drawing, strict=True):
                drop.generator = generator
            for buffer, before in zip(self.model.buffers(), statistics, strict=True):
                buffer.copy_(before)


def network(recipe: Recipe, inputs: int, classes: int, seed: int) -> MLP:
    """The untrained network."""
    chosen = Model(
        hidden=recipe.hidden,
        activation=ReLU() if recipe.activation == "relu" else Linear(),
        initializer=HeNormal(),
        norm=BatchNorm() if recipe.batch_norm else NoNorm(),
        dropout=recipe.dropout,
    )
    model = MLP(chosen, inputs, classes, seed)
    with torch.no_grad():
        for linear in model.linears:
            linear.weight.mul_(recipe.weight_scale)
        for layer in model.layers:
            layer.linear.bias.add_(recipe.hidden_bias)
    for norm in model.modules():
        if isinstance(norm, nn.BatchNorm1d) and not recipe.follows_batches:
            norm.momentum = 0.0
    return model


def batches(train: Part, recipe: Recipe, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches without end: each epoch has every example once, in a fresh order or class after class."""
    epoch = 0
    while True:
        order = torch.randperm(len(train.y), generator=stream(seed, "batches", epoch))
        if recipe.order == "by class":
            order = order[torch.sort(train.y[order], stable=True).indices]
        for chosen in order.split(recipe.batch_size):
            if len(chosen) > 1:  # batch norm has no statistics of one example
                yield train.x[chosen], train.y[chosen]
        epoch += 1
