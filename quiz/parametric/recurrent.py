"""Recurrent cells, one step at a time."""

import math

import torch
from torch.nn.utils.rnn import pad_sequence

from quiz.parametric.drawing import Row, grid, tenths, whole
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex, total

SHAPES, UNROLLED = "recurrent?section=shapes", "recurrent?section=unrolled"


def _rnn_step(x: float, h: float, w_x: float, w_h: float, b: float) -> Asked:
    cell = [exact([[w_x]]), exact([[w_h]]), exact([b]), exact([0.0])]
    value = float(torch.rnn_tanh_cell(exact([[x]]), exact([[h]]), *cell))
    z = w_x * x + w_h * h + b
    return Asked(
        text=f"A recurrent unit with tanh has $w_x = {tex(w_x)}$, $w_h = {tex(w_h)}$ and $b = {tex(b)}$. Its state is "
        f"${tex(h)}$ and the next input is ${tex(x)}$. What is its next state?",
        value=value,
        rule=r"$h_t = \tanh(w_x x_t + w_h h_{t-1} + b)$",
        working=rf"$\tanh({par(w_x)} \cdot {par(x)} + {par(w_h)} \cdot {par(h)} {plus(b)}) = \tanh({tex(z)}) {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the tanh: that is the pre-activation.": z,
            "Forgot the state: that would be a unit without memory.": math.tanh(w_x * x + b),
            "Took the sigmoid: a plain RNN squashes with tanh.": 1 / (1 + math.exp(-z)),
            "Forgot the bias.": math.tanh(z - b),
        },
    )


def _lstm_step(forget: float, enter: float, candidate: float, out: float, cell: float) -> Asked:
    rows = exact([[enter], [forget], [candidate], [out]])  # the order of PyTorch's gates
    one, nothing = exact([[1.0]]), exact([[0.0]])
    _, state = torch.lstm_cell(one, [nothing, exact([[cell]])], rows, rows * 0)
    value = float(state)
    f, i, g = (
        float(torch.sigmoid(exact(forget))),
        float(torch.sigmoid(exact(enter))),
        float(torch.tanh(exact(candidate))),
    )
    return Asked(
        text=f"In an LSTM with one unit the pre-activations are ${tex(forget)}$ for the forget gate, ${tex(enter)}$ for "
        f"the input gate, ${tex(candidate)}$ for the candidate and ${tex(out)}$ for the output gate; the cell state is "
        f"${tex(cell)}$. What is the "
        "next cell state?",
        value=value,
        rule=r"$c_t = f c_{t-1} + i g$ with $f, i = \sigma(\cdot)$ and $g = \tanh(\cdot)$; the output gate acts on $h$ only.",
        working=rf"$f \approx {tex(f)}$, $i \approx {tex(i)}$, $g \approx {tex(g)}$; ${tex(f)} \cdot {par(cell)} + "
        rf"{tex(i)} \cdot {par(g)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the candidate's tanh.": f * cell + i * candidate,
            "Let $1 - f$ open the input: that is how a GRU is coupled.": f * cell + (1 - f) * g,
            "That is the hidden state: the output gate does not act on the cell.": float(torch.sigmoid(exact(out)))
            * math.tanh(value),
            "Swapped forget and input gate.": i * cell + f * g,
        },
    )


def _gru_step(update: float, candidate: float, h: float) -> Asked:
    rows, biases = exact([[0.0], [update], [candidate]]), exact([0.0] * 3)
    value = float(torch.gru_cell(exact([[1.0]]), exact([[h]]), rows, rows * 0, biases, biases))
    z, n = float(torch.sigmoid(exact(update))), math.tanh(candidate)
    return Asked(
        text=f"In a GRU as PyTorch has it, one unit's state is ${tex(h)}$; the pre-activation of its update gate is "
        f"${tex(update)}$ and that of its candidate ${tex(candidate)}$, the reset gate's part included. What is its next "
        f"state?",
        value=value,
        rule=r"$h_t = (1 - z)\, n + z\, h_{t-1}$ with $z = \sigma(\cdot)$, $n = \tanh(\cdot)$: in PyTorch an open update "
        r"gate keeps "
        "the old state.",
        working=rf"$z \approx {tex(z)}$, $n \approx {tex(n)}$; ${tex(1 - z)} \cdot {par(n)} + {tex(z)} \cdot {par(h)} "
        rf"{eq(value)}$",
        decimals=2,
        mistakes={
            "Swapped $z$ and $1 - z$: some papers write it that way, PyTorch does not.": z * n + (1 - z) * h,
            "Forgot the candidate's tanh.": (1 - z) * candidate + z * h,
            "Added the candidate without weighing it: that is no average any more.": n + z * h,
        },
    )


def _padding(lengths: tuple[int, ...]) -> Asked:
    padded = pad_sequence([torch.ones(length) for length in lengths])
    value = 100 * float((padded == 0).double().mean())
    longest, tokens = max(lengths), sum(lengths)
    room = longest * len(lengths)
    return Asked(
        text=f"A batch has sequences of {', '.join(map(str, lengths[:-1]))} and {lengths[-1]} tokens and is padded to the "
        f"longest. "
        "Which share of the batch is padding, in percent?",
        value=value,
        rule=r"$1 - \frac{\sum_i n_i}{B \max_i n_i}$: all of it is computed, so batches of like length waste less.",
        working=rf"$1 - \frac{{{total(lengths)}}}{{{len(lengths)} \cdot {longest}}} = 1 - \frac{{{tokens}}}{{{room}}} = "
        rf"\frac{{{room - tokens}}}{{{room}}} \approx {tex(value)}\,\%$",
        decimals=1,
        unit="%",
        mistakes={
            "That is the share of tokens: asked for is the rest.": 100 - value,
            "Divided the padding by the tokens: the batch has both.": 100 * (room - tokens) / tokens,
            "Counted sequences that are padded: asked for is the share of places.": 100
            * sum(length < longest for length in lengths)
            / len(lengths),
        },
    )


FAMILIES = (
    Family(
        id="rnn-step",
        topic="recurrent",
        level="foundation",
        title="One step of an RNN",
        source="Elman 1990; torch.nn.RNN",
        draws={
            "x": grid(-2.0, 2.0, 0.5),
            "h": tenths(-0.9, 0.9),
            "w_x": tenths(-1.5, 1.5),
            "w_h": tenths(-1.5, 1.5),
            "b": tenths(-0.5, 0.5),
        },
        ask=_rnn_step,
        lab=UNROLLED,
    ),
    Family(
        id="lstm-cell-state",
        topic="recurrent",
        level="practitioner",
        title="The cell state of an LSTM",
        source="Gers et al. 2000; torch.nn.LSTM",
        draws={
            "forget": grid(-2.0, 3.0, 0.5),
            "enter": grid(-2.0, 3.0, 0.5),
            "candidate": grid(-2.0, 2.0, 0.5),
            "out": grid(-1.0, 2.0, 0.5),
            "cell": grid(-3.0, 3.0, 0.5),
        },
        ask=_lstm_step,
        lab=UNROLLED,
    ),
    Family(
        id="gru-next-state",
        topic="recurrent",
        level="expert",
        title="The next state of a GRU",
        source="Cho et al. 2014; torch.nn.GRU",
        draws={"update": grid(-3.0, 3.0, 0.5), "candidate": grid(-2.0, 2.0, 0.25), "h": tenths(-0.9, 0.9)},
        ask=_gru_step,
        lab=UNROLLED,
    ),
    Family(
        id="padding-share",
        topic="recurrent",
        level="foundation",
        title="How much of a batch is padding",
        source="torch.nn.utils.rnn.pad_sequence",
        draws={"lengths": Row(4, whole(3, 24))},
        ask=_padding,
        lab="recurrent?section=padding",
    ),
)
