"""The shapes in every layer, in the notation that is switched on."""

import numpy as np
import streamlit as st

from engine.labs.backpropagation.quantity import Sheet
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from ui import lab
from ui.plain import TIED


def shapes(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The shapes in every layer, in the notation that is switched on."""
    notation, rows = sheet.notation, []
    for layer in range(1, now.depth + 1):
        fed = told.hand.fed(layer)
        out = told.hand.z[layer - 1]
        units = now.sizes[layer]
        bias = "in W" if notation.bias_unit else f"({units}, 1)" if notation.columns else f"({units},)"
        ones = np.ones((len(fed), fed.shape[1] + notation.bias_unit))
        shape = notation.shape(sheet.weights(layer))
        cells = (notation.shape(ones), shape, bias, notation.shape(out), notation.shape(out))
        rows.append((f"{layer}", *(cell.replace(" ", TIED) for cell in cells)))
    st.markdown(lab.table(("Layer", "Takes in", "W", "b", "z", "a"), rows))
    order = "(units, examples)" if notation.columns else "(examples, units)"
    weights = "(in, out)" if notation.columns else "(out, in)"
    bias_said = " The 1 of the bias unit is counted as one of the inputs." if notation.bias_unit else ""
    st.caption(
        f"A layer takes in x, or a of the layer before. x, z and a are {order}, W is {weights}. Each gradient has the shape "
        f"of what it belongs to: dL/dW that of W, dL/dz that of z.{bias_said} The inner sizes of a product must be equal, "
        "and the outer ones remain."
    )
