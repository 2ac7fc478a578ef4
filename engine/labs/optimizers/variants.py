"""Two ways to write what is called by one name, run beside each other: the catalog of pairs."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from engine.choice import Choice
from engine.labs.optimizers.results import Path
from engine.labs.optimizers.surfaces import SurfaceChoice, slope
from engine.optimizers import decay, epsilon, rate

Rule = Callable[[dict[str, Any], np.ndarray, np.ndarray, float, int], np.ndarray]
"""(memory, gradient, place, rate, number of the step from 1) -> the step."""
FAR = 1000.0
"""So many times the size of the picture away from it, a path has left for good."""


def drop_at(default: int) -> Any:
    """When the rate falls to a tenth."""
    return Field(
        default,
        ge=0,
        le=2000,
        title="Rate falls after",
        description="To a tenth, after so many steps; 0: never.",
        json_schema_extra={"unit": "steps"},
    )


class VariationChoice(Choice, frozen=True):
    """A row of the catalog of pairs. ``first`` and ``second`` are the two ways."""

    lr: float = rate(0.02)
    drop: int = drop_at(0)
    names: ClassVar[tuple[str, str]]

    def first(self) -> Rule:
        """The one way."""
        raise NotImplementedError

    def second(self) -> Rule:
        """The other way."""
        raise NotImplementedError

    def rate_at(self, step: int) -> float:
        """η at ``step``, counted from 0."""
        return self.lr / 10 if self.drop and step >= self.drop else self.lr


class Conventions(VariationChoice, frozen=True):
    kind: Literal["averaged"] = "averaged"
    beta: float = decay(0.9, "Momentum", "Share β of the last velocity that is kept.")
    rescale: bool = Field(
        False, title="Rescale the rate", description="Give the averaged form η / (1 - β), which is the same path."
    )
    label: ClassVar = "Momentum: summed or averaged"
    formula: ClassVar = (
        r"v \leftarrow \beta v + g \quad \text{beside} \quad v \leftarrow \beta v + (1 - \beta) g;"
        r" \qquad w \leftarrow w - \eta v"
    )
    lesson: ClassVar = (
        "The averaged velocity is (1 - β) times the summed one: the same η means ten times less at β = 0.9."
    )
    source: ClassVar = "PyTorch's SGD; Ng's course notes"
    names: ClassVar = ("v = βv + g", "v = βv + (1 - β)g")

    def first(self) -> Rule:
        return self._rule(1.0, 1.0)

    def second(self) -> Rule:
        return self._rule(1 - self.beta, 1 / (1 - self.beta) if self.rescale else 1.0)

    def _rule(self, share: float, scale: float) -> Rule:
        def step(memory: dict[str, Any], g: np.ndarray, w: np.ndarray, rate: float, t: int) -> np.ndarray:
            v = memory["v"] = self.beta * memory.get("v", 0.0) + share * g
            return -rate * scale * v

        return step


class RateInside(VariationChoice, frozen=True):
    kind: Literal["rate_inside"] = "rate_inside"
    drop: int = drop_at(40)
    beta: float = decay(0.9, "Momentum", "Share β of the last velocity that is kept.")
    label: ClassVar = "Momentum: rate outside or inside of the velocity"
    formula: ClassVar = (
        r"v \leftarrow \beta v + g,\; w \leftarrow w - \eta v \quad \text{beside} \quad"
        r" v \leftarrow \beta v + \eta g,\; w \leftarrow w - v"
    )
    lesson: ClassVar = (
        "The same path while the rate is constant. When it falls, the first brakes at once; the second keeps the old pace "
        "until its velocity has faded."
    )
    source: ClassVar = "PyTorch's SGD; Sutskever et al. 2013"
    names: ClassVar = ("η outside: step ηv", "η inside: step v")

    def first(self) -> Rule:
        def step(memory: dict[str, Any], g: np.ndarray, w: np.ndarray, rate: float, t: int) -> np.ndarray:
            v = memory["v"] = self.beta * memory.get("v", 0.0) + g
            return -rate * v

        return step

    def second(self) -> Rule:
        def step(memory: dict[str, Any], g: np.ndarray, w: np.ndarray, rate: float, t: int) -> np.ndarray:
            v = memory["v"] = self.beta * memory.get("v", 0.0) + rate * g
            return -v

        return step


def adam_step(
    memory: dict[str, Any],
    g: np.ndarray,
    rate: float,
    t: int,
    eps: float,
    *,
    inside: bool = False,
    corrected: bool = True,
) -> np.ndarray:
    """Adam's step with β₁ = 0.9 and β₂ = 0.999; ε ``inside`` the root or beside it."""
    m = memory["m"] = 0.9 * memory.get("m", 0.0) + 0.1 * g
    v = memory["v"] = 0.999 * memory.get("v", 0.0) + 0.001 * g**2
    if corrected:
        m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return -rate * m / (np.sqrt(v + eps) if inside else np.sqrt(v) + eps)


class DecayPlace(VariationChoice, frozen=True):
    kind: Literal["decay"] = "decay"
    lr: float = rate(0.05)
    strength: float = Field(
        0.3, ge=0.0, le=10.0, title="Decay", description="λ, the same in both.", json_schema_extra={"scale": "log"}
    )
    label: ClassVar = "Adam with L2 beside AdamW"
    formula: ClassVar = (
        r"g \leftarrow g + \lambda w,\; \text{Adam} \quad \text{beside} \quad"
        r" w \leftarrow w - \eta \lambda w,\; \text{Adam}"
    )
    lesson: ClassVar = (
        "In L2 the decay goes through Adam's scaling: where gradients are large it hardly counts. AdamW keeps it out."
    )
    source: ClassVar = "Loshchilov and Hutter 2019"
    names: ClassVar = ("Adam with L2", "AdamW")

    def first(self) -> Rule:
        def step(memory: dict[str, Any], g: np.ndarray, w: np.ndarray, rate: float, t: int) -> np.ndarray:
            return adam_step(memory, g + self.strength * w, rate, t, 1e-8)

        return step

    def second(self) -> Rule:
        def step(memory: dict[str, Any], g: np.ndarray, w: np.ndarray, rate: float, t: int) -> np.ndarray:
            return -rate * self.strength * w + adam_step(memory, g, rate, t, 1e-8)

        return step


class EpsilonPlace(VariationChoice, frozen=True):
    kind: Literal["epsilon"] = "epsilon"
    lr: float = rate(0.1)
    eps: float = epsilon(1e-2)
    label: ClassVar = "Adam: epsilon outside or inside of the root"
    formula: ClassVar = (
        r"\frac{\eta \hat m}{\sqrt{\hat v} + \epsilon} \quad \text{beside} \quad"
        r" \frac{\eta \hat m}{\sqrt{\hat v + \epsilon}}"
    )
    lesson: ClassVar = (
        "Inside the root, ε acts like its square root: 0.01 counts as 0.1. It matters where gradients are small."
    )
    source: ClassVar = "Kingma and Ba 2015 (outside, as PyTorch); inside: TensorFlow's older RMSProp"
    names: ClassVar = ("ε outside", "ε inside")

    def first(self) -> Rule:
        return lambda memory, g, w, rate, t: adam_step(memory, g, rate, t, self.eps)

    def second(self) -> Rule:
        return lambda memory, g, w, rate, t: adam_step(memory, g, rate, t, self.eps, inside=True)


class Correction(VariationChoice, frozen=True):
    kind: Literal["correction"] = "correction"
    lr: float = rate(0.1)
    label: ClassVar = "Adam: with or without bias correction"
    formula: ClassVar = (
        r"\hat m = \frac{m}{1 - \beta_1^t},\; \hat v = \frac{v}{1 - \beta_2^t} \quad \text{beside} \quad"
        r" \hat m = m,\; \hat v = v"
    )
    lesson: ClassVar = (
        "Both averages begin at 0, the second one fades in more slowly: without the correction the first steps are too "
        "long."
    )
    source: ClassVar = "Kingma and Ba 2015"
    names: ClassVar = ("corrected", "not corrected")

    def first(self) -> Rule:
        return lambda memory, g, w, rate, t: adam_step(memory, g, rate, t, 1e-8)

    def second(self) -> Rule:
        return lambda memory, g, w, rate, t: adam_step(memory, g, rate, t, 1e-8, corrected=False)


Variation = Annotated[Conventions | RateInside | DecayPlace | EpsilonPlace | Correction, Field(discriminator="kind")]


def pair(surface: SurfaceChoice, variation: VariationChoice, steps: int) -> tuple[Path, Path]:
    """Both ways from the surface's start, ``steps`` steps each, without noise."""
    rules = (variation.first(), variation.second())
    memories: tuple[dict[str, Any], ...] = ({}, {})
    places = np.empty((steps + 1, 2, 2))
    values, slopes = np.empty((steps + 1, 2)), np.empty((steps, 2, 2))
    left, right, low, high = surface.drawn()
    limit = FAR * max(right - left, high - low)
    made = [steps, steps]
    places[0] = surface.start_x, surface.start_y
    for t in range(steps + 1):
        found, gradients = slope(surface, torch.from_numpy(places[t].copy()))
        values[t] = found.numpy()
        if t == steps:
            break
        slopes[t] = gradients.numpy()
        for way, rule in enumerate(rules):
            is_lost = not (np.all(np.isfinite(slopes[t, way])) and np.all(np.abs(places[t, way]) <= limit))
            made[way] = min(made[way], t) if is_lost else made[way]
            step = (
                0.0
                if made[way] <= t
                else rule(memories[way], slopes[t, way], places[t, way], variation.rate_at(t), t + 1)
            )
            places[t + 1, way] = places[t, way] + step
    rates = np.array([variation.rate_at(t) for t in range(steps)])
    return tuple(  # type: ignore[return-value]
        Path(
            variation.names[way],
            places[: made[way] + 1, way].copy(),
            values[: made[way] + 1, way].copy(),
            slopes[: made[way], way].copy(),
            rates[: made[way]],
            np.full(made[way], np.nan),
            "ran" if made[way] == steps else "left" if np.all(np.isfinite(slopes[made[way], way])) else "undefined",
        )
        for way in (0, 1)
    )
