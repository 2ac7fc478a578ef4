"""Surfaces over two parameters: the catalog, each row a function of x and y in tensor operations."""

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field, field_validator
from torch import Tensor

from engine.choice import Choice
from engine.labs.optimizers.results import Ground
from engine.labs.optimizers.typed import LONGEST, parse

CELLS = 100
"""Places along each side of a drawn surface."""


def place(name: str, default: float, reach: float) -> Any:
    """Where the paths begin, along one axis."""
    return Field(default, ge=-reach, le=reach, title=f"Start {name}", json_schema_extra={"step": 0.01})


class SurfaceChoice(Choice, frozen=True):
    """A row of the surfaces catalog: a function, the part of the plane that is drawn, and where paths begin."""

    start_x: float = place("x", -2.0, 4.0)
    start_y: float = place("y", 1.5, 4.0)
    sides: ClassVar[tuple[float, float, float, float]]
    """The drawn part: lowest x, highest x, lowest y, highest y."""
    minima: ClassVar[tuple[tuple[float, float], ...]] = ()
    """Where it is lowest, as the literature has it; empty where that is not known."""

    @property
    def written(self) -> str:
        """The function in Markdown."""
        return f"$\\displaystyle {self.formula}$"

    def value(self, x: Float[Tensor, " *batch"], y: Float[Tensor, " *batch"]) -> Float[Tensor, " *batch"]:
        """f(x, y)."""
        raise NotImplementedError

    def drawn(self) -> tuple[float, float, float, float]:
        """The drawn part of the plane."""
        return self.sides

    @property
    def lowest(self) -> float | None:
        """The least value there is, where it is known."""
        if not self.minima:
            return None
        x, y = (torch.tensor([axis], dtype=torch.float64) for axis in self.minima[0])
        return float(self.value(x, y)[0])


class Ravine(SurfaceChoice, frozen=True):
    kind: Literal["ravine"] = "ravine"
    start_x: float = place("x", -3.5, 4.0)
    start_y: float = place("y", 1.5, 3.0)
    condition: float = Field(
        25.0,
        ge=1.0,
        le=1000.0,
        title="Condition number",
        description="κ: how many times steeper it is across the ravine than along it.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Ravine"
    formula: ClassVar = r"f = \tfrac{1}{2} (x^2 + \kappa y^2)"
    lesson: ClassVar = "Steep across, flat along: plain descent must keep its rate below 2/κ, and then crawls along."
    source: ClassVar = "Goodfellow et al. 2016, 4.3"
    sides: ClassVar = (-4.0, 4.0, -3.0, 3.0)
    minima: ClassVar = ((0.0, 0.0),)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return (x**2 + self.condition * y**2) / 2


class Saddle(SurfaceChoice, frozen=True):
    kind: Literal["saddle"] = "saddle"
    start_x: float = place("x", -1.5, 2.0)
    start_y: float = place("y", 0.01, 2.0)
    label: ClassVar = "Saddle"
    formula: ClassVar = r"f = \tfrac{1}{2} x^2 - \tfrac{1}{2} y^2 + \tfrac{1}{4} y^4"
    lesson: ClassVar = (
        "Flat at (0, 0), yet no minimum: down along y on both sides. With y = 0 the slope leads nowhere else."
    )
    source: ClassVar = "Dauphin et al. 2014 on saddle points"
    sides: ClassVar = (-2.0, 2.0, -2.0, 2.0)
    minima: ClassVar = ((0.0, 1.0), (0.0, -1.0))

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return x**2 / 2 - y**2 / 2 + y**4 / 4


class Plateau(SurfaceChoice, frozen=True):
    kind: Literal["plateau"] = "plateau"
    start_x: float = place("x", -3.5, 6.0)
    start_y: float = place("y", 2.5, 6.0)
    width: float = Field(1.2, ge=0.3, le=4.0, title="Width of the hole", description="s, in units of x and y.")
    label: ClassVar = "Plateau"
    formula: ClassVar = r"f = 1 - \exp\left(-\frac{x^2 + y^2}{2 s^2}\right)"
    lesson: ClassVar = "Almost flat around a hole: steps proportional to the slope stand still, normalised ones walk."
    source: ClassVar = "a Gaussian hole"
    sides: ClassVar = (-6.0, 6.0, -6.0, 6.0)
    minima: ClassVar = ((0.0, 0.0),)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return 1 - torch.exp(-(x**2 + y**2) / (2 * self.width**2))


class Rosenbrock(SurfaceChoice, frozen=True):
    kind: Literal["rosenbrock"] = "rosenbrock"
    start_x: float = place("x", -1.2, 2.0)
    start_y: float = Field(1.0, ge=-1.0, le=3.0, title="Start y", json_schema_extra={"step": 0.01})
    label: ClassVar = "Rosenbrock"
    formula: ClassVar = r"f = (1 - x)^2 + 100 (y - x^2)^2"
    lesson: ClassVar = "A bent valley: easy to reach its floor, slow to follow it to (1, 1)."
    source: ClassVar = "Rosenbrock 1960"
    sides: ClassVar = (-2.0, 2.0, -1.0, 3.0)
    minima: ClassVar = ((1.0, 1.0),)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2


class Beale(SurfaceChoice, frozen=True):
    kind: Literal["beale"] = "beale"
    start_x: float = place("x", 1.0, 4.5)
    start_y: float = place("y", 1.5, 4.5)
    label: ClassVar = "Beale"
    formula: ClassVar = r"f = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2"
    lesson: ClassVar = "Flat in the middle, walls of thousands at the corners: one rate can hardly suit both."
    source: ClassVar = "Beale 1958"
    sides: ClassVar = (-4.5, 4.5, -4.5, 4.5)
    minima: ClassVar = ((3.0, 0.5),)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


class Himmelblau(SurfaceChoice, frozen=True):
    kind: Literal["himmelblau"] = "himmelblau"
    start_x: float = place("x", 0.0, 5.0)
    start_y: float = place("y", -0.5, 5.0)
    label: ClassVar = "Himmelblau"
    formula: ClassVar = r"f = (x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    lesson: ClassVar = "Four minima, equally low: the start, and the optimizer, decide which one is found."
    source: ClassVar = "Himmelblau 1972"
    sides: ClassVar = (-5.0, 5.0, -5.0, 5.0)
    minima: ClassVar = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


class Rastrigin(SurfaceChoice, frozen=True):
    kind: Literal["rastrigin"] = "rastrigin"
    start_x: float = place("x", -3.3, 5.12)
    start_y: float = place("y", 2.7, 5.12)
    label: ClassVar = "Rastrigin"
    formula: ClassVar = r"f = 20 + x^2 - 10 \cos 2 \pi x + y^2 - 10 \cos 2 \pi y"
    lesson: ClassVar = "An egg box: a local minimum near every pair of whole numbers, and only (0, 0) is the lowest."
    source: ClassVar = "Rastrigin 1974"
    sides: ClassVar = (-5.12, 5.12, -5.12, 5.12)
    minima: ClassVar = ((0.0, 0.0),)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return 20 + x**2 - 10 * torch.cos(2 * math.pi * x) + y**2 - 10 * torch.cos(2 * math.pi * y)


class Ackley(SurfaceChoice, frozen=True):
    kind: Literal["ackley"] = "ackley"
    start_x: float = place("x", -3.4, 5.0)
    start_y: float = place("y", 2.6, 5.0)
    label: ClassVar = "Ackley"
    formula: ClassVar = (
        r"f = 20 + e - 20 \exp\left(-0.2 \sqrt{\tfrac{1}{2} (x^2 + y^2)}\right)"
        r" - \exp\left(\tfrac{1}{2} (\cos 2 \pi x + \cos 2 \pi y)\right)"
    )
    lesson: ClassVar = "A funnel with ripples: downhill on the whole, with a small minimum in every ripple."
    source: ClassVar = "Ackley 1987"
    sides: ClassVar = (-5.0, 5.0, -5.0, 5.0)
    minima: ClassVar = ((0.0, 0.0),)

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        radius = torch.linalg.vector_norm(torch.stack([x, y]), dim=0) / math.sqrt(
            2
        )  # its slope at (0, 0) is 0, not NaN
        ripples = (torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)) / 2
        return 20 + math.e - 20 * torch.exp(-0.2 * radius) - torch.exp(ripples)


class Typed(SurfaceChoice, frozen=True):
    kind: Literal["typed"] = "typed"
    text: str = Field("sin(3*x)*cos(2*y) + (x**2 + y**2)/5", max_length=LONGEST, title="f(x, y)")
    reach: float = Field(4.0, ge=0.1, le=100.0, title="Drawn to", description="x and y from minus this to this.")
    start_x: float = place("x", -2.5, 100.0)
    start_y: float = place("y", 2.5, 100.0)
    label: ClassVar = "Your own function"
    formula: ClassVar = r"f(x, y)"
    lesson: ClassVar = "Type any function of x and y: what does your favourite optimizer do on it?"
    source: ClassVar = "you"

    @field_validator("text")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        parse(text)
        return text

    def value(self, x: Tensor, y: Tensor) -> Tensor:
        return parse(self.text)(x, y)

    @property
    def written(self) -> str:
        return f"`f(x, y) = {self.text}`"

    def drawn(self) -> tuple[float, float, float, float]:
        return (-self.reach, self.reach, -self.reach, self.reach)


Surface = Annotated[
    Ravine | Saddle | Plateau | Rosenbrock | Beale | Himmelblau | Rastrigin | Ackley | Typed,
    Field(discriminator="kind"),
]


def slope(
    surface: SurfaceChoice, places: Float[Tensor, "places 2"]
) -> tuple[Float[Tensor, " places"], Float[Tensor, "places 2"]]:
    """f and its gradient at each of ``places``, by autograd, in one pass for all of them."""
    leaf = places.detach().requires_grad_()
    values = surface.value(leaf[:, 0], leaf[:, 1])
    (gradients,) = torch.autograd.grad(values.sum(), leaf)
    return values.detach(), gradients


def ground(surface: SurfaceChoice) -> Ground:
    """The surface over the part of the plane that is drawn."""
    left, right, low, high = surface.drawn()
    x = torch.linspace(left, right, CELLS, dtype=torch.float64)
    y = torch.linspace(low, high, CELLS, dtype=torch.float64)
    across, up = torch.meshgrid(x, y, indexing="xy")
    z = surface.value(across, up).detach().numpy().copy()
    z[~np.isfinite(z)] = np.nan
    return Ground(surface.label, x.numpy().copy(), y.numpy().copy(), z, np.array(surface.minima).reshape(-1, 2))
