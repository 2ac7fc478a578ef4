"""Translation: what a shift of the input does to every layer of a network."""

from functools import partial

import streamlit as st

from charts.convolution.grid import grid_figure
from charts.convolution.translation import answers_figure, apart_figure, change_figure, seen_figures
from engine.labs.convolution import said_of_translation as said
from engine.labs.convolution.downsampling import Downsampling
from engine.labs.convolution.results.translation import LAYERS, Translated
from engine.labs.convolution.settings.translation import Translation
from engine.labs.convolution.shifting import CHANNELS
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.translation import seen, translated
from ui import knobs, lab
from ui.figure import figure
from ui.labs.convolution.parts import LAB, Values, seed, segments, settings

WEIGHTS = {"random": "Random weights", "trained": "Trained on digits"}
ENDS = {"largest": "The largest of each map", "flat": "All numbers of the maps"}
NAMES = {str(place): name for place, name in enumerate(LAYERS)}


def controls(now: ConvolutionLab) -> Values:
    mine = now.translation
    with st.sidebar:
        names = ("shift", "digit", "channel", "seeds", *(("epochs",) if mine.weights == "trained" else ()))
        kind = knobs.choose(lab.FORM, Downsampling, lab.path(LAB, "translation.kind"), mine.kind, "Halved by")
        values = settings(mine, "translation", only=names)
        more = seed(now)
    left, right = st.columns(2)
    with left:
        weights = segments("translation.weights", mine.weights, WEIGHTS, "Weights")
    with right:
        end = segments("translation.end", mine.end, ENDS, "Scores are made of")
    layer = segments("translation.layer", str(mine.layer), NAMES, "Layer shown")
    chosen = {"weights": weights, "end": end, "kind": kind, "layer": int(layer)}
    return {"translation": {**values, **chosen}, **more}


def show(now: ConvolutionLab) -> None:
    first, second, third = CHANNELS
    st.markdown(
        r"A layer $F$ is **equivariant** to a shift $S$ if the map goes along, $F(Sx) = S F(x)$, and **invariant** if "
        r"nothing "
        r"changes, $F(Sx) = F(x)$. A convolution with stride 1 is the first; the largest number of a whole map is the "
        r"second. Halving a "
        "map is neither. Here digits stand on a black ground and are moved to the right, through three convolutions "
        f"({first}, {second}, {third} channels, ReLU), the first two followed by one way or another to halve the map."
    )
    asked = now.translation
    same = {"kind": Translation().kind, "shift": 0, "layer": 0, "channel": 1, "digit": 1}
    key = asked.model_copy(update=same)
    job = lab.work(LAB, "translation", ("translation", key, now.seed), lambda: translated(key, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_show, asked), "convolution.translation")


def _show(asked: Translation, found: Translated) -> None:
    _example(asked, found)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**Does the map go along?** {LAYERS[asked.layer]}, inside the border")
        st.markdown(r"$\lVert F(Sx) - S F(x) \rVert \,/\, \lVert F(x) \rVert$")
        figure(apart_figure(found, asked.layer), "convolution.apart", "Distance from moving along, over the shift", 340)
        st.caption(said.apart(found, asked.layer))
    with right:
        st.markdown(f"**Does anything change?** Every layer, moved by {asked.shift}")
        st.markdown(r"$\lVert F(Sx) - F(x) \rVert \,/\, \lVert F(x) \rVert$")
        figure(change_figure(found, asked.shift), "convolution.change", "Change of every layer", 340)
        st.caption(said.change(found, asked.shift))
    if found.is_trained:
        _answers(found)


def _example(asked: Translation, found: Translated) -> None:
    kind = next(each for each in found.kinds if each.kind == asked.kind.kind)
    one = seen(asked, kind)
    row = asked.kind
    st.markdown(f"**{row.label}** $\\;{row.formula}$  \n{row.lesson} *({row.source})*")
    if one is None:
        st.caption("This network is still to come.")
        return
    titles = ("$S F(x)$: the map moved along", "$F(Sx)$: the moved digit's map", "Their difference")
    drawn = (
        ("The moved digit", grid_figure(one.picture, high=1.0, is_numbered=False)),
        *zip(titles, seen_figures(one), strict=True),
    )
    for column, (title, made) in zip(st.columns(4), drawn, strict=True):
        with column:
            st.markdown(f"**{title}**")
            figure(made, f"convolution.seen.{title[:9]}", title.replace("$", ""), 260)
    st.caption(f"Dotted: cells that know nothing of the border. {said.seen(one, asked.shift)}")


def _answers(found: Translated) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Named right**")
        figure(answers_figure(found, "accuracy"), "convolution.accuracy", "Share named right over the shift", 320)
    with right:
        st.markdown("**Same answer as unmoved**")
        figure(answers_figure(found, "same"), "convolution.same", "Share with the same answer over the shift", 320)
    st.caption(f"Trained on digits that all stood in the middle. {said.answers(found)}")
