"""The table of sections."""

from typing import cast

from engine.labs.vision.state import Section as Name
from engine.labs.vision.state import VisionLab
from ui.labs.vision import against_mlp, augment, features, heads, looked, mistakes, sound, train, transfer
from ui.labs.vision.parts import Section, segments

SECTIONS: dict[Name, Section] = {
    "train": Section("Train live", train.controls, train.show, needs_pictures=True),
    "features": Section("Feature maps", features.controls, features.show, needs_pictures=True),
    "mistakes": Section("Mistakes", mistakes.controls, mistakes.show, needs_pictures=True),
    "looked": Section("What it looked at", looked.controls, looked.show),
    "against_mlp": Section("MLP against CNN", against_mlp.controls, against_mlp.show),
    "augment": Section("Augmentation", augment.controls, augment.show),
    "transfer": Section("Transfer", transfer.controls, transfer.show),
    "heads": Section("Other heads", heads.controls, heads.show),
    "sound": Section("Sound and film", sound.controls, sound.show),
}


def chosen(now: VisionLab) -> Name:
    """Which section is shown."""
    labels: dict[str, str] = {name: each.label for name, each in SECTIONS.items()}
    return cast(Name, segments("section", now.section, labels, "Section", is_bare=True))
