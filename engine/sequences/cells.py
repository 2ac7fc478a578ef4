"""The recurrent cells: the catalog. A row is the update of one step, written as in the books and equal to torch's.

Every cell takes the same two sums, one block of ``units`` rows for each of its gates, in torch's order:

    from_input = W_xh x_t + b_xh (+ W_kh h_(t-k), where there is a skip over time)
    from_state = W_hh h_(t-1) + b_hh
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Choice
from engine.sequences.unrolled import Signal


@dataclass(frozen=True)
class State:
    """What a cell hands on to its next step. Each (batch, units)."""

    h: Tensor
    c: Tensor | None = None
    """An LSTM's cell; None for cells without one."""
    past: tuple[Tensor, ...] = ()
    """The hidden states before ``h``, oldest first, as far back as a skip over time reaches."""

    def detached(self) -> "State":
        """The same numbers, through which no gradient flows back."""
        c = None if self.c is None else self.c.detach()
        return State(self.h.detach(), c, tuple(h.detach() for h in self.past))


class CellChoice(Choice, frozen=True):
    """A row of the cells catalog."""

    gates: ClassVar[int]
    """Blocks of weights: the parameters of the cells stand in this ratio."""
    signals: ClassVar[dict[Signal, str]]
    """What ``update`` gives besides h, in the order of the weight blocks where it has one: letter and name."""
    module: ClassVar[type[nn.RNN | nn.GRU | nn.LSTM]]
    """torch's module with the same weights."""
    has_cell: ClassVar[bool] = False
    peepholes: ClassVar[tuple[Signal, ...]] = ()
    """The gates that also read the cell state, with one weight per unit each."""

    def update(
        self, from_input: Sequence[Tensor], from_state: Sequence[Tensor], before: State, peepholes: Sequence[Tensor]
    ) -> dict[Signal, Tensor]:
        """One step: every signal (batch, units) by its letter, ``h`` among them, and ``c`` where there is a cell."""
        raise NotImplementedError

    def first_biases(self) -> dict[int, float]:
        """Block of weights -> the bias it begins with, where that is not 0."""
        return {}


class TanhRNN(CellChoice, frozen=True):
    kind: Literal["rnn"] = "rnn"
    label: ClassVar = "Plain RNN (tanh)"
    formula: ClassVar = r"h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b_{xh} + b_{hh})"
    lesson: ClassVar = (
        "The whole state is computed anew at every step: what it holds must pass W_hh and tanh each time."
    )
    source: ClassVar = "Elman 1990"
    gates: ClassVar = 1
    signals: ClassVar = {}
    module: ClassVar = nn.RNN

    def update(
        self, from_input: Sequence[Tensor], from_state: Sequence[Tensor], before: State, peepholes: Sequence[Tensor]
    ) -> dict[Signal, Tensor]:
        return {"h": torch.tanh(from_input[0] + from_state[0])}


class GRU(CellChoice, frozen=True):
    kind: Literal["gru"] = "gru"
    keep_bias: float = Field(
        0.0,
        ge=-5.0,
        le=10.0,
        title="First bias of the update gate",
        description="Above 0 the gate begins open for the past: more of the old state is kept.",
        json_schema_extra={"step": 0.5},
    )
    label: ClassVar = "GRU"
    formula: ClassVar = (
        r"r_t = \sigma(W_{xr} x_t + W_{hr} h_{t-1} + b_r), \; z_t = \sigma(W_{xz} x_t + W_{hz} h_{t-1} + b_z), \; "
        r"n_t = \tanh(W_{xn} x_t + b_{xn} + r_t \odot (W_{hn} h_{t-1} + b_{hn})), \; "
        r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}"
    )
    lesson: ClassVar = (
        "The update gate z mixes the old state with a new candidate: at z = 1 the state passes unchanged."
    )
    source: ClassVar = "Cho et al. 2014, in PyTorch's form"
    gates: ClassVar = 3
    signals: ClassVar = {"r": "reset gate", "z": "update gate", "n": "candidate"}
    module: ClassVar = nn.GRU

    def update(
        self, from_input: Sequence[Tensor], from_state: Sequence[Tensor], before: State, peepholes: Sequence[Tensor]
    ) -> dict[Signal, Tensor]:
        r = torch.sigmoid(from_input[0] + from_state[0])
        z = torch.sigmoid(from_input[1] + from_state[1])
        n = torch.tanh(from_input[2] + r * from_state[2])
        return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * before.h}

    def first_biases(self) -> dict[int, float]:
        return {1: self.keep_bias}


class LSTM(CellChoice, frozen=True):
    kind: Literal["lstm"] = "lstm"
    forget_bias: float = Field(
        1.0,
        ge=-5.0,
        le=10.0,
        title="First bias of the forget gate",
        description="Above 0 the gate begins open: the cell keeps most of what it holds.",
        json_schema_extra={"step": 0.5},
    )
    label: ClassVar = "LSTM"
    formula: ClassVar = (
        r"i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i), \; f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f), \; "
        r"g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g), \; o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + b_o), \; "
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \; h_t = o_t \odot \tanh(c_t)"
    )
    lesson: ClassVar = "The cell c changes by a sum, not through a matrix: where f = 1 and i = 0 it stands still."
    source: ClassVar = "Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000"
    gates: ClassVar = 4
    signals: ClassVar = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate", "c": "cell"}
    module: ClassVar = nn.LSTM
    has_cell: ClassVar = True

    def update(
        self, from_input: Sequence[Tensor], from_state: Sequence[Tensor], before: State, peepholes: Sequence[Tensor]
    ) -> dict[Signal, Tensor]:
        held = torch.zeros_like(before.h) if before.c is None else before.c
        p_i, p_f, p_o = peepholes or (0.0, 0.0, 0.0)
        i = torch.sigmoid(from_input[0] + from_state[0] + p_i * held)
        f = torch.sigmoid(from_input[1] + from_state[1] + p_f * held)
        g = torch.tanh(from_input[2] + from_state[2])
        c = f * held + i * g
        o = torch.sigmoid(from_input[3] + from_state[3] + p_o * c)
        return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * torch.tanh(c)}

    def first_biases(self) -> dict[int, float]:
        return {1: self.forget_bias}


class PeepholeLSTM(LSTM, frozen=True):
    kind: Literal["peephole"] = "peephole"  # type: ignore[assignment]
    label: ClassVar = "LSTM with peepholes"
    formula: ClassVar = (
        r"i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + p_i \odot c_{t-1} + b_i), \; "
        r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + p_f \odot c_{t-1} + b_f), \; "
        r"g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g), \; c_t = f_t \odot c_{t-1} + i_t \odot g_t, \; "
        r"o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + p_o \odot c_t + b_o), \; h_t = o_t \odot \tanh(c_t)"
    )
    lesson: ClassVar = (
        "Here the gates do look at the cell, each unit at its own; in the usual LSTM they see h and x only."
    )
    source: ClassVar = "Gers and Schmidhuber 2000"
    peepholes: ClassVar = ("i", "f", "o")


Cell = Annotated[TanhRNN | GRU | LSTM | PeepholeLSTM, Field(discriminator="kind")]
