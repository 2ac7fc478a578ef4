"""Series of numbers, of which the next one is asked for."""

import csv
import gzip
import math
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field

from engine.sequences.data import Asks, Sequences
from engine.sequences.tasks.task import VALIDATION, Drawn, Given, GivenTask, Group, parts
from engine.streams import stream

COMPANIES = ("GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT")


class NoisySine(Drawn, frozen=True):
    """Windows of sine waves of random frequency and phase, with Gaussian noise."""

    kind: Literal["sine"] = "sine"
    length: int = Field(30, ge=5, le=200, title="Length", description="Steps of a window.")
    noise: float = Field(
        0.1, ge=0.0, le=1.0, title="Noise", description="Standard deviation.", json_schema_extra={"step": 0.05}
    )
    label: ClassVar = "Noisy sine"
    formula: ClassVar = r"v_t = \sin(\omega t + \varphi) + \sigma \varepsilon_t"
    lesson: ClassVar = "The next value of a wave: nobody can do better than the noise."
    source: ClassVar = "drawn"
    shape: ClassVar = "many to one"
    asks: ClassVar = Asks("end")
    group: ClassVar[Group] = "Series"

    def build(self, seed: int) -> Sequences:
        rows, generator = self.samples + VALIDATION, stream(seed, "data")
        speed = 0.2 + 0.6 * torch.rand((rows, 1), generator=generator)
        phase = 2 * math.pi * torch.rand((rows, 1), generator=generator)
        clean = torch.sin(speed * torch.arange(self.length + 1) + phase)
        noise = torch.randn(clean.shape, generator=stream(seed, "noise"))
        wave = clean + self.noise * noise
        return Sequences(*parts(wave[:, :-1, None], wave[:, -1]), (), (), "end", features=("value",), unit="value")


class Stocks(GivenTask, frozen=True):
    """Weekly prices of six companies, 2018 and 2019, as changes of their logarithm; the last windows are held back."""

    kind: Literal["stocks"] = "stocks"
    length: int = Field(12, ge=2, le=40, title="Length", description="Weeks of a window.")
    label: ClassVar = "Stock prices"
    formula: ClassVar = r"v_t = 100 \ln(p_t / p_{t-1})"
    lesson: ClassVar = (
        "Next week from the weeks before: there is next to nothing to learn, and a run that says else has over-fitted."
    )
    source: ClassVar = "the plotly package's stocks data"
    shape: ClassVar = "many to one"
    asks: ClassVar = Asks("end")
    group: ClassVar[Group] = "Series"

    def given(self) -> Given:
        return Given(torch.from_numpy(100 * np.diff(np.log(_prices()), axis=0).T.astype(np.float32)))

    def arranged(self, given: Given, seed: int) -> Sequences:
        windows = given.x.unfold(1, self.length + 1, 1)
        split = windows.shape[1] * 4 // 5
        early, late = windows[:, :split].flatten(0, 1), windows[:, split:].flatten(0, 1)
        both = torch.cat([early, late])
        x, y = both[:, :-1, None].clone(), both[:, -1].clone()
        return Sequences(*parts(x, y, len(late)), (), (), "end", features=("change",), unit="% a week")


def _prices() -> Float[np.ndarray, "weeks companies"]:
    from engine.text.corpora import plotly_data

    with gzip.open(plotly_data("stocks.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[name]) for name in COMPANIES] for row in rows])
