"""The table of sections."""

from typing import cast

from engine.labs.transformer.state import Section as Name
from ui.labs.transformer import ablations, cross, heads, labels, maps, pretrained, stream, train
from ui.labs.transformer.parts import Section

SECTIONS: dict[Name, Section] = {
    "train": cast(Section, train),
    "maps": cast(Section, maps),
    "cross": cast(Section, cross),
    "heads": cast(Section, heads),
    "stream": cast(Section, stream),
    "ablations": cast(Section, ablations),
    "labels": cast(Section, labels),
    "pretrained": cast(Section, pretrained),
}
