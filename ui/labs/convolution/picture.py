"""The picture, which all sections share: its menu, and whether it comes in colour."""

from engine.labs.convolution.pictures import Picture
from engine.labs.convolution.state import ConvolutionLab
from ui import knobs, lab
from ui.labs.convolution.parts import LAB, Values


def picture(now: ConvolutionLab, *, has_colour: bool = True) -> Values:
    """Which picture, in one channel or in three; the seed of what is drawn at random."""
    chosen = knobs.choose(lab.FORM, Picture, lab.path(LAB, "picture"), now.picture, "Picture")
    others = [name for name in ConvolutionLab.model_fields if name != "seed" and not (has_colour and name == "colour")]
    return {"picture": chosen, **knobs.fields(lab.FORM, ConvolutionLab, lab.path(LAB), now, skip=others)}
