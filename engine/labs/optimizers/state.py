"""What the page of the optimizers shows."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.labs.optimizers.surfaces import Ravine, Surface
from engine.labs.optimizers.variants import Conventions, Variation
from engine.optimizers import SGD, Adam, Momentum, Optimizer, RMSProp
from engine.schedules import ConstantRate, Schedule

MAX_RACERS = 8

Section = Literal["Race", "Every step", "Variations", "Search", "Basins", "Parabola"]


class Racer(Frozen):
    """An optimizer with all its settings, and how its rate changes."""

    optimizer: Optimizer
    schedule: Schedule = ConstantRate()


class RaceSettings(Frozen):
    """What all racers share."""

    steps: int = Field(150, ge=1, le=2000, title="Steps", json_schema_extra={"scale": "log"})
    noise: float = Field(
        0.0,
        ge=0.0,
        le=100.0,
        title="Gradient noise",
        description="Standard deviation of what is added to each part of the gradient: as a mini-batch would. "
        "Every racer gets the same draws.",
        json_schema_extra={"scale": "log"},
    )
    seed: int = Field(0, ge=0, le=9999, title="Seed", description="Of the noise and of random searches.")


class SearchSettings(Frozen):
    """What all search methods share."""

    shown: Literal[
        "Hill climbing",
        "Nelder-Mead",
        "BFGS",
        "Dual annealing",
        "Differential evolution",
        "Particle swarm",
        "Genetic algorithm",
    ] = Field("Nelder-Mead", title="Method shown", description="Whose evaluations are drawn.")
    budget: int = Field(
        1000,
        ge=50,
        le=3000,
        title="Evaluations allowed",
        description="How often a method may ask for f, and as often for its slope.",
        json_schema_extra={"scale": "log"},
    )
    runs: int = Field(8, ge=1, le=30, title="Runs", description="Each with another random start and other draws.")


class BasinSettings(Frozen):
    """The map of starts."""

    side: int = Field(60, ge=10, le=150, title="Starts along each side")
    steps: int = Field(400, ge=1, le=2000, title="Steps from each start", json_schema_extra={"scale": "log"})


class ParabolaSettings(Frozen):
    """Gradient descent on one parameter."""

    rate: float = Field(
        0.15, ge=1e-3, le=10.0, title="Learning rate", description="Step size η.", json_schema_extra={"scale": "log"}
    )
    start: float = Field(-1.5, ge=-10.0, le=10.0, title="First θ", json_schema_extra={"step": 0.1})
    slope: float = Field(1.5, ge=-5.0, le=5.0, title="True slope", description="What the data are drawn with.")
    examples: int = Field(12, ge=1, le=200, title="Examples m")
    spread: float = Field(0.5, ge=0.0, le=5.0, title="Noise of y")
    steps: int = Field(12, ge=1, le=200, title="Steps")
    seed: int = Field(0, ge=0, le=9999, title="Seed")


class OptimizersLab(Frozen):
    """Its settings, as its address has them."""

    section: Section = "Race"
    solid: bool = Field(False, title="In 3-D", description="The surface as a landscape to turn.")
    surface: Surface = Ravine()
    racers: tuple[Racer, ...] = Field(
        (
            Racer(optimizer=SGD(lr=0.03)),
            Racer(optimizer=Momentum(lr=0.02)),
            Racer(optimizer=RMSProp(lr=0.05)),
            Racer(optimizer=Adam(lr=0.1)),
        ),
        min_length=1,
        max_length=MAX_RACERS,
    )
    racer: int = Field(0, ge=0, le=MAX_RACERS - 1, title="Racer")
    step: int = Field(1, ge=1, le=2000, title="Step t")
    race: RaceSettings = RaceSettings()
    tolerance: float = Field(
        1e-3,
        ge=1e-12,
        le=10.0,
        title="Tolerance",
        description="A racer has arrived when f is within this of the lowest value.",
        json_schema_extra={"scale": "log"},
    )
    variation: Variation = Conventions()
    search: SearchSettings = SearchSettings()
    basins: BasinSettings = BasinSettings()
    parabola: ParabolaSettings = ParabolaSettings()

    @property
    def chosen(self) -> int:
        """The racer whose settings and steps are shown."""
        return min(self.racer, len(self.racers) - 1)
