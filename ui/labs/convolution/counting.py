"""What a layer takes."""

import streamlit as st

from engine.labs.convolution.results.counting import Counts
from engine.words import count, times


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
    fewer = found.dense.parameters / found.convolution.parameters
    st.caption(
        f"The dense layer has {times(fewer)} times as many parameters: it learns a weight for each pair of an input and an "
        "output cell, where the convolution looks at near ones alone and uses the same weights at every place."
    )
