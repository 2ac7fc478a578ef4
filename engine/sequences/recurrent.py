"""Recurrent networks: their configuration and the module, from token ids or numbers to scores."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.dropout import Dropout
from engine.initializers import Initializer, Orthogonal, XavierUniform
from engine.refusal import Refusal
from engine.sequences.asked import Asked
from engine.sequences.cells import LSTM, Cell, State
from engine.sequences.data import Asks, Sequences
from engine.sequences.layers import Moment, RecurrentLayer, hidden_states, state_after
from engine.sequences.network import Network, NetworkChoice
from engine.sequences.padding import Reading, real_tokens
from engine.sequences.scene import Picture
from engine.sequences.unrolled import Signal, Unrolled
from engine.streams import stream
from engine.undrawn import undrawn

MAX_UNITS, MAX_LAYERS, MAX_EMBEDDING, MAX_SKIP = 128, 3, 64, 64
EMBEDDING, OUTPUT, LAYERS = 0, 1, 2
"""The streams of first weights: of the embedding, of the output, and from which one on those of the layers."""


class Recurrent(NetworkChoice, frozen=True):
    """A network that reads a sequence token by token and keeps what it needs in a state."""

    kind: Literal["recurrent"] = "recurrent"
    cell: Cell = LSTM()
    units: int = Field(32, ge=1, le=MAX_UNITS, title="Units", description="Numbers that a layer's state holds.")
    layers: int = Field(1, ge=1, le=MAX_LAYERS, title="Layers", description="Each reads the states of the one below.")
    bidirectional: bool = Field(
        False,
        title="Both directions",
        description="A second network reads backwards. Only where the answer is asked at the end: else it would see ahead.",
    )
    embedding: int = Field(
        16,
        ge=0,
        le=MAX_EMBEDDING,
        title="Embedding size",
        description="Learned numbers per token; 0 gives each token a one-hot vector. A series of numbers needs none.",
    )
    dropout: Annotated[float, Field(ge=0.0, le=0.9, json_schema_extra={"step": 0.05})] = Field(
        0.0, title="Dropout between layers", description="Share of the states silenced on their way up."
    )
    depth_skip: bool = Field(
        False,
        title="Skip over depth",
        description="Every layer reads the input x_t beside the states of the one below.",
    )
    time_skip: int = Field(
        0,
        ge=0,
        le=MAX_SKIP,
        title="Skip over time",
        description="k: each step also reads h_(t-k) through weights of its own; below 2 there is no skip.",
    )
    initializer: Initializer = Field(XavierUniform(), title="First input and output weights")
    recurrent_initializer: Initializer = Field(Orthogonal(), title="First recurrent weights")
    masking: bool = Field(
        True, title="Mask padding", description="A <pad> leaves the state as it is; without, it is read as a token."
    )
    label: ClassVar = "Recurrent network"
    formula: ClassVar = r"h_t = \mathrm{cell}(x_t, h_{t-1}), \quad s_t = W_{hy} h_t + b_y"
    lesson: ClassVar = "The same weights at every step; what is to be remembered must be held in the state."
    source: ClassVar = "Elman 1990"

    @property
    def reach(self) -> int:
        """k of the skip over time, 0 for none."""
        return self.time_skip if self.time_skip > 1 else 0

    @property
    def reads_in_parts(self) -> bool:
        """Whether it reads forward only: nothing is carried from what is still to come."""
        return not self.bidirectional

    def misfits(self, asks: Asks) -> list[tuple[str, Any, str]]:
        """(field, value, what is allowed) of every setting that doesn't go with a task that asks so."""
        if self.bidirectional and asks.at == "each step":
            return [
                (
                    "bidirectional",
                    True,
                    "this task asks at each step, where what comes must not be seen: choose off",
                )
            ]
        return []

    def build(self, data: Sequences, seed: int, device: torch.device | str = "cpu") -> "RecurrentNetwork":
        """The network with its first weights. Raises Refusal where a setting doesn't go with the task."""
        for field, value, allowed in self.misfits(data.asks):
            raise Refusal(f"{field}: got {value!r}; {allowed}")
        return RecurrentNetwork(self, Asked.of(data), seed, device)


class RecurrentNetwork(Network):
    """Embedding (or one-hot, or numbers as they are), recurrent layers, an affine output."""

    def __init__(self, row: Recurrent, asked: Asked, seed: int, device: torch.device | str = "cpu") -> None:
        super().__init__()
        self.row, self.asked = row, asked
        coded = bool(asked.tokens and row.embedding)
        self.embedding = nn.Parameter(torch.empty(asked.tokens, row.embedding)) if coded else None
        width = asked.features or row.embedding or asked.tokens
        self.directions = 2 if row.bidirectional else 1
        above = self.directions * row.units + (width if row.depth_skip else 0)
        self.layers = nn.ModuleList(
            RecurrentLayer(row.cell, width if depth == 0 else above, row.units, row.reach)
            for depth in range(row.layers)
            for _ in range(self.directions)
        )
        self.dropouts = nn.ModuleList(
            Dropout(row.dropout, stream(seed, "dropout", depth, device)) for depth in range(1, row.layers)
        )
        self.output = undrawn(nn.Linear, self.directions * row.units, asked.outputs)
        self._initialize(seed)
        self.to(device)

    def _initialize(self, seed: int) -> None:
        row = self.row
        if self.embedding is not None:
            self.embedding.data.normal_(generator=stream(seed, "weights", EMBEDDING))
        for place, layer in enumerate(self.passes, start=LAYERS):
            layer.initialize(row.initializer, row.recurrent_initializer, stream(seed, "weights", place))
        row.initializer.fill(self.output.weight.data, stream(seed, "weights", OUTPUT))
        self.output.bias.data.zero_()

    @property
    def passes(self) -> list[RecurrentLayer]:
        """The layers from the input up; with both directions, each forward one before its backward one."""
        return list(self.layers)  # type: ignore[arg-type]

    @property
    def names(self) -> tuple[str, ...]:
        """What each of ``passes`` is called."""
        ways = ("", " backward")[: self.directions]
        return tuple(f"layer {depth}{way}" for depth in range(1, self.row.layers + 1) for way in ways)

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        """The weight matrices by name, from input to output."""
        found: dict[str, nn.Parameter] = {} if self.embedding is None else {"embedding": self.embedding}
        for name, layer in zip(self.names, self.passes, strict=True):
            found[f"{name} W_xh"], found[f"{name} W_hh"] = layer.w_xh, layer.w_hh
            if layer.w_kh is not None:
                found[f"{name} W_kh"] = layer.w_kh
        found["W_hy"] = self.output.get_parameter("weight")
        return found

    def forward(self, x: Tensor) -> Float[Tensor, "batch *answers"]:
        """Scores (batch, tokens, outputs), or (batch, outputs) where the answer is asked at the end."""
        return self._through(x, self._reading(x), lambda place, signal: self.passes[place](signal)[0])

    def read(self, x: Tensor, states: list[State] | None = None) -> tuple[Float[Tensor, "batch *answers"], list[State]]:
        """Scores as ``forward`` gives them, begun from the states after an earlier part, and the states after this one.

        Raises ValueError for a network that reads in both directions: nothing is carried from what is still to come.
        """
        if self.row.bidirectional:
            raise ValueError("a network that reads in both directions carries no state from one part to the next")
        reading = self._reading(x)
        after: list[State] = []
        begun: list[State | None] = [*(states or (None for _ in self.passes))]

        def one(place: int, signal: Tensor) -> Tensor:
            if reading is None:
                hidden, last = self.passes[place](signal, begun[place])
            else:
                first = begun[place] or self.passes[place].first_state(signal)
                moments = self.passes[place].unroll(signal, first)
                hidden, last = (
                    hidden_states(moments),
                    state_after(reading.lengths, [first, *(moment.state for moment in moments)]),
                )
            after.append(last)
            return hidden

        return self._through(x, reading, one, states[-1].h if states else None), after

    def unroll(
        self, x: Tensor, states: list[State] | None = None
    ) -> tuple[Float[Tensor, "batch *answers"], list[list[Moment]]]:
        """(scores, the steps of each pass by hand, joined to the scores by autograd's graph).

        A pass's steps are in the order in which it reads; where padding is masked, the real ones come first.
        """
        begun: list[State | None] = [*(states or (None for _ in self.passes))]
        kept: list[list[Moment]] = []

        def one(place: int, signal: Tensor) -> Tensor:
            kept.append(self.passes[place].unroll(signal, begun[place]))
            return hidden_states(kept[-1])

        return self._through(x, self._reading(x), one, states[-1].h if states else None), kept

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The state of every pass, and what the cell of the last layer computes beside it."""
        bounded = {"c": 3.0}
        states = [
            Picture(f"h.{place}", "Hidden state", name, "units", "tokens", -1.0, 1.0)
            for place, name in enumerate(self.names)
        ]
        gates = [
            Picture(signal, "Gates", signal, "units", "tokens", -bounded.get(signal, 1.0), bounded.get(signal, 1.0))
            for signal in self.row.cell.signals
        ]
        return (*states, *gates)

    def filmed(self, x: Tensor) -> dict[str, np.ndarray]:
        """(units, tokens) of each picture."""
        seen = self.observe(x)
        states = {f"h.{place}": values[0].T for place, values in enumerate(seen.values)}
        return states | {signal: seen.values[-1, place].T for place, signal in enumerate(seen.signals) if place}

    @torch.no_grad()
    def observe(self, x: Tensor) -> Unrolled:
        """Every signal of every unit at every step of one example x (1, tokens[, features])."""
        trained, reading = self.training, self._reading(x)
        self.eval()
        scores, kept = self.unroll(x)
        self.train(trained)
        signals: tuple[Signal, ...] = ("h", *self.row.cell.signals)
        found = [
            [self._shown(place, steps, signal, x, reading) for signal in signals] for place, steps in enumerate(kept)
        ]
        answers = scores.softmax(-1) if self.asked.classes else scores
        values = torch.stack([torch.stack(each) for each in found])
        return Unrolled(
            self.names,
            signals,
            values.float().cpu().numpy().copy(),
            answers.reshape(-1, self.asked.outputs).float().cpu().numpy().copy(),
        )

    def _shown(self, place: int, steps: list[Moment], signal: Signal, x: Tensor, reading: Reading | None) -> Tensor:
        """(tokens, units) of one signal, in the order of the tokens."""
        values = torch.stack([step.signals[signal] for step in steps], dim=1)
        values = self._turned(values, place % self.directions, reading)
        if reading is None:
            return values[0]
        placed = reading.apart(values)[0]
        return placed if signal in ("h", "c") else placed.masked_fill(~real_tokens(x)[0, :, None], float("nan"))

    def _through(
        self,
        x: Tensor,
        reading: Reading | None,
        one: Callable[[int, Tensor], Tensor],
        before: Tensor | None = None,
    ) -> Float[Tensor, "batch *answers"]:
        """From x to the scores; ``one`` takes a pass's place and what it reads, and gives its h at every step.

        ``before`` is the top layer's h before the first step, None for 0.
        """
        given = signal = self._entered(x) if reading is None else reading.together(self._entered(x))
        for depth in range(self.row.layers):
            hidden = []
            for way in range(self.directions):
                turned = self._turned(signal, way, reading)
                hidden.append(self._turned(one(self.directions * depth + way, turned), way, reading))
            signal = torch.cat(hidden, dim=-1) if len(hidden) > 1 else hidden[0]
            if depth < self.row.layers - 1:
                signal = self._upward(signal, given, depth)
        return self._answered(signal, reading, before)

    def _reading(self, x: Tensor) -> Reading | None:
        """How padding is passed over; None where there is none, or where it is read as a token."""
        if not (self.row.masking and self.asked.tokens):
            return None
        real = real_tokens(x)
        return None if bool(real.all()) else Reading.of(real)

    def _entered(self, x: Tensor) -> Float[Tensor, "batch tokens inputs"]:
        kind = self.output.weight.dtype
        if not self.asked.tokens:
            return x.to(kind)
        return F.one_hot(x, self.asked.tokens).to(kind) if self.embedding is None else F.embedding(x, self.embedding)

    def _turned(self, values: Tensor, way: int, reading: Reading | None) -> Tensor:
        """In the order in which a pass reads; once more, and it is as before."""
        if way == 0:
            return values
        return values.flip(1) if reading is None else reading.backward(values)

    def _upward(self, signal: Tensor, given: Tensor, depth: int) -> Tensor:
        """What the layer above ``depth`` reads."""
        if self.training and self.dropouts[depth].p:
            signal = self.dropouts[depth](signal)
        return torch.cat([signal, given], dim=-1) if self.row.depth_skip else signal

    def _answered(self, signal: Tensor, reading: Reading | None, before: Tensor | None) -> Tensor:
        if not self.asked.at_end:
            return self.output(signal if reading is None else reading.apart(signal, before))
        ahead = signal[:, -1] if reading is None else reading.last(signal, before)
        back = signal[:, 0] if reading is None else reading.first(signal)  # all is read here, backwards
        units = self.row.units
        return self.output(torch.cat([ahead[:, :units], back[:, units:]], dim=-1) if self.directions > 1 else ahead)
