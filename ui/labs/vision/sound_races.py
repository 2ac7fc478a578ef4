"""Networks of one size on sounds and on clips: who tells them apart, who can't, and what is left without the order."""

from functools import partial

import streamlit as st

from charts.vision.clips import player, player_frames, sound_pictures, strips
from charts.vision.race import accuracy_lines, answer_maps, score_height, score_marks
from engine.labs.vision import clip_race, sound_race
from engine.labs.vision import said_of_race as said
from engine.labs.vision.clip_race import shown
from engine.labs.vision.proofs_of_sound import CLIP_PROOFS
from engine.labs.vision.results.race import Entrant, Standing
from engine.labs.vision.sound_settings import ClipRace, SoundRace
from engine.labs.vision.state import VisionLab
from ui import lab
from ui.figure import figure
from ui.labs.vision.parts import LAB, Values, seed, segments, settings

CELLS = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}


def sound_controls(now: VisionLab) -> Values:
    """The sounds and the networks."""
    return _controls(now, "sounds", now.sound.sounds)


def clip_controls(now: VisionLab) -> Values:
    """The clips and the networks."""
    return _controls(now, "clips", now.sound.clips)


def _controls(now: VisionLab, name: str, race: SoundRace | ClipRace) -> Values:
    """Examples, networks and training of a race; which example is shown."""
    with st.sidebar:
        data = settings(race.data, "sound", name, "data")
        example = settings(now.sound, "sound", only=("example",))["example"]
        st.divider()
        cell = segments(f"sound.{name}.cell", race.cell, CELLS, "Recurrent cell")
        trained = settings(race, "sound", name, skip=("cell",))
        return {name: {**trained, "data": data, "cell": cell}, "example": example, **seed(now)}


# --- sounds -----------------------------------------------------------------------------------------------------------


def show_sounds(now: VisionLab) -> None:
    asked = now.sound.sounds
    st.markdown(
        f"Half a second of one of {len(asked.data.classes)} kinds of sound, at any pitch, loudness and beginning, in noise: "
        f"{', '.join(asked.data.classes)}. A network may **look** at the spectrogram as at any picture, or **read** it column "
        "by column, as a sentence; or take the samples as they are. All have about as many parameters, the same examples, as "
        "many updates. *Sounds* are a source of pictures, too: train a CNN of your own under *Train live*, from *Sounds, seen*."
    )
    st.latex(asked.data.formula)
    st.markdown("One of each kind, from those held back: time to the right, frequency upwards.")
    heard = sound_race.pictured(asked.data, now.seed, now.sound.example)
    figure(sound_pictures(heard), "vision.sound.examples", "A spectrogram of every kind of sound", 330)
    begun = sound_race.begun(asked)
    job = lab.work(LAB, "sound.sounds", (asked, now.seed), lambda: sound_race.contest(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_show, key="sounds", note=SOUND_NOTE), "vision.sound.sounds", first=begun)


SOUND_NOTE = (
    "The mean of the columns knows how much there is of each frequency and not when: a chirp up and a chirp down are the same "
    "to it. The samples of a tone depend on where in its period it begins, which the levels of a spectrogram hardly do: "
    "a network on the samples has to learn that first."
)


# --- clips ------------------------------------------------------------------------------------------------------------


def show_clips(now: VisionLab) -> None:
    asked = now.sound.clips
    st.markdown(
        "A shape moves over a field whose edges meet: what leaves on one side comes in at the other. In any one frame it is as "
        "likely at any place, whichever way it goes, so **one frame says nothing**. A clip to the left, played backwards, is "
        "one to the right: **frames without their order** can't tell these two apart, nor up from down."
    )
    here = shown(asked.data, now.seed, now.sound.example)
    figure(player(here), "vision.sound.player", "One clip of each motion, played", 230, frames=player_frames(here))
    with st.expander("All frames beside each other"):
        figure(strips(here), "vision.sound.strips", "Every frame of one clip of each motion", 420)
    for column, formula in zip(st.columns([2, 3, 3, 5]), CLIP_FORMULAS, strict=True):
        column.latex(formula)
    begun = clip_race.begun(asked)
    job = lab.work(LAB, "sound.clips", (asked, now.seed), lambda: clip_race.contest(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_show, key="clips", note=CLIP_NOTE), "vision.sound.clips", first=begun)
    lab.proofs(LAB, CLIP_PROOFS)


CLIP_FORMULAS = (
    r"\underbrace{\mathrm{CNN}(x_t)}_{\text{one frame}}",
    r"\underbrace{g\big(\tfrac{1}{T} \textstyle\sum_t \mathrm{CNN}(x_t)\big)}_{\text{mean over frames}}",
    r"\underbrace{\mathrm{CNN}([x_1, \dots, x_T])}_{\text{frames as channels}}",
    r"\underbrace{h_t = \mathrm{cell}(\mathrm{CNN}(x_t), h_{t-1}), \; W h_T + b}_{\text{CNN per frame, then a cell}}",
)
CLIP_NOTE = (
    "The best that is possible without order is 4 of 6 on average: still and circling, and of each pair one in two. Frames as "
    "channels know the order, at a fixed number of frames and with weights of their own for each; the recurrent layer has the "
    "same weights for all and takes clips of any length."
)


# --- what both show ---------------------------------------------------------------------------------------------------


def _show(found: Standing, key: str, note: str) -> None:
    place = f"vision.sound.{key}"
    figure(accuracy_lines(found), f"{place}.lines", "Validation accuracy over updates, for each network", 330)
    figure(score_marks(found), f"{place}.scores", "Test accuracy of every seed", score_height(found))
    if any(trial.is_done for trial in found.trials):
        st.markdown(f"{said.verdict(found)} {said.order(found)}")
    st.markdown(lab.table(said.HEAD, said.rows(found)))
    st.caption("\n".join(f"- **{entrant.label}**: {entrant.how}" for entrant in found.entrants))
    st.caption(note)
    done = [entrant for entrant in found.entrants if found.scores(entrant.label)]
    for pair in (done[at : at + 2] for at in range(0, len(done), 2)):
        for column, entrant in zip(st.columns(2), pair, strict=False):
            with column:
                _answers(found, entrant, f"{place}.{found.entrants.index(entrant)}")


def _answers(found: Standing, entrant: Entrant, key: str) -> None:
    st.markdown(f"**{entrant.label}** {said.mixed(found, entrant)}.")
    figure(answer_maps(found, entrant), key, f"{entrant.label}: what it answered to each kind, in percent", 330)
