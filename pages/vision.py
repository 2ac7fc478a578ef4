"""Vision: networks that look at pictures, trained before one's eyes, and what can be learned of them."""

from engine.labs.lab import LABS
from engine.labs.vision.state import VisionLab
from ui import lab, own_pictures
from ui.labs.vision.sections import SECTIONS, chosen

LAB = LABS["vision"]
now = lab.state(LAB, VisionLab)
lab.head(LAB)
section = chosen(now)
now = lab.take(LAB, now, {"section": section, **SECTIONS[section].controls(now)})
shown = SECTIONS[now.section]
if not shown.needs_pictures or own_pictures.are_here(now.experiment.data, now.experiment.seed):
    shown.show(now)
