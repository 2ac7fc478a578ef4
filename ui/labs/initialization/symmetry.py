"""Units that begin equal, beside units that do not."""

import numpy as np
import streamlit as st

from charts.initialization import apart_figure, weights_figure
from engine.labs.initialization import compare, symmetry
from engine.labs.initialization.results import Twins
from engine.labs.initialization.state import InitializationLab, Symmetry
from engine.labs.lab import Lab
from ui import lab
from ui.figure import figure


def twins(of: Lab, now: InitializationLab) -> None:
    """Units that stay equal, beside units that do not."""
    asked = now.symmetry
    st.markdown(
        "Units of a layer with the same weights give the same outputs, get the same gradients, and take the same steps: "
        "however many there are, they stay copies of one. Random first weights break that symmetry. Both networks learn "
        "the circle by gradient descent on all examples"
        + (", with other units silenced at random in every update." if asked.dropout else "; nothing else is random.")
    )
    job = lab.work(of, "symmetry", asked, lambda: symmetry.twins(asked))
    if job is not None:
        lab.watch(of, job, lambda found: _twins(now, found), "initialization.symmetry.work")
    for column, row, name in zip(st.columns(2), (asked.equal, asked.drawn), ("equal", "drawn"), strict=True):
        with column:
            label = f"{compare.name_of(row)}: open in the Playground"
            lab.open_in_playground(symmetry.experiment_of(asked, row), f"initialization.open.{name}", label)


def _twins(now: InitializationLab, found: Twins) -> None:
    figure(weights_figure(found), "initialization.weights", "Weights of every unit over the updates", 400)
    st.caption(
        "First hidden layer. Solid: the weight from input 1, dotted: from input 2. Unit 1 is drawn thickest, so that "
        "units on one line show as stripes of one cord."
    )
    left, right = st.columns([3, 2])
    with left:
        figure(apart_figure(found), "initialization.apart", "Largest difference between two units, over updates", 280)
    with right:
        st.markdown(_ranks(found))
        st.caption(
            "The rank counts how many of a matrix's rows are not combinations of the others: equal units make equal rows, "
            "and a rank of 1, or 0 where all are 0."
        )
    st.markdown(_sentence(now.symmetry, found))


def _ranks(found: Twins) -> str:
    both = [units for units in (found.equal, found.drawn) if units is not None]
    rows = [
        [f"layer {place + 1}: rank, of at most {full}", *(str(units.rank[place]) for units in both)]
        for place, full in enumerate(found.equal.full)
        if full > 1
    ]
    steps = f"{found.equal.steps[-1]:.0f}"
    rows.append(["training examples right", *(f"{units.right:.0%}" for units in both)])
    return lab.table((f"After {steps} updates", *(units.label for units in both)), rows)


def _sentence(asked: Symmetry, found: Twins) -> str:
    """What was measured, in words."""
    largest = float(found.equal.apart.max())
    steps = f"{found.equal.steps[-1]:.0f}"
    if largest == 0:
        said = f"Over {steps} updates the units with equal first weights differ by **exactly 0**."
    elif largest < 1e-4:
        said = f"Over {steps} updates the units with equal first weights differ by at most {largest:.1g}: rounding."
    elif asked.dropout > 0:
        said = (
            f"Dropout silences other units in every update: after {steps} of them those that began equal differ by up to "
            f"**{largest:.2g}**. It breaks the symmetry too."
        )
    else:
        said = f"Over {steps} updates the units differ by up to {largest:.2g}: their first weights were not equal."
    if not np.any(found.equal.weights):
        said += " Their hidden weights never left 0: the gradient of each is a product with weights that are 0."
    if found.drawn is not None:
        said += f" Those that were drawn differ by {found.drawn.apart[-1]:.2g} in the end."
    return said
