"""What the page of convolution shows: the picture that its sections share, and a part for each section."""

from typing import Literal

from pydantic import Field, model_validator

from engine.choice import Frozen
from engine.experiment import MAX_SEED
from engine.labs.convolution.pictures import Digit, Picture
from engine.labs.convolution.settings.counting import Counting
from engine.labs.convolution.settings.matrix import AsMatrix
from engine.labs.convolution.settings.pooling import Pooling
from engine.labs.convolution.settings.problem import problem
from engine.labs.convolution.settings.receptive import Receptive
from engine.labs.convolution.settings.translation import Translation
from engine.labs.convolution.settings.transposed import Transposed
from engine.labs.convolution.settings.window import Window

Section = Literal["window", "matrix", "counting", "pooling", "transposed", "receptive", "translation"]


class ConvolutionLab(Frozen):
    """Its settings, as its address has them."""

    section: Section = "window"
    picture: Picture = Digit()
    colour: bool = Field(
        False, title="In colour", description="Three channels in: red, green, blue. A grey picture has three alike."
    )
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Decides every random draw on this page.")
    window: Window = Window()
    matrix: AsMatrix = AsMatrix()
    counting: Counting = Counting()
    pooling: Pooling = Pooling()
    transposed: Transposed = Transposed()
    receptive: Receptive = Receptive()
    translation: Translation = Translation()

    @property
    def channels(self) -> int:
        """Channels of the picture."""
        return 3 if self.colour else 1

    @model_validator(mode="after")
    def _channels_are_grouped(self) -> "ConvolutionLab":
        window = self.window
        if self.channels % window.groups:
            allowed = f"it must divide the channels in, of which there {'is 1' if self.channels == 1 else 'are 3'}"
            raise problem("window.groups", window.groups, allowed)
        for edit in window.read_edits:
            if edit.place.channel > self.channels // window.groups:
                allowed = f"each kernel sees {self.channels // window.groups} of the channels"
                raise problem("window.edits", str(edit), allowed)
        return self
