"""The catalog of networks on sequences."""

from typing import Annotated

from pydantic import Field

from engine.sequences.recurrent import Recurrent
from engine.sequences.transformer import Transformer

SequenceModel = Annotated[Recurrent | Transformer, Field(discriminator="kind")]
