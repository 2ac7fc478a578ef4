"""Early stopping: the catalog, and the watch that a run keeps while it is on."""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choice import Choice


class NeverEarly(Choice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "Run to the end"
    formula: ClassVar = r"t = T"
    lesson: ClassVar = "Trains for all the planned epochs, over-fit or not."
    source: ClassVar = "Goodfellow et al. 2016, section 7.8"


class Patience(Choice, frozen=True):
    kind: Literal["patience"] = "patience"
    epochs: int = Field(20, ge=1, le=1000, title="Patience", json_schema_extra={"unit": "epochs"})
    least_gain: float = Field(
        0.0, ge=0.0, le=1.0, title="Least gain", description="A fall of the validation loss smaller than this is none."
    )
    label: ClassVar = "Early stopping"
    formula: ClassVar = r"\text{stop at } t \text{ when } t - \arg\min_{s \le t} L_{val}(s) \ge p"
    lesson: ClassVar = "Stops when the validation loss has not fallen for a while, and restores the best weights."
    source: ClassVar = "Prechelt 1998"


Stopping = Annotated[NeverEarly | Patience, Field(discriminator="kind")]


class Watch:
    """Validation losses seen so far: which epoch was best, and how long ago."""

    def __init__(self, rule: Patience) -> None:
        self.rule = rule
        self.best_loss = math.inf
        self.best_step = 0
        self.waited = 0

    def see(self, step: int, loss: float) -> bool:
        """Take one epoch's validation loss; True when it is the best so far."""
        better = loss < self.best_loss - self.rule.least_gain
        if better:
            self.best_loss, self.best_step, self.waited = loss, step, 0
        else:
            self.waited += 1
        return better

    @property
    def over(self) -> bool:
        """Whether patience has run out."""
        return self.waited >= self.rule.epochs
