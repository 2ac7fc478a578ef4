"""What a network costs: parameters and multiply-adds."""

from dataclasses import dataclass

from engine.supervised import SupervisedRun


@dataclass(frozen=True)
class LayerCost:
    """One layer's weights and work."""

    name: str
    shape: str
    """``out x in``, as PyTorch stores it."""
    parameters: int
    """Weights, biases, and what a norm learns."""
    multiply_adds: int
    """Multiply-adds of the affine map for one example."""


@dataclass(frozen=True)
class Cost:
    """The whole network and one training step."""

    layers: tuple[LayerCost, ...]
    batch_size: int

    @property
    def parameters(self) -> int:
        """Trainable parameters."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one example forward."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def per_step(self) -> int:
        """Multiply-adds of one update: forward once, backward about twice that, for every example of the batch."""
        return 3 * self.multiply_adds * self.batch_size


def cost_of(run: SupervisedRun) -> Cost:
    """Counted from the modules that run."""
    modules = [*run.model.layers, run.model.output]
    rows = [
        LayerCost(
            name,
            f"{linear.out_features} x {linear.in_features}",
            sum(parameter.numel() for parameter in module.parameters()),
            linear.weight.numel(),
        )
        for name, module, linear in zip(run.scene.layer_names, modules, run.model.linears, strict=True)
    ]
    return Cost(tuple(rows), run.batches.size)
