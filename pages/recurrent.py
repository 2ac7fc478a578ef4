"""Recurrent networks: a state that is carried along, its gates, and the gradient on its way back through time."""

from engine.labs.lab import LABS
from engine.labs.recurrent.proofs import PROOFS
from engine.labs.recurrent.state import RecurrentLab
from ui import lab
from ui.labs.recurrent.sections import SECTIONS, chosen

LAB = LABS["recurrent"]
now = lab.state(LAB, RecurrentLab)
lab.head(LAB)
section = chosen(now)
now = lab.take(LAB, now, {"section": section, **SECTIONS[section].controls(now)})
SECTIONS[now.section].show(now)
lab.proofs(LAB, PROOFS)
