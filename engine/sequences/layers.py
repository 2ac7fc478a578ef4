"""One recurrent layer, read in one direction: quickly by torch's module, or step by step with every signal kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from engine.initializers import InitializerChoice
from engine.sequences.cells import CellChoice, State
from engine.sequences.unrolled import Signal
from engine.undrawn import undrawn


@dataclass(frozen=True)
class Moment:
    """One step of one layer, by hand: all of it (batch, ...), still joined to autograd's graph."""

    x: Tensor
    before: State
    from_input: Tensor
    """W_xh x_t + b_xh (+ W_kh h_(t-k)): (batch, gates * units)."""
    from_state: Tensor
    """W_hh h_(t-1) + b_hh: (batch, gates * units)."""
    skipped: Tensor | None
    """h_(t-k), where there is a skip over time."""
    signals: dict[Signal, Tensor]
    """Each (batch, units); see ``CellChoice.update``."""
    state: State


class RecurrentLayer(nn.Module):
    """The weights of one layer and one direction, in the order and under the names of torch's module."""

    def __init__(self, row: CellChoice, inputs: int, units: int, reach: int = 0) -> None:
        """``reach`` is k of the skip over time, 0 for none."""
        super().__init__()
        self.row, self.inputs, self.units, self.reach = row, inputs, units, reach
        self.torch: nn.RNNBase = undrawn(row.module, inputs, units, batch_first=True)
        self.peepholes = nn.ParameterList(nn.Parameter(torch.zeros(units)) for _ in row.peepholes)
        self.w_kh = nn.Parameter(torch.empty(row.gates * units, units)) if reach else None

    def initialize(
        self, initializer: InitializerChoice, recurrent: InitializerChoice, generator: torch.Generator
    ) -> None:
        """Draw every gate's weights by itself. Peepholes begin at 0, biases where the cell says.

        Two recurrent matrices, where there is a skip over time, begin divided by the root of 2: then their sum is as
        large as the one's would be.
        """
        share = 2**-0.5 if self.w_kh is not None else 1.0
        for matrix, row, scale in (
            (self.w_xh, initializer, 1.0),
            (self.w_hh, recurrent, share),
            *(() if self.w_kh is None else ((self.w_kh, recurrent, share),)),
        ):
            for block in matrix.data.chunk(self.row.gates):
                row.fill(block, generator)
                block.mul_(scale)
        self.b_xh.data.zero_()
        self.b_hh.data.zero_()
        for block, bias in self.row.first_biases().items():
            self.b_xh.data[block * self.units : (block + 1) * self.units] = bias

    def train(self, mode: bool = True) -> "RecurrentLayer":
        """torch's module stays in training mode, which changes no number of it: cuDNN finds gradients in no other."""
        super().train(mode)
        self.torch.train()
        return self

    @property
    def w_xh(self) -> nn.Parameter:
        """(gates * units, inputs)."""
        return self.torch.weight_ih_l0  # type: ignore[return-value]

    @property
    def w_hh(self) -> nn.Parameter:
        """(gates * units, units)."""
        return self.torch.weight_hh_l0  # type: ignore[return-value]

    @property
    def b_xh(self) -> nn.Parameter:
        """(gates * units,)."""
        return self.torch.bias_ih_l0  # type: ignore[return-value]

    @property
    def b_hh(self) -> nn.Parameter:
        """(gates * units,)."""
        return self.torch.bias_hh_l0  # type: ignore[return-value]

    @property
    def is_torchs(self) -> bool:
        """Whether torch's module computes this layer: it has neither peepholes nor skips over time."""
        return not self.peepholes and self.w_kh is None

    def first_state(self, x: Float[Tensor, "batch tokens inputs"]) -> State:
        """All zeros: it is only the state before the first step that begins at 0, once, outside of the loop."""
        zeros = x.new_zeros(len(x), self.units)
        return State(zeros, zeros if self.row.has_cell else None, (zeros,) * max(self.reach - 1, 0))

    def forward(
        self, x: Float[Tensor, "batch tokens inputs"], state: State | None = None
    ) -> tuple[Float[Tensor, "batch tokens units"], State]:
        """(h at every step, the state after the last one)."""
        if not self.is_torchs:
            moments = self.unroll(x, state)
            return torch.stack([moment.state.h for moment in moments], dim=1), moments[-1].state
        if state is None:
            hidden, last = self.torch(x)
        elif self.row.has_cell:
            hidden, last = self.torch(x, (state.h[None], _cell(state)[None]))
        else:
            hidden, last = self.torch(x, state.h[None])
        return hidden, State(last[0][0], last[1][0]) if self.row.has_cell else State(last[0])

    def unroll(self, x: Float[Tensor, "batch tokens inputs"], state: State | None = None) -> list[Moment]:
        """The same step by step, with everything each step computed."""
        state = state or self.first_state(x)
        moments: list[Moment] = []
        for x_t in x.unbind(1):
            moments.append(self.step(x_t, state))
            state = moments[-1].state
        return moments

    def step(self, x: Float[Tensor, "batch inputs"], before: State) -> Moment:
        """One step from the state ``before``."""
        from_input = nn.functional.linear(x, self.w_xh, self.b_xh)
        skipped = None
        if self.w_kh is not None:
            skipped = (*before.past, before.h)[0]
            from_input = from_input + nn.functional.linear(skipped, self.w_kh)
        from_state = nn.functional.linear(before.h, self.w_hh, self.b_hh)
        gates = self.row.gates
        signals = self.row.update(
            from_input.chunk(gates, dim=1), from_state.chunk(gates, dim=1), before, tuple(self.peepholes)
        )
        past: Sequence[Tensor] = (*before.past[1:], before.h) if self.reach > 1 else ()
        after = State(signals["h"], signals.get("c"), tuple(past))
        return Moment(x, before, from_input, from_state, skipped, signals, after)


def _cell(state: State) -> Tensor:
    return torch.zeros_like(state.h) if state.c is None else state.c


def hidden_states(moments: Sequence[Moment]) -> Float[Tensor, "batch tokens units"]:
    """h at every step."""
    return torch.stack([moment.state.h for moment in moments], dim=1)


def state_after(steps: Int[Tensor, "batch"], states: Sequence[State]) -> State:
    """Each sequence's state after so many of its steps; ``states`` are those before the first and after every step."""

    def picked(each: list[Tensor]) -> Tensor:
        return torch.stack(each)[steps, torch.arange(len(steps), device=steps.device)]

    c = [state.c for state in states if state.c is not None]
    past = tuple(picked([state.past[back] for state in states]) for back in range(len(states[0].past)))
    return State(picked([state.h for state in states]), picked(c) if c else None, past)
