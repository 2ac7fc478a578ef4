"""What pictures show of one example on its way through a transformer: maps, how spread and how far they look, the lens."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from engine.probes import at_rest
from engine.sequences.data import PAD

if TYPE_CHECKING:
    from engine.sequences.transformer import TransformerNetwork


KINDS = ("encoder", "decoder", "cross")


@dataclass
class Seen:
    """Takes down what passes while a network computes."""

    maps: dict[str, Float[Tensor, "batch heads queries keys"]] = field(default_factory=dict)
    """Attention weights by the attention's name; each row sums to 1, or is 0 where nothing may be looked at."""
    states: list[Float[Tensor, "batch *answered width"]] = field(default_factory=list)
    """The residual stream of what answers: before the first block and after each."""


@dataclass(frozen=True)
class Observed:
    """One example. Encoder and cross-attention are empty where there is no encoder."""

    decoder: Float[np.ndarray, "layers heads tokens tokens"]
    """Self-attention of the stack that answers: row = the token that looks, column = what it looks at."""
    encoder: Float[np.ndarray, "_ heads source source"]
    cross: Float[np.ndarray, "_ heads _ source"]
    entropy: Float[np.ndarray, "attentions heads"]
    """Mean over the rows, in nats: 0 looks at one token, ln n evenly at n. In the order of ``network.attentions``."""
    distance: Float[np.ndarray, "attentions heads"]
    """Mean places between who looks and what is looked at, weighted by the attention."""
    lens: Float[np.ndarray, "states answered outputs"]
    """Probabilities of the answers, had the network stopped before the first block and after each; numbers as they are."""


def entropy(maps: Float[Tensor, "*batch queries keys"]) -> Float[Tensor, "*batch queries"]:
    """-sum of p ln p of every row, in nats."""
    return -torch.xlogy(maps, maps).sum(-1)


def distance(maps: Float[Tensor, "*batch queries keys"]) -> Float[Tensor, "*batch queries"]:
    """Mean of |query's place - key's place| under the weights of every row."""
    queries, keys = (torch.arange(size, device=maps.device) for size in maps.shape[-2:])
    return (maps * (queries[:, None] - keys).abs()).sum(-1)


@torch.no_grad()
def observed(network: "TransformerNetwork", x: Shaped[Tensor, "1 tokens *features"]) -> Observed:
    """Pass one example through and take down what is shown of it."""
    seen = Seen()
    with at_rest(network):
        network(x, seen)
        lens = torch.stack([network.read_out(state)[0] for state in seen.states])
    lens = lens.reshape(len(seen.states), -1, lens.shape[-1])
    maps = {kind: [each[0] for name, each in seen.maps.items() if name.startswith(kind)] for kind in KINDS}
    rows = {kind: _real(network, x, kind) for kind in KINDS}
    heads = [(each, rows[kind]) for kind in KINDS for each in maps[kind]]
    return Observed(
        decoder=_stacked(maps["decoder"], network.model.heads),
        encoder=_stacked(maps["encoder"], network.model.heads),
        cross=_stacked(maps["cross"], network.model.heads),
        entropy=torch.stack([entropy(each)[:, real].mean(1) for each, real in heads]).cpu().numpy(),
        distance=torch.stack([distance(each)[:, real].mean(1) for each, real in heads]).cpu().numpy(),
        lens=(lens.softmax(-1) if network.is_scored else lens).cpu().numpy(),
    )


def _real(network: "TransformerNetwork", x: Shaped[Tensor, "1 tokens *features"], kind: str) -> Int[Tensor, " rows"]:
    """The queries that are not padding."""
    real = x[0] != PAD if not x.is_floating_point() else torch.ones(x.shape[1], dtype=torch.bool, device=x.device)
    if network.model.encoder:
        real = real[: network.source] if kind == "encoder" else real[network.source :]
    return real.nonzero().flatten()


def _stacked(maps: list[Tensor], heads: int) -> Float[np.ndarray, "layers heads queries keys"]:
    return torch.stack(maps).cpu().numpy() if maps else np.zeros((0, heads, 0, 0), np.float32)
