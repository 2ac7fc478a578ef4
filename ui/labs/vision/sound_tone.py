"""A sound taken apart: heard, sampled, folded at half the rate, seen as a spectrogram; what a window's length costs."""

import streamlit as st

from charts.vision.sound import first_samples, spectrogram, trades, waveform
from engine.choice import knobs as knobs_of
from engine.labs.vision import said_of_sound as said
from engine.labs.vision.proofs_of_sound import TONE_PROOFS
from engine.labs.vision.results.sound import Heard
from engine.labs.vision.sound import heard, measured
from engine.labs.vision.sound import trades as trades_of
from engine.labs.vision.sound_settings import SoundPart
from engine.labs.vision.state import VisionLab
from engine.refusal import Refusal
from engine.vision.sound.recording import Recording
from engine.vision.sound.scales import AnyAxis, AnyLevel
from engine.vision.sound.spectrogram import LARGEST, SMALLEST, AnyWindow, Spectrogram
from engine.vision.sound.tones import AnyTone
from ui import knobs, lab
from ui.figure import figure
from ui.labs.vision.parts import LAB, Values, seed, settings
from ui.plain import escaped

POWERS = tuple(2**power for power in range(SMALLEST.bit_length() - 1, LARGEST.bit_length()))
HOPS = tuple(2**power for power in range(2, 11))


def controls(now: VisionLab) -> Values:
    """The sound in the sidebar; how it becomes a picture beside it."""
    part = now.sound
    with st.sidebar:
        path = lab.path(LAB, "sound", "recording.tone")
        tone = knobs.choose(lab.FORM, AnyTone, path, part.recording.tone, "Sound")
        recording = {**settings(part.recording, "sound", "recording"), "tone": tone}
        st.divider()
        picture = _picture(part.spectrogram)
        more = seed(now)
    return {"recording": recording, "spectrogram": picture, **more}


def _picture(now: Spectrogram) -> Values:
    window = _power("Window n (samples)", "window", now.window, POWERS)
    hop = _power("Hop (samples)", "hop", now.hop, HOPS)
    path = lab.path(LAB, "sound", "spectrogram")
    shape = knobs.choose(lab.FORM, AnyWindow, f"{path}.shape", now.shape, "Window's shape")
    axis = knobs.choose(lab.FORM, AnyAxis, f"{path}.axis", now.axis, "Frequencies")
    level = knobs.choose(lab.FORM, AnyLevel, f"{path}.level", now.level, "Levels")
    return {"window": window, "hop": hop, "shape": shape, "axis": axis, "level": level}


def _power(title: str, name: str, value: int, powers: tuple[int, ...]) -> int:
    """A slider over powers of two; another number that a link brought stays among them."""
    offered = sorted({*powers, value})
    key = knobs.keep(knobs.key_of(lab.path(LAB, "sound", "spectrogram", name)), value, offered)
    described = {knob.name: knob.help for knob in knobs_of(Spectrogram)}
    return int(lab.FORM.widget(st.select_slider, title, offered, key=key, help=described[name]))


def show(now: VisionLab) -> None:
    part = now.sound
    try:
        found = heard(part, now.seed)
    except Refusal as refused:
        st.warning(escaped(str(refused)), icon=":material/rule:")
        return
    _samples(part.recording, found)
    _spectrogram(part, found)
    lab.proofs(LAB, TONE_PROOFS)


# --- samples ----------------------------------------------------------------------------------------------------------


def _samples(recording: Recording, found: Heard) -> None:
    tone = recording.tone
    st.markdown(
        "A microphone measures the pressure of the air so many times a second, and a sound is a row of numbers $x_n$. Here a "
        f"formula takes the microphone's place: **{tone.label}**. {tone.lesson}"
    )
    st.latex(tone.formula)
    st.audio(found.wav, format="audio/wav")
    left, right = st.columns([3, 2])
    with left:
        st.markdown("**All samples**")
        figure(waveform(found), "vision.sound.wave", "All samples of the sound over time", 240)
    with right:
        st.markdown("**The first of them**")
        figure(first_samples(found.zoomed), "vision.sound.first", "The tone and its first samples", 240)
    st.markdown(f"{said.sampled(recording, found)} {said.folding(recording, found)}")
    if found.partials:
        with st.expander("Its frequencies, and what is heard of them"):
            st.markdown(lab.table(("multiple", "frequency", "heard as"), said.listed(found)))
            st.caption(
                "Samples at a rate r can't tell f from r − f, r + f, 2r − f and so on: all of them go through the same points "
                "(but for the sign). What is above half the rate must be filtered out *before* sampling; afterwards nothing "
                "can tell. Raise the frequency above half the rate, or lower the rate, and play it."
            )


# --- the spectrogram --------------------------------------------------------------------------------------------------


def _spectrogram(part: SoundPart, found: Heard) -> None:
    how, recording = part.spectrogram, part.recording
    st.markdown(
        "**Spectrogram.** Cut out a stretch of n samples, fade it with the window w, and measure how much of each frequency is "
        "in it; move on by the hop, and again. A column is a stretch, a row a frequency."
    )
    st.latex(
        r"X_{k,c} = \frac{2}{\sum_m w_m} \sum_{m=0}^{n-1} w_m \, x_{c \cdot \mathrm{hop} + m} \; e^{-2 \pi i k m / n}"
    )
    for column, formula in zip(st.columns(3), (how.shape.formula, how.axis.formula, how.level.formula), strict=True):
        column.latex(formula)
    figure(spectrogram(found), "vision.sound.spectrogram", "Level over time and frequency", 400)
    st.caption(
        f"{how.axis.lesson} {how.level.lesson} Triangles at the right edge: the tone's own frequencies, hollow where they "
        "come back as others."
        if found.partials
        else f"{how.axis.lesson} {how.level.lesson}"
    )
    st.markdown(said.sliced(how, recording, found))
    _price(how, recording)


def _price(how: Spectrogram, recording: Recording) -> None:
    st.markdown("**What a longer window buys, and what it costs**")
    each = trades_of(how.shape, recording.rate)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        figure(
            trades(each, how.window, *measured(how, recording.rate)),
            "vision.sound.trades",
            "Width in time against width in frequency",
            330,
        )
    with right:
        st.markdown(said.price(how, each))
        st.caption(
            "Short windows say *when*, long ones *which*; no window says both. A chord of two near tones needs a long one, "
            "a plucked string's beginning a short one: try both."
        )
