"""Counting the parameters of networks that read sequences."""

from torch import nn

from quiz.parametric.drawing import whole
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import META, parameter_count
from quiz.parametric.writing import tex

SHAPES, UNROLLED = "recurrent?section=shapes", "recurrent?section=unrolled"


def _rnn_parameters(inputs: int, units: int, length: int) -> Asked:
    value = parameter_count(nn.RNN(inputs, units, device=META))
    return Asked(
        text=f"How many parameters does `nn.RNN({inputs}, {units})` learn, used on sequences of {length} steps?",
        value=value,
        rule=r"$h(d + h) + 2h$: weights from input and state, and PyTorch keeps two biases. Every step uses the same ones.",
        working=rf"${units} \cdot ({inputs} + {units}) + 2 \cdot {units} = {tex(units * (inputs + units))} + {2 * units} = "
        rf"{tex(value)}$",
        mistakes={
            "Counted one bias: PyTorch keeps `bias_ih` and `bias_hh`.": value - units,
            "Forgot the weights from state to state.": units * inputs + 2 * units,
            "Counted the weights anew at every step: they are shared over time.": value * length,
            "That is an LSTM, with four such blocks.": 4 * value,
        },
    )


def _gru_parameters(inputs: int, units: int) -> Asked:
    value = parameter_count(nn.GRU(inputs, units, device=META))
    block = units * (inputs + units)
    return Asked(
        text=f"How many parameters does `nn.GRU({inputs}, {units})` learn?",
        value=value,
        rule=r"$3\,(h(d + h) + 2h)$: reset gate, update gate and candidate, each with the weights and the two biases of a "
        r"plain RNN.",
        working=rf"$3 \cdot ({units} \cdot ({inputs} + {units}) + 2 \cdot {units}) = 3 \cdot {tex(block + 2 * units)} = "
        rf"{tex(value)}$",
        mistakes={
            "Counted four blocks: that is an LSTM.": 4 * (block + 2 * units),
            "Counted the two gates and forgot the candidate.": 2 * (block + 2 * units),
            "Counted one bias for each block: PyTorch keeps two.": 3 * (block + units),
        },
    )


def _lstm_parameters(inputs: int, units: int) -> Asked:
    value = parameter_count(nn.LSTM(inputs, units, num_layers=2, device=META))
    first, second = units * (inputs + units) + 2 * units, units * (units + units) + 2 * units
    return Asked(
        text=f"How many parameters does `nn.LSTM({inputs}, {units}, num_layers=2)` learn?",
        value=value,
        rule=r"$4\,(h(d + h) + 2h)$ for a layer: three gates and the candidate. The second layer's inputs are the $h$ "
        r"states of the "
        "first.",
        working=rf"$4 \cdot ({units} \cdot ({inputs} + {units}) + {2 * units}) + 4 \cdot ({units} \cdot ({units} + {units}) + "
        rf"{2 * units}) = {tex(4 * first)} + {tex(4 * second)} = {tex(value)}$",
        mistakes={
            "Gave the second layer the network's inputs: it reads the states of the first.": 8 * first,
            "Counted the gates and forgot the candidate: there are four blocks.": 3 * (first + second),
            "Counted one bias for each block: PyTorch keeps two.": 4 * (first + second - 2 * units),
            "Forgot the second layer.": 4 * first,
        },
    )


def _heads(heads: int, width: int) -> Asked:
    d = heads * width
    value = parameter_count(nn.MultiheadAttention(d, heads, device=META))
    return Asked(
        text=f"How many parameters does `nn.MultiheadAttention(embed_dim={d}, num_heads={heads})` learn, with its biases?",
        value=value,
        rule=r"$4(d^2 + d)$: projections to queries, keys and values and one for the output. The heads share the width out "
        r"among "
        "themselves, so their number plays no part.",
        working=rf"$4 \cdot ({d}^2 + {d}) = 4 \cdot {tex(d * d + d)} = {tex(value)}$",
        mistakes={
            "Forgot the projection of the output.": 3 * (d * d + d),
            "Gave every head projections of the full width: each has $d / h$.": 3 * heads * (d * d + d) + d * d + d,
            "Forgot the biases.": 4 * d * d,
            "Counted one head only.": 3 * (d * width + width) + d * d + d,
        },
    )


def _block(heads: int, width: int, factor: int) -> Asked:
    d = heads * width
    hidden = factor * d
    value = parameter_count(nn.TransformerEncoderLayer(d, heads, hidden, device=META))
    attention, forward, norms = 4 * (d * d + d), 2 * d * hidden + hidden + d, 4 * d
    return Asked(
        text=f"A transformer block has $d = {d}$, {heads} heads, a feed-forward part with {hidden} hidden units and two "
        f"layer norms; "
        "every linear map has a bias. How many parameters does it learn?",
        value=value,
        rule=r"$4(d^2 + d)$ for attention, $2 d d_{ff} + d_{ff} + d$ for the feed-forward part, $2 \cdot 2d$ for the "
        r"norms: about $12 d^2$ where $d_{ff} = 4d$.",
        working=rf"$4 \cdot ({d}^2 + {d}) + (2 \cdot {d} \cdot {hidden} + {hidden} + {d}) + 4 \cdot {d} = {tex(attention)} + "
        rf"{tex(forward)} + {tex(norms)} = {tex(value)}$",
        mistakes={
            "Forgot the layer norms: each has a scale and a shift of width $d$.": value - norms,
            "Forgot the biases of the linear maps.": 4 * d * d + 2 * d * hidden + norms,
            "Gave the feed-forward part one matrix: it goes up and comes down again.": attention
            + d * hidden
            + hidden
            + norms,
            "Forgot the feed-forward part, where most of the parameters are.": attention + norms,
        },
    )


FAMILIES = (
    Family(
        id="rnn-parameters",
        topic="recurrent",
        level="foundation",
        title="Parameters of an RNN",
        source="torch.nn.RNN",
        draws={"inputs": (5, 8, 9, 10, 16, 20, 32, 50, 64), "units": whole(4, 64, 4), "length": (10, 20, 50, 100)},
        ask=_rnn_parameters,
        lab=SHAPES,
    ),
    Family(
        id="gru-parameters",
        topic="recurrent",
        level="foundation",
        title="Parameters of a GRU",
        source="Cho et al. 2014; torch.nn.GRU",
        draws={"inputs": (5, 8, 9, 10, 16, 20, 32, 50, 64), "units": whole(4, 64, 4)},
        ask=_gru_parameters,
        lab=SHAPES,
        chosen=True,
    ),
    Family(
        id="lstm-parameters",
        topic="recurrent",
        level="practitioner",
        title="Parameters of a two-layer LSTM",
        source="Hochreiter & Schmidhuber 1997; torch.nn.LSTM",
        draws={"inputs": (5, 8, 10, 16, 20, 32, 50, 64), "units": (6, 12, 15, 24, 25, 30, 40, 48, 60, 80, 100, 128)},
        ask=_lstm_parameters,
        lab=SHAPES,
    ),
    Family(
        id="multihead-parameters",
        topic="attention",
        level="practitioner",
        title="Parameters of multi-head attention",
        source="Vaswani et al. 2017, section 3.2.2; torch.nn.MultiheadAttention",
        draws={"heads": (2, 3, 4, 6, 8, 12, 16), "width": whole(8, 64, 4)},
        ask=_heads,
        lab="attention?section=several+heads",
    ),
    Family(
        id="transformer-block-parameters",
        topic="transformers",
        level="expert",
        title="Parameters of a transformer block",
        source="Vaswani et al. 2017, section 3; torch.nn.TransformerEncoderLayer",
        draws={"heads": (2, 4, 6, 8, 12), "width": (8, 16, 20, 32, 50, 64), "factor": (2, 3, 4)},
        ask=_block,
        lab="transformer",
    ),
)
