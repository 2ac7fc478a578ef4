"""The table of sections."""

from typing import cast

from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.state import Section as Name
from ui.labs.recurrent import gradients, lengths, next_token, padding, shapes, timing, train, unrolled
from ui.labs.recurrent.parts import Section, segments

SECTIONS: dict[Name, Section] = {
    "train": Section("Train live", train.controls, train.show),
    "unrolled": Section("Unrolled", unrolled.controls, unrolled.show),
    "shapes": Section("In and out", shapes.controls, shapes.show),
    "gradients": Section("Gradients through time", gradients.controls, gradients.show),
    "lengths": Section("Lengths", lengths.controls, lengths.show),
    "padding": Section("Padding", padding.controls, padding.show),
    "next": Section("Next token", next_token.controls, next_token.show),
    "speed": Section("Time", timing.controls, timing.show),
}


def chosen(now: RecurrentLab) -> Name:
    """Which section is shown."""
    return cast(
        Name,
        segments(
            "section", now.section, {name: each.label for name, each in SECTIONS.items()}, "Section", is_bare=True
        ),
    )
