"""What the page of transformers shows: one network that is trained on the spot, and a part for each section."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.presets import TRANSFORMER_PRESETS
from engine.sequences.transformer import Transformer

Section = Literal["train", "maps", "cross", "heads", "stream", "ablations", "labels", "pretrained"]
Attention = Annotated[str, Field(pattern=r"^(encoder|decoder|cross) [1-6]$")]
HeadId = Annotated[str, Field(pattern=r"^(encoder|decoder|cross) [1-6]\.[1-8]$")]
"""As ``cross 1.2``: head 2 of cross-attention 1."""


class Looking(Frozen):
    """Which example is shown, and which of its maps stands large."""

    text: str = Field("", max_length=300, title="Your own text")
    example: int = Field(
        1, ge=1, le=500, title="Validation example", description="Shown where you have not typed one of your own."
    )
    attention: Attention = "cross 1"
    head: int = Field(1, ge=1, le=8, title="Head")
    query: int = Field(0, ge=0, le=512, title="Token that looks", description="From 1; 0 for all.")
    lines: Literal["head", "attention"] = Field("head", title="Lines of")


class Switching(Frozen):
    """What is taken away from the trained network, and which role is followed over training."""

    off: tuple[HeadId, ...] = Field((), max_length=48, title="Heads switched off")
    masked: tuple[Annotated[int, Field(ge=1, le=512)], ...] = Field((), max_length=64, title="Masked tokens")
    role: Literal["aligned", "previous", "itself", "next", "first", "induction"] = Field("aligned", title="Role")


class Ablating(Frozen):
    """The same network with one part left out, trained anew."""

    updates: int = Field(200, ge=20, le=3000, title="Updates", json_schema_extra={"step": 10})
    seeds: int = Field(3, ge=1, le=8, title="Seeds", description="Each variant is trained from so many.")


class FewLabels(Frozen):
    """Reviews of which few are labelled."""

    view: Literal["few", "rare"] = "few"
    texts: Literal["reviews", "drawn"] = Field("reviews", title="Texts")
    width: int = Field(32, ge=16, le=64, multiple_of=16, title="Width d", json_schema_extra={"step": 16})
    layers: int = Field(2, ge=1, le=4, title="Layers")
    reading: int = Field(400, ge=50, le=2000, title="Updates of the language model", json_schema_extra={"step": 50})
    updates: int = Field(120, ge=20, le=1000, title="Updates of the classifier", json_schema_extra={"step": 10})
    seeds: int = Field(
        3, ge=1, le=8, title="Seeds", description="Other labelled reviews and other first weights for each."
    )
    rare: int = Field(10, ge=2, le=40, title="Rare class", description="Labelled reviews of it; the other one has 100.")
    dropout: float = Field(0.1, ge=0.0, le=0.9, title="Dropout", json_schema_extra={"step": 0.05})


class PretrainedText(Frozen):
    """A sentence before a network that others have trained."""

    model: str = Field("", max_length=200, title="Network")
    text: str = Field(
        "The animal didn't cross the street because it was too tired.", max_length=400, title="Your sentence"
    )
    layer: int = Field(1, ge=1, le=200, title="Layer")
    head: int = Field(1, ge=1, le=200, title="Head")
    query: int = Field(0, ge=0, le=512, title="Token that looks")


class TransformerLab(Frozen):
    """The page's settings, as its address has them."""

    section: Section = "maps"
    experiment: SequenceExperiment = TRANSFORMER_PRESETS["reverse"].experiment
    looking: Looking = Looking()
    switching: Switching = Switching()
    ablating: Ablating = Ablating()
    labels: FewLabels = FewLabels()
    pretrained: PretrainedText = PretrainedText()

    @model_validator(mode="after")
    def _trains_a_transformer(self) -> "TransformerLab":
        if not isinstance(self.experiment.model, Transformer):
            told: dict[str, Any] = {"field": "experiment.model.kind", "value": self.experiment.model.kind}
            raise PydanticCustomError("misfit", "this page trains transformers only: choose transformer", told)
        return self

    @property
    def model(self) -> Transformer:
        """The network's knobs."""
        assert isinstance(self.experiment.model, Transformer)
        return self.experiment.model

    @property
    def off(self) -> tuple[tuple[str, int], ...]:
        """The heads that are switched off and that the network has."""
        heads = ((name, int(number)) for name, _, number in (text.partition(".") for text in self.switching.off))
        return tuple(head for head in heads if has_head(self.model, *head))

    @property
    def picked(self) -> tuple[str, int]:
        """The head whose map stands large; the first of the network's last kind where it has no such head."""
        wanted = (self.looking.attention, self.looking.head)
        kind = "cross" if self.model.encoder else "decoder"
        return wanted if has_head(self.model, *wanted) else (f"{kind} 1", 1)


def attentions(model: Transformer) -> tuple[str, ...]:
    """The names of a network's attentions, in their order."""
    kinds = ("encoder", "decoder", "cross") if model.encoder else ("decoder",)
    return tuple(f"{kind} {layer}" for kind in kinds for layer in range(1, model.layers + 1))


def has_head(model: Transformer, attention: str, head: int) -> bool:
    """Whether a network has this head."""
    return attention in attentions(model) and 1 <= head <= model.heads
