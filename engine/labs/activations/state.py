"""What the page of the activations shows."""

from pydantic import Field

from engine.activations import Activation, ReLU, Sigmoid
from engine.choice import Frozen


class ActivationsLab(Frozen):
    """Its settings, as its address has them."""

    first: Activation = Sigmoid()
    second: Activation = ReLU()
    reach: float = Field(6.0, ge=1.0, le=50.0, title="Largest |z|", json_schema_extra={"step": 0.5})
