"""Convolution: a window of weights that slides over a picture, number by number."""

from engine.labs.convolution.proofs import PROOFS
from engine.labs.convolution.proofs_of_places import PROOFS_OF_PLACES
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.lab import LABS
from ui import lab
from ui.labs.convolution.parts import taken
from ui.labs.convolution.sections import SECTIONS, chosen

LAB = LABS["convolution"]
now = lab.state(LAB, ConvolutionLab)
lab.head(LAB)
section = chosen(now)
now = taken(now, {"section": section, **SECTIONS[section].controls(now)})
SECTIONS[now.section].show(now)
lab.proofs(LAB, [*PROOFS, *PROOFS_OF_PLACES])
