"""The catalog of data sets."""

from typing import Annotated

from pydantic import Field

from engine.data.bundled import BreastCancer, CaliforniaHousing, Diabetes, Digits, Iris, Wine
from engine.data.canvas import Canvas
from engine.data.own.own_table import OwnTable
from engine.data.regression import Plane, Polynomial, Sine, Step, TwoBumps
from engine.data.tables import CreditRisk, Fraud, HousePrices
from engine.data.toy import XOR, Checkerboard, Circle, Gaussians, Moons, Spiral

Data = Annotated[
    Circle
    | Gaussians
    | XOR
    | Spiral
    | Moons
    | Checkerboard
    | Canvas
    | Plane
    | TwoBumps
    | Sine
    | Step
    | Polynomial
    | HousePrices
    | Fraud
    | CreditRisk
    | Iris
    | Wine
    | BreastCancer
    | Digits
    | Diabetes
    | CaliforniaHousing
    | OwnTable,
    Field(discriminator="kind"),
]
