"""Sound and film as inputs: one sound taken apart, networks that tell sounds apart, networks that tell motions apart."""

from collections.abc import Callable

from engine.labs.vision.state import VisionLab
from ui.labs.vision import sound_races, sound_tone
from ui.labs.vision.parts import Values, segments

VIEWS = {"tone": "A sound as a picture", "sounds": "Networks that listen", "clips": "Networks that watch"}
CONTROLS: dict[str, Callable[[VisionLab], Values]] = {
    "tone": sound_tone.controls,
    "sounds": sound_races.sound_controls,
    "clips": sound_races.clip_controls,
}
SHOWN: dict[str, Callable[[VisionLab], None]] = {
    "tone": sound_tone.show,
    "sounds": sound_races.show_sounds,
    "clips": sound_races.show_clips,
}


def controls(now: VisionLab) -> Values:
    """The view, and what it asks for; the experiment's seed with them."""
    view = segments("sound.view", now.sound.view, VIEWS, "View")
    values = CONTROLS[view](now)
    more = {name: values.pop(name) for name in ("experiment",) if name in values}
    return {"sound": {**now.sound.model_dump(), **values, "view": view}, **more}


def show(now: VisionLab) -> None:
    """The chosen view."""
    SHOWN[now.sound.view](now)
