"""The worked example, and how many parameters each cell has."""

import streamlit as st

from charts.recurrent.worked import answers, matrix, states
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.worked import UNITS, WORDS, counts, worked
from engine.refusal import Refusal
from engine.words import count, number
from ui import lab
from ui.figure import figure
from ui.labs.recurrent.parts import Values, seed, typed, within
from ui.plain import escaped

NAMES = tuple(f"unit {place}" for place in range(1, UNITS + 1))
ONE_HOT = "one-hot"


def controls(now: RecurrentLab) -> Values:
    with st.sidebar:
        chosen = seed(now)
    sentence = typed("A sentence of these words", now.unroll.sentence, 120, "unroll", "sentence")
    return {"unroll": {**now.unroll.model_dump(), "view": "worked", "sentence": sentence}, **chosen}


def show(now: RecurrentLab) -> None:
    st.caption(f"The vocabulary: {', '.join(f'`{word}`' for word in WORDS)}. A plain RNN with its first weights.")
    try:
        found = worked(now.unroll.sentence, now.seed)
    except Refusal as refused:
        st.warning(escaped(str(refused)), icon=":material/rule:")
        return
    step = within("Step t", 1, len(found.words), "unroll", "step")
    word = found.words[step - 1]
    st.latex(
        rf"\underset{{5}}{{h_{{{step}}}}} = \tanh(\underset{{5 \times 9}}{{W_{{xh}}}}\, \underset{{9}}{{x_{{{step}}}}} + "
        rf"\underset{{5 \times 5}}{{W_{{hh}}}}\, \underset{{5}}{{h_{{{step - 1}}}}} + \underset{{5}}{{b_h}})"
    )
    st.latex(
        rf"\underset{{9}}{{y_{{{step}}}}} = \operatorname{{softmax}}(\underset{{9 \times 5}}{{W_{{hy}}}}\, h_{{{step}}} + "
        r"\underset{9}{b_y})"
    )
    st.markdown(
        f"The word **{escaped(word)}** is the {ONE_HOT} vector $x_{{{step}}}$: nine numbers, all 0 but one. So "
        r"$W_{xh} x_t$ is one column of $W_{xh}$, framed below. Move the step: the three matrices stay the same, only "
        "the column and the state change."
    )
    left, middle, right = st.columns([9, 5, 5])
    with left:
        st.markdown("$W_{xh}$: 5 × 9")
        figure(matrix(found.w_xh, NAMES, WORDS, int(found.ids[step - 1])), "recurrent.worked.xh", "W_xh, 5 by 9", 230)
    with middle:
        st.markdown("$W_{hh}$: 5 × 5")
        figure(matrix(found.w_hh, NAMES, NAMES), "recurrent.worked.hh", "W_hh, 5 by 5", 230)
    with right:
        st.markdown("$W_{hy}$: 9 × 5")
        figure(matrix(found.w_hy, WORDS, NAMES), "recurrent.worked.hy", "W_hy, 9 by 5", 300)
    st.markdown("**States** $h_0$, all 0, to $h_T$")
    figure(states(found, step), "recurrent.worked.states", "The state after every step", 230)
    st.markdown("**Probabilities** $y_t$ of the next word")
    figure(answers(found, WORDS, step), "recurrent.worked.answers", "Probabilities after every step", 330)
    st.caption(
        "Largest difference of any of these numbers from `torch.nn.RNN` and `torch.nn.Linear` with the same weights: "
        f"{number(found.torch_difference)}."
    )
    _counts()


def _counts() -> None:
    st.markdown(
        "**Parameters.** A GRU has three such pairs of matrices, an LSTM four: one for each gate and the candidate. So the "
        "cells stand in the ratio 1 : 3 : 4. Counted, at 9 inputs and 5 units:"
    )
    found = counts(len(WORDS), UNITS)
    least = found[0].parameters
    rows = [
        (item.label, str(item.blocks), count(item.parameters), count(item.of_torch), f"{item.parameters / least:.3g}")
        for item in found
    ]
    st.markdown(lab.table(("cell", "blocks", "parameters", "torch's module", "ratio"), rows))
    st.caption("Peepholes add one weight per unit and gate that looks at the cell; torch's LSTM has none.")
