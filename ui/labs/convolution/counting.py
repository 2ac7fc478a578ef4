"""What a layer takes: parameters and multiplications, beside a dense layer's."""

import streamlit as st

from charts.convolution.counting import parameters_figure, work_figure
from engine.labs.convolution import said
from engine.labs.convolution.counting import growth, layer
from engine.labs.convolution.results.counting import Counts
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from engine.words import count
from ui.figure import figure
from ui.labs.convolution.parts import Values, refusal, settings

HEIGHT = 320


def controls(now: ConvolutionLab) -> Values:
    with st.sidebar:
        return {"counting": settings(now.counting, "counting")}


def show(now: ConvolutionLab) -> None:
    chosen = now.counting
    st.markdown(
        "A convolution learns $c_{out} \\cdot (c_{in} / g) \\cdot k^2$ weights, whatever the size of the picture, and a bias "
        "for each output channel. It uses each weight once at every place of the window. A dense layer between the same shapes "
        "learns one weight for each pair of an input and an output cell."
    )
    try:
        found = layer(chosen)
    except Refusal as refused:
        refusal(refused)
        return
    table(found)
    st.caption(said.bytes_of(found))
    grown = growth(chosen)
    left, right = st.columns(2)
    with left:
        st.markdown("**Numbers to learn**")
        label = "Parameters of a convolution and of a dense layer over the side of the picture"
        figure(parameters_figure(grown, chosen.side), "convolution.parameters", label, HEIGHT)
    with right:
        st.markdown("**Work**")
        label = "Multiply-adds of a convolution and of a dense layer over the side of the picture"
        figure(work_figure(grown, chosen.side), "convolution.work", label, HEIGHT)
    st.caption(
        "Both axes are logarithmic. Twice the side: the convolution's parameters stay and its work becomes about four times as "
        "much; the dense layer's parameters and work become about sixteen times as many."
    )


def table(found: Counts) -> None:
    """Parameters and multiply-adds of both kinds of layer, with the formulas."""
    rows = [
        f"| {item.label} | ${item.weights_formula}$ | {count(item.parameters)} | ${item.multiply_adds_formula}$ | "
        f"{count(item.multiply_adds)} |"
        for item in (found.convolution, found.dense)
    ]
    head = (
        "| between the same shapes | weights + biases | parameters | products | multiply-adds |\n|:--|:--|--:|:--|--:|"
    )
    st.markdown("\n".join([head, *rows]))
    st.caption(said.fewer(found))
