"""What the sections share that train small networks of their own."""

from typing import cast

import streamlit as st

from engine.labs.vision.pictures_of import NAMES, Pictures, source_of
from engine.labs.vision.state import VisionLab
from engine.refusal import Refusal
from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn
from engine.vision.network import Asked
from engine.vision.sources.catalog import built
from engine.vision.sources.source import Source
from engine.words import count
from ui import knobs, lab
from ui.labs.vision.parts import LAB, Values, segments
from ui.plain import escaped


def pictures(part: str, current: Pictures) -> Pictures:
    """Which pictures: two sets that train in seconds, or those of the page."""
    offered: dict[str, str] = {name: label for name, label in NAMES.items()}
    return cast(Pictures, segments(f"{part}.pictures", current, offered, "Pictures"))


def seed(now: VisionLab) -> Values:
    """The page's seed alone: the network is the section's own."""
    others = [name for name in VisionExperiment.model_fields if name != "seed"]
    path = lab.path(LAB, "experiment")
    said = knobs.fields(lab.FORM, VisionExperiment, path, now.experiment, skip=others)
    return {"experiment": {**now.experiment.model_dump(), **said}}


def source(now: VisionLab, chosen: Pictures, model: Cnn) -> Source | None:
    """The pictures, where they can be had and the network can read them: else the page says why not."""
    found = source_of(chosen, now.experiment)
    try:
        built(found, now.seed)
        model.plan(Asked(found.shape, len(found.classes)))
    except Refusal as refused:
        st.error(escaped(str(refused)), icon=":material/rule:")
        return None
    return found


def said(model: Cnn, found: Source) -> str:
    """The network in a sentence."""
    stages = model.plan(Asked(found.shape, len(found.classes)))
    parameters = sum(stage.parameters for stage in stages)
    return (
        "The network here is one of its own, small enough to train many: "
        f"{', '.join(block.named for block in model.blocks)}, output; {count(parameters)} parameters."
    )
