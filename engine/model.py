"""The multilayer perceptron: its configuration and the module."""

from collections import OrderedDict
from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor, nn

from engine.activations import Activation, ActivationChoice, Tanh
from engine.choice import Frozen
from engine.dropout import Dropout
from engine.initializers import Initializer, InitializerChoice, XavierUniform
from engine.norms import NoNorm, Norm, NormChoice
from engine.streams import stream
from engine.undrawn import undrawn

MAX_DEPTH = 60
MAX_WIDTH = 128
EDITOR_DEPTH = 12
"""Hidden layers the Playground's editor offers; deeper networks open from links and labs."""

DropoutRate = Annotated[float, Field(ge=0.0, le=0.9, json_schema_extra={"step": 0.05})]


class LayerOverride(Frozen):
    """What one hidden layer does differently from the rest; None keeps the model's choice."""

    layer: int = Field(ge=1, le=MAX_DEPTH, description="Hidden layer, counted from 1 at the input.")
    activation: Activation | None = None
    norm: Norm | None = None
    dropout: DropoutRate | None = None


class Model(Frozen):
    """A multilayer perceptron, up to its input and output sizes, which the data and the loss decide."""

    hidden: tuple[Annotated[int, Field(ge=1, le=MAX_WIDTH)], ...] = Field(
        (8, 8), max_length=MAX_DEPTH, title="Hidden layers", description="Units per hidden layer, 1 to 128."
    )
    activation: Activation = Tanh()
    initializer: Initializer = XavierUniform()
    norm: Norm = NoNorm()
    dropout: DropoutRate = Field(
        0.0, title="Dropout", description="Probability p that a hidden unit is silenced in a training step."
    )
    residual: bool = Field(
        False,
        title="Residual connections",
        description="Adds a layer's input to its output where the widths are equal.",
    )
    bias: bool = Field(True, title="Biases", description="Adds a learned offset to every unit.")
    layers: tuple[LayerOverride, ...] = Field((), title="Layer by layer")

    @field_validator("layers")
    @classmethod
    def _in_order(cls, value: tuple[LayerOverride, ...]) -> tuple[LayerOverride, ...]:
        return tuple(sorted(value, key=lambda override: override.layer))

    @model_validator(mode="after")
    def _overrides_stand_on_layers(self) -> "Model":
        places = [override.layer for override in self.layers]
        for index, place in enumerate(places):
            if place > len(self.hidden) or place in places[:index]:
                allowed = f"hidden layers are 1 to {len(self.hidden)}, each named at most once"
                raise PydanticCustomError("layer", allowed, {"field": f"model.layers.{index}.layer", "value": place})
        return self

    def activation_of(self, layer: int) -> ActivationChoice:
        """The activation of hidden ``layer`` (from 1)."""
        return self._override(layer).activation or self.activation

    def norm_of(self, layer: int) -> NormChoice:
        """The norm of hidden ``layer`` (from 1)."""
        return self._override(layer).norm or self.norm

    def dropout_of(self, layer: int) -> float:
        """The dropout rate of hidden ``layer`` (from 1)."""
        own = self._override(layer).dropout
        return self.dropout if own is None else own

    def _override(self, layer: int) -> LayerOverride:
        return next((item for item in self.layers if item.layer == layer), LayerOverride(layer=layer))


class Affine(nn.Linear):
    """An affine map of which single edges may be switched off: their weights count as 0 and get no gradient."""

    kept: Tensor | None = None
    """(out, in): 1 where an edge is on, 0 where it is off; None while all are on."""

    def forward(self, x: Float[Tensor, "batch inputs"]) -> Float[Tensor, "batch outputs"]:
        weight = self.weight if self.kept is None else self.weight * self.kept
        return F.linear(x, weight, self.bias)


class HiddenLayer(nn.Sequential):
    """Affine map, norm, activation, dropout; then the input is added where ``residual``."""

    linear: Affine
    activation: nn.Module
    dropout: Dropout
    """Not among the modules that are always called: a call costs time, also where nothing is dropped."""
    kept: Tensor | None = None
    """(units,): 1 where a unit is on, 0 where it is off and gives 0; None while all are on."""

    def __init__(
        self,
        inputs: int,
        units: int,
        activation: ActivationChoice,
        norm: NormChoice,
        dropout: Dropout,
        *,
        bias: bool,
        residual: bool,
    ) -> None:
        wide = units * activation.pieces
        parts: dict[str, nn.Module] = {"linear": undrawn(Affine, inputs, wide, bias=bias)}
        if (normalizer := norm.build(wide)) is not None:
            parts["norm"] = normalizer
        super().__init__(OrderedDict(parts | {"activation": activation.build()}))
        self.__dict__["dropout"] = dropout
        self.residual = residual and inputs == units

    def forward(self, x: Float[Tensor, "batch inputs"]) -> Float[Tensor, "batch units"]:
        a: Tensor = super().forward(x)  # type: ignore[no-untyped-call]
        if self.training and self.dropout.p:
            a = self.dropout(a)
        if self.kept is not None:
            a = a * self.kept
        return x + a if self.residual else a


class MLP(nn.Module):
    """Hidden layers and an affine output layer, with first weights drawn from the run's own streams."""

    def __init__(self, model: Model, inputs: int, outputs: int, seed: int, device: torch.device | str = "cpu") -> None:
        super().__init__()
        sizes = (inputs, *model.hidden)
        self.hidden = nn.ModuleList(
            HiddenLayer(
                sizes[layer - 1],
                sizes[layer],
                model.activation_of(layer),
                model.norm_of(layer),
                Dropout(model.dropout_of(layer), stream(seed, "dropout", layer, device)),
                bias=model.bias,
                residual=model.residual,
            )
            for layer in range(1, len(sizes))
        )
        self.output = undrawn(Affine, sizes[-1], outputs, bias=model.bias)
        self._initialize(model.initializer, seed)
        self.to(device)

    def _initialize(self, initializer: InitializerChoice, seed: int) -> None:
        for layer, linear in enumerate(self.linears, start=1):
            initializer.fill(linear.weight.data, stream(seed, "weights", layer))
            if linear.bias is not None:
                nn.init.zeros_(linear.bias)

    @property
    def has_modes(self) -> bool:
        """Whether it may answer otherwise in training than in evaluation: with dropout or batch norm."""
        return any(
            layer.dropout.p > 0 or isinstance(getattr(layer, "norm", None), nn.BatchNorm1d) for layer in self.layers
        )

    @property
    def layers(self) -> list[HiddenLayer]:
        """The hidden layers, from the input on."""
        return list(self.hidden)  # type: ignore[arg-type]

    @property
    def linears(self) -> list[Affine]:
        """The affine maps from the input to the output: every layer that has weights."""
        return [*(layer.linear for layer in self.layers), self.output]

    def forward(self, x: Float[Tensor, "batch inputs"]) -> Float[Tensor, "batch outputs"]:
        for layer in self.hidden:
            x = layer(x)
        out: Tensor = self.output(x)
        return out
