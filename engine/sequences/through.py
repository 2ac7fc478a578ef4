"""What flows through a recurrent network over time: the gradient backwards, and how far its units are driven forwards."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from engine.probes import at_rest
from engine.sequences.data import IGNORED, Part, Sequences
from engine.sequences.layers import Moment
from engine.sequences.padding import real_tokens
from engine.sequences.recurrent import RecurrentNetwork
from engine.sequences.unrolled import Signal

GATES = ("r", "z", "i", "f", "o")
FLAT = 0.05
"""Where the slope of sigmoid or tanh is at most this share of its largest (1/4 and 1), it is flat."""
NAMES: dict[Signal, str] = {
    "h": "hidden state",
    "c": "tanh of the cell",
    "n": "candidate",
    "g": "candidate",
    "r": "reset gate",
    "z": "update gate",
    "i": "input gate",
    "f": "forget gate",
    "o": "output gate",
}


@dataclass(frozen=True, eq=False)
class Through:
    """Measured on the lowest layer, in the order in which it reads forwards."""

    gradient: Float[np.ndarray, " tokens"]
    """Norm of dL/d(state after token t), (h, c) together, mean over the examples; L: see ``lost``."""
    flat: dict[str, float]
    """Share of values at which the slope of their tanh or sigmoid is at most ``FLAT`` of its largest, by name."""

    @property
    def first(self) -> float:
        """The gradient that reaches the first token."""
        return float(self.gradient[0])

    @property
    def strongest(self) -> float:
        """The largest at any token: where the answers are asked for."""
        return float(self.gradient.max())

    @property
    def share(self) -> float:
        """What is left at the first token of the strongest; 1 where there is no gradient at all."""
        return self.first / self.strongest if self.strongest > 0 else 1.0


def through(network: RecurrentNetwork, part: Part, data: Sequences, chunk: int = 0) -> Through:
    """Read ``part`` step by step and go back from its answers; nothing of the network changes.

    Where training cuts sequences into chunks, no gradient of the last answer passes the beginning of the last one.
    """
    with at_rest(network):
        scores, passes = network.unroll(part.x)
        moments = passes[0]
        held = [moment.state.h for moment in moments]
        cells = [moment.state.c for moment in moments if moment.state.c is not None]
        losses = lost(scores, part.y, data)
        found = torch.autograd.grad(
            losses.sum(), [*held, *cells], retain_graph=True, allow_unused=True, materialize_grads=True
        )
        at_h, at_c = found[: len(held)], _beside(held, cells, found)
    squares = torch.stack([grad.square().sum(1) for grad in at_h], dim=1)
    if at_c:
        squares = squares + torch.stack([grad.square().sum(1) for grad in at_c], dim=1)
    lengths = real_tokens(part.x).sum(1) if network.row.masking else torch.full((len(part),), len(moments))
    read = torch.arange(len(moments))[None] < lengths.cpu()[:, None]
    norms = squares.sqrt().mean(0).detach().cpu().numpy().copy()
    if chunk and not data.source:
        norms[: (len(norms) - 1) // chunk * chunk] = 0.0
    return Through(norms, _flat(network, moments, read))


def _beside(held: list[Tensor], cells: list[Tensor], found: tuple[Tensor, ...]) -> list[Tensor]:
    """dL/dc_t with h_t held still: an LSTM's h_t is made of its c_t, and its own gradient counts that way already."""
    if not cells:
        return []
    at_h, at_c = found[: len(held)], found[len(held) :]
    ways = [torch.autograd.grad(h, c, grad, retain_graph=True)[0] for h, c, grad in zip(held, cells, at_h, strict=True)]
    return [whole - way for whole, way in zip(at_c, ways, strict=True)]


def lost(scores: Float[Tensor, "examples *answers outputs"], y: Tensor, data: Sequences) -> Float[Tensor, " examples"]:
    """Loss of each example at its end: of the last answer, or of all behind the source of a mapping task."""
    if data.loss == "squared error":
        return F.mse_loss(scores.squeeze(-1), y, reduction="none")
    if data.answers_at == "end":
        return F.cross_entropy(scores, y, reduction="none")
    wanted = y
    if not data.source:
        place = torch.arange(y.shape[1], device=y.device)
        last = ((y != IGNORED) * place).amax(1, keepdim=True)
        wanted = y.masked_fill(place != last, IGNORED)
    each = F.cross_entropy(scores.transpose(1, 2), wanted, ignore_index=IGNORED, reduction="none")
    return each.sum(1)


def _flat(network: RecurrentNetwork, moments: list[Moment], read: Bool[Tensor, "examples tokens"]) -> dict[str, float]:
    """Of each signal of the lowest layer; a state made by gates has no slope of its own.

    ``read`` says which steps are no padding that is passed over: those that are come first.
    """
    signals: list[Signal] = list(network.row.cell.signals)
    signals = signals or ["h"]
    found: dict[str, float] = {}
    for signal in signals:
        values = torch.stack([moment.signals[signal] for moment in moments], dim=1).detach()
        values = torch.tanh(values) if signal == "c" else values
        slope = 4 * values * (1 - values) if signal in GATES else 1 - values.square()
        found[NAMES[signal]] = float((slope <= FLAT).float().cpu()[read].mean())
    return found
