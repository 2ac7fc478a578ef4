"""Vision: networks that look at pictures, trained before one's eyes, and what can be learned of them."""

from engine.labs.lab import LABS
from engine.labs.vision.state import VisionLab
from ui import lab
from ui.labs.vision.sections import SECTIONS, chosen

LAB = LABS["vision"]
now = lab.state(LAB, VisionLab)
lab.head(LAB)
section = chosen(now)
now = lab.take(LAB, now, {"section": section, **SECTIONS[section].controls(now)})
SECTIONS[now.section].show(now)
