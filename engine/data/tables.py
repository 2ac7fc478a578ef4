"""Tables drawn from a stated formula: a house's price, a fraudulent payment, a loan that fails."""

from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.data.source import DataSource
from engine.data.table import Table
from engine.data.toy import uniform
from engine.streams import stream


class Generated(DataSource, frozen=True):
    """A table whose target follows a stated formula of its columns."""

    samples: int = Field(1000, ge=50, le=5000, title="Samples", json_schema_extra={"scale": "log"})
    group: ClassVar = "Generated tables"


class HousePrices(Generated, frozen=True):
    kind: Literal["house_prices"] = "house_prices"
    noise: float = Field(
        20.0, ge=0.0, le=100.0, title="Noise", description="Standard deviation added to the price, in thousands."
    )
    label: ClassVar = "House prices"
    formula: ClassVar = (
        r"\text{price} = 120 + 65\,\text{bedrooms} - 1.5\,\text{age} + 180\,e^{-\text{distance} / 5} + 45\,\text{pool}"
        r" + N(0, \sigma^2)"
    )
    lesson: ClassVar = "Linear in all but the distance to the sea: see what hidden layers add to depth 0."
    source: ClassVar = "Made for this app; the formula is the whole truth"
    task: ClassVar = "regression"
    columns_count: ClassVar = 4

    def draw(self, seed: int) -> Table:
        rows, generator = self.samples, stream(seed, "data")
        bedrooms = torch.randint(1, 7, (rows,), generator=generator).double()
        age = uniform(rows, 0.0, 80.0, generator)
        distance = uniform(rows, 0.0, 30.0, generator)
        pool = (torch.rand(rows, generator=generator) < 0.25).double()
        clean = 120 + 65 * bedrooms - 1.5 * age + 180 * torch.exp(-distance / 5) + 45 * pool
        noise = torch.randn(rows, generator=stream(seed, "noise"), dtype=torch.float64)
        return Table(
            x=torch.stack([bedrooms, age, distance, pool], dim=1).numpy(),
            y=(clean + self.noise * noise).numpy(),
            columns=("bedrooms", "age", "distance to the sea", "pool"),
            units=("", "years", "km", "0 or 1"),
            target="price",
            target_unit="thousand",
        )


def labels_by_share(
    score: Float[Tensor, " rows"], share: float, seed: int
) -> tuple[Float[Tensor, " rows"], Float[Tensor, " rows"]]:
    """(labels, probabilities): y ~ Bernoulli(sigmoid(score - c)), c such that the mean probability is ``share``."""
    low, high = float(score.min()) - 20, float(score.max()) + 20
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(torch.sigmoid(score - middle).mean()) > share else (low, middle)
    probability = torch.sigmoid(score - (low + high) / 2)
    drawn = torch.rand(len(score), generator=stream(seed, "noise"), dtype=torch.float64)
    return (drawn < probability).double(), probability


class Fraud(Generated, frozen=True):
    kind: Literal["fraud"] = "fraud"
    samples: int = Field(2000, ge=200, le=5000, title="Samples", json_schema_extra={"scale": "log"})
    share: float = Field(
        0.05,
        ge=0.02,
        le=0.5,
        title="Share of fraud",
        description="How rare the class is.",
        json_schema_extra={"step": 0.01},
    )
    label: ClassVar = "Fraud (rare class)"
    formula: ClassVar = (
        r"P(\text{fraud}) = \sigma(s - c), \; s = 2 \ln\text{amount} + 0.15\,\text{distance}"
        r" + 3\,\text{abroad} + 4\,[\text{hour} < 6] + 1.5\,\text{attempts}"
    )
    lesson: ClassVar = "Always answering 'honest' is almost always right: look at F1, then balance the class weights."
    source: ClassVar = "Made for this app; c sets the share"
    columns_count: ClassVar = 5

    def draw(self, seed: int) -> Table:
        rows, generator = self.samples, stream(seed, "data")
        amount = torch.exp(3.5 + torch.randn(rows, generator=generator, dtype=torch.float64))
        hour = torch.randint(0, 24, (rows,), generator=generator).double()
        distance = -20 * torch.log1p(-uniform(rows, 0.0, 0.999, generator))
        abroad = (torch.rand(rows, generator=generator) < 0.15).double()
        attempts = torch.randint(1, 5, (rows,), generator=generator).double()
        score = 2 * torch.log(amount) + 0.15 * distance + 3 * abroad + 4 * (hour < 6).double() + 1.5 * attempts
        label, _ = labels_by_share(score, self.share, seed)
        return Table(
            x=torch.stack([amount, hour, distance, abroad, attempts], dim=1).numpy(),
            y=label.long().numpy(),
            columns=("amount", "hour", "distance from home", "abroad", "attempts"),
            units=("euro", "0 to 23", "km", "0 or 1", ""),
            target="payment",
            classes=("honest", "fraud"),
        )


class CreditRisk(Generated, frozen=True):
    kind: Literal["credit_risk"] = "credit_risk"
    share: float = Field(0.3, ge=0.05, le=0.5, title="Share of defaults", json_schema_extra={"step": 0.05})
    label: ClassVar = "Credit risk"
    formula: ClassVar = (
        r"P(\text{default}) = \sigma(s - c), \; s = -0.04\,\text{income} + 5\,\text{debt} + 0.9\,\text{late}"
        r" - 0.03\,(\text{age} - 18) - 0.1\,\text{years employed}"
    )
    lesson: ClassVar = (
        "A logistic model in truth: depth 0 is the right form, and larger networks gain nothing on average."
    )
    source: ClassVar = "Made for this app; c sets the share"
    columns_count: ClassVar = 5

    def draw(self, seed: int) -> Table:
        rows, generator = self.samples, stream(seed, "data")
        income = torch.exp(3.6 + 0.5 * torch.randn(rows, generator=generator, dtype=torch.float64))
        debt = uniform(rows, 0.0, 1.0, generator)
        late = torch.poisson(torch.full((rows,), 0.8, dtype=torch.float64), generator=generator)
        age = uniform(rows, 18.0, 75.0, generator)
        employed = uniform(rows, 0.0, 1.0, generator) * (age - 18)
        score = -0.04 * income + 5 * debt + 0.9 * late - 0.03 * (age - 18) - 0.1 * employed
        label, _ = labels_by_share(score, self.share, seed)
        return Table(
            x=torch.stack([income, debt, late, age, employed], dim=1).numpy(),
            y=label.long().numpy(),
            columns=("income", "debt ratio", "late payments", "age", "years employed"),
            units=("thousand a year", "debt / income", "", "years", "years"),
            target="loan",
            classes=("repaid", "default"),
        )
