"""The section of a lab in which its network is trained before one's eyes: player, doctor, and what can be taken home."""

import streamlit as st

from engine.doctor.catalog import examine
from engine.doctor.sequences.case import case_of
from engine.film import Film
from engine.labs.lab import Lab
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from ui import doctor, live, live_home, own_text

SAID = (
    "It trains on the server while you watch: scrub back through its film, change the rate, dropout or clipping while it goes "
    "on, or anything else to begin anew. What stands large is what the network does with one example it is not trained on."
)


def show(here: Lab, experiment: SequenceExperiment, models: tuple[str, ...]) -> None:
    """All of it; ``models`` are the kinds of network that the lab trains."""
    st.caption(SAID)
    if not own_text.is_here(experiment.task):
        return
    if live.player(here, experiment) is None:
        return
    doctor.of_lab(here)
    if st.toggle("Take this run home: script, notebook, weights, history, report", key=f"live_home.{here.id}.open"):
        live_home.view(here, models, _findings)


def _findings(run: SequenceRun, film: Film) -> tuple[str, ...]:
    """What the doctor says of a run, for its report."""
    return tuple(finding.sentence for finding in examine(case_of(run, film)).findings)
