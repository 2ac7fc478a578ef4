"""``Recipe``: everything that decides a small run but its seed. A fault is one of its settings set wrong."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.choice import Frozen

Patch = tuple[tuple[str, Any], ...]
"""Fields of a recipe and their new values."""


class Recipe(Frozen):
    """Data, network, loop and evaluation of one run, as they should be unless said otherwise."""

    # what is collected
    task: Literal["rings", "arms", "moons"] = "rings"
    noise: float = Field(0.05, ge=0, le=1)
    train_rows: int = Field(300, ge=20, le=1000)
    third: Literal["noise", "label"] = "noise"
    """What the column x3 holds: nothing of use, or the label itself, which no fresh example has."""
    uses_third: bool = True
    is_scaled: bool = True
    """Whether the inputs are standardised on the training rows."""
    mislabelled: float = Field(0.0, ge=0, le=1)
    """Share of the training rows whose labels were shuffled among each other."""
    validation: Literal["own rows", "training rows"] = "own rows"
    order: Literal["shuffled", "by class"] = "shuffled"

    # the network
    hidden: Annotated[tuple[int, ...], Field(min_length=1, max_length=4)] = (24, 24)
    activation: Literal["relu", "linear"] = "relu"
    weight_scale: float = Field(1.0, ge=0, le=100)
    """First weights, as a multiple of He's."""
    hidden_bias: float = Field(0.0, ge=-100, le=100)
    batch_norm: bool = False
    follows_batches: bool = True
    """Whether batch norm's running statistics are updated."""
    dropout: float = Field(0.0, ge=0, le=0.9)
    ends_in_softmax: bool = False

    # the loop
    learning_rate: float = Field(0.1, gt=0, le=100)
    weight_decay: float = Field(0.0, ge=0, le=10)
    batch_size: int = Field(32, ge=2, le=300)
    updates: int = Field(400, ge=1, le=4000)
    zeroes_gradients: bool = True
    has_minus: bool = True
    """Whether the loss is minus the log-probability, or forgot the minus."""

    # evaluation
    evaluates_in: Literal["evaluation", "training"] = "evaluation"
    """The mode of the network while it is measured and used."""
    keeps_best: bool = False
    """Whether the weights of the lowest validation loss are put back at the end."""

    def patched(self, patch: Patch) -> "Recipe":
        """This recipe with some fields changed, checked. Raises pydantic.ValidationError."""
        return Recipe.model_validate({**self.model_dump(), **dict(patch)})
