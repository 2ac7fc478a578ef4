"""The table of sections."""

from typing import cast

from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.state import Section as Name
from ui.labs.convolution import counting, matrix, pooling, receptive, translation, transposed, window
from ui.labs.convolution.parts import Section, segments

SECTIONS: dict[Name, Section] = {
    "window": Section("A window slides", window.controls, window.show),
    "matrix": Section("As a matrix", matrix.controls, matrix.show),
    "counting": Section("What it takes", counting.controls, counting.show),
    "pooling": Section("Pooling", pooling.controls, pooling.show),
    "transposed": Section("Transposed", transposed.controls, transposed.show),
    "receptive": Section("Receptive field", receptive.controls, receptive.show),
    "translation": Section("Translation", translation.controls, translation.show),
}


def chosen(now: ConvolutionLab) -> Name:
    """Which section is shown."""
    return cast(
        Name,
        segments(
            "section", now.section, {name: each.label for name, each in SECTIONS.items()}, "Section", is_bare=True
        ),
    )
