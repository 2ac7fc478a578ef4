"""A window slides over the picture."""

import streamlit as st

from charts.convolution.maps import maps_figure, maps_height
from engine.labs.convolution.kernels import Kernel
from engine.labs.convolution.results.sliding import Slid
from engine.labs.convolution.settings.window import Window
from engine.labs.convolution.sliding import beside, slid
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.convolution.parts import LAB, Values, refusal, settings
from ui.labs.convolution.picture import picture


def controls(now: ConvolutionLab) -> Values:
    with st.sidebar:
        values = picture(now)
        return {**values, "window": _window(now.window)}


def _window(now: Window) -> Values:
    kernel = knobs.choose(lab.FORM, Kernel, lab.path(LAB, "window.kernels.0"), now.kernels[0], "Kernel")
    said = settings(now, "window", only=("size", "stride", "padding", "dilation", "flip"))
    return {**said, "kernels": (kernel, *said["kernels"][1:])}


def show(now: ConvolutionLab) -> None:
    try:
        found = slid(now)
    except Refusal as refused:
        refusal(refused)
        return
    _size(found)
    figure(maps_figure(found), "convolution.maps", "The picture, and each output channel", maps_height(found))
    compared = beside(found)
    st.caption(
        "Largest difference from `torch.nn.functional.conv2d`: "
        f"{number(compared.torch)}; from `scipy.signal.correlate2d`: {number(compared.correlate)}."
    )


def _size(found: Slid) -> None:
    st.latex(r"\left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1: \quad " + found.down.formula)
