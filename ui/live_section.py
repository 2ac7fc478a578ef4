"""The section of a lab in which its network is trained before one's eyes: player, doctor, and what can be taken home."""

from typing import Any

import streamlit as st

from engine.doctor.catalog import examine
from engine.doctor.kinds import record_of
from engine.film import Film
from engine.labs.lab import Lab
from engine.network_run import NetworkRun
from engine.recipe import Recipe
from ui import doctor, live, live_home

SAID = (
    "It trains on the server while you watch: scrub back through its film, change the rate, dropout or clipping while it goes "
    "on, or anything else to begin anew. What stands large is what the network does with one example it is not trained on."
)


def show(here: Lab, experiment: Recipe, models: tuple[str, ...], said: str = SAID) -> None:
    """All of it; ``models`` are the kinds of network that the lab trains."""
    st.caption(said)
    if live.player(here, experiment) is None:
        return
    doctor.of_lab(here)
    if type(experiment) not in live_home.KINDS:
        return
    if st.toggle("Take this run home: script, notebook, weights, history, report", key=f"live_home.{here.id}.open"):
        live_home.view(here, models, _findings)


def _findings(run: NetworkRun[Any], film: Film) -> tuple[str, ...]:
    """What the doctor says of a run, for its report."""
    return tuple(finding.sentence for finding in examine(record_of(run, film)).findings)
