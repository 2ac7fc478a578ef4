"""The transformer, to be read from top to bottom: its knobs, the network, a block, attention, the position-wise feed-forward.

Decoder-only (causal) or encoder-decoder with cross-attention, after Vaswani et al. 2017. Shapes: n examples, t tokens,
d the width, h heads of d_k = d / h entries each.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal, TypeVar, cast

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int, Shaped
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError
from torch import Tensor, nn

from engine.dropout import Dropout
from engine.initializers import InitializerChoice, Normal, XavierUniform
from engine.model import DropoutRate
from engine.probes import at_rest
from engine.refusal import Refusal
from engine.sequences.data import PAD, Asks, Sequences
from engine.sequences.network import Network, NetworkChoice
from engine.sequences.observed import KINDS, Observed, Seen, observed
from engine.sequences.positions import Place, Positions, Sinusoidal
from engine.sequences.scene import Axis, Picture
from engine.streams import stream
from engine.undrawn import undrawn

HEADS = (1, 2, 4, 8)
Drawn = TypeVar("Drawn", bound=nn.Linear | nn.Embedding)


class Transformer(NetworkChoice, frozen=True):
    """All that decides a transformer but its data."""

    kind: Literal["transformer"] = "transformer"
    encoder: bool = Field(
        False,
        title="Encoder and decoder",
        description="An encoder reads the source, a decoder looks at it through cross-attention; off: one stack reads all.",
    )
    layers: int = Field(2, ge=1, le=6, title="Layers", description="Blocks of the decoder, and as many of the encoder.")
    width: int = Field(
        64,
        ge=16,
        le=256,
        multiple_of=16,
        title="Width d",
        description="Numbers per token between the blocks.",
        json_schema_extra={"step": 16},
    )
    heads: int = Field(4, ge=1, le=8, title="Heads h", description="1, 2, 4 or 8, of d/h numbers each.")
    feed_forward: int = Field(
        256, ge=0, le=1024, title="Feed-forward units", description="Of each token's own hidden layer; 0 for none."
    )
    positions: Place = Sinusoidal()
    norm: Literal["pre", "post"] = Field(
        "pre", title="Layer norm", description="Before each part, or (as in 2017) after it and its residual."
    )
    tied: bool = Field(
        False,
        title="Tied embeddings",
        description="The output layer uses the embedding's weights: one matrix for both.",
    )
    dropout: DropoutRate = Field(
        0.0,
        title="Dropout",
        description="Probability that a number is silenced: of the embeddings and of each part's output.",
    )
    residual: bool = Field(True, title="Residuals", description="Adds what went into a part to what comes out of it.")
    scaled: bool = Field(True, title="Scaling by √d_k", description="Divides the scores of queries and keys by √d_k.")
    causal: bool = Field(
        True, title="Causal mask", description="No token of the stack that answers sees those that come after it."
    )
    label: ClassVar = "Transformer"
    formula: ClassVar = r"\operatorname{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d_k}}\right) V"
    lesson: ClassVar = (
        "Every token looks at every other it may see: paths of length 1, and all steps at once in training."
    )
    source: ClassVar = "Vaswani et al. 2017; pre-norm: Xiong et al. 2020"

    @field_validator("heads")
    @classmethod
    def _divides_every_width(cls, value: int) -> int:
        if value not in HEADS:
            raise PydanticCustomError("heads", f"choose one of: {', '.join(map(str, HEADS))}")
        return value

    def misfits(self, asks: Asks) -> list[tuple[str, Any, str]]:
        """(knob, value, what is allowed) of every knob that does not go with a task that asks so."""
        found: list[tuple[str, Any, str]] = []
        if self.encoder and not asks.of_source:
            found.append(("encoder", True, "an encoder needs a task with a source, such as reverse: choose false"))
        if self.tied and not asks.for_tokens:
            found.append(("tied", True, "tied embeddings need answers that are the tokens themselves: choose false"))
        return found

    def build(self, data: Sequences, seed: int, device: torch.device | str = "cpu") -> "TransformerNetwork":
        """The network with its first weights. Raises Refusal where a knob does not go with ``data``."""
        for knob, value, allowed in self.misfits(data.asks):
            raise Refusal(f"{knob}: got {value}; {allowed}")
        return TransformerNetwork(self, data, seed, device)

    def parameters(self, data: Sequences) -> int:
        """How many numbers it learns, in closed form."""
        d, norm = self.width, 2 * self.width
        attend, forward = 4 * (d * d + d), self.feed_forward * (2 * d + 1) + d if self.feed_forward else 0
        plain = attend + forward + norm * (2 if self.feed_forward else 1)
        blocks = self.layers * (plain + (plain + attend + norm if self.encoder else 0))
        ends = norm * (2 if self.encoder else 1) if self.norm == "pre" else 0
        lengths = (data.source, data.length - data.source) if self.encoder else (data.length,)
        placed = sum(self.positions.parameters(length, d) for length in lengths)
        entry = len(data.tokens) * d if data.tokens else len(data.features) * d + d
        return entry + placed + blocks + ends + (0 if self.tied else data.outputs * (d + 1))


class TransformerNetwork(Network):
    """Tokens in, scores of answers out. A ``Seen`` given to a forward pass takes down what pictures show."""

    def __init__(self, model: Transformer, data: Sequences, seed: int, device: torch.device | str = "cpu") -> None:
        super().__init__()
        self.model, self.source, self.answers_at = model, data.source, data.answers_at
        self.is_scored = bool(data.answers)
        """Whether outputs are scores of classes; else they are numbers."""
        self.masked: frozenset[int] = frozenset()
        """Places of x that no other place may look at: masked by hand."""
        d, layers = model.width, range(1, model.layers + 1)
        self.embedding: nn.Embedding | nn.Linear = (
            undrawn(nn.Embedding, len(data.tokens), d) if data.tokens else undrawn(nn.Linear, len(data.features), d)
        )
        self.positions = model.positions.build(
            data.length - data.source if model.encoder else data.length, d, model.heads, stream(seed, "weights", 2)
        )
        self.dropout = Dropout(model.dropout, stream(seed, "dropout", 0, device))
        self.decoder = nn.ModuleList(
            Block(model, "decoder", layer, seed, device, causal=model.causal, crosses=model.encoder) for layer in layers
        )
        self.norm = nn.LayerNorm(d) if model.norm == "pre" else nn.Identity()
        self.output = undrawn(nn.Linear, d, data.outputs, bias=not model.tied)
        if model.encoder:
            self.source_positions = model.positions.build(data.source, d, model.heads, stream(seed, "weights", 3))
            self.encoder = nn.ModuleList(
                Block(model, "encoder", layer, seed, device, causal=False, crosses=False) for layer in layers
            )
            self.source_norm = nn.LayerNorm(d) if model.norm == "pre" else nn.Identity()
        _draw(self.embedding, Normal(scale=d**-0.5), seed, 0)
        _draw(self.output, Normal(scale=d**-0.5), seed, 1)
        if model.tied:
            self.output.weight = self.embedding.weight
        self.to(device)

    def forward(
        self, x: Shaped[Tensor, "batch tokens *features"], seen: Seen | None = None
    ) -> Float[Tensor, "batch *answered outputs"]:
        """(n, t, outputs); (n, outputs) where one answer is asked for at the end. With an encoder t leaves out the source."""
        visible, memory, source_visible = self._visible(x), None, None
        if self.model.encoder:
            source, x = x[:, : self.source], x[:, self.source :]
            if visible is not None:
                source_visible, visible = visible[:, : self.source], visible[:, self.source :]
            memory = self._enter(source, self.source_positions)
            for block in self.encoder:
                memory = block(memory, visible=source_visible, positions=self.source_positions, seen=seen)
            memory = self.source_norm(memory)
        stack = self._enter(x, self.positions)
        states = [stack]
        for block in self.decoder:
            stack = block(stack, memory, visible, source_visible, self.positions, seen)
            states.append(stack)
        if self.answers_at == "end":
            states = [state[torch.arange(len(x), device=x.device), _last(x)] for state in states]
        if seen is not None:
            seen.states = states
        return self.read_out(states[-1])

    def read_out(self, state: Float[Tensor, "batch *answered width"]) -> Float[Tensor, "batch *answered outputs"]:
        """The scores of a state between two blocks, as if it were the last one (the logit lens)."""
        out: Tensor = self.output(self.norm(state))
        return out

    def _enter(
        self, x: Shaped[Tensor, "batch tokens *features"], positions: Positions
    ) -> Float[Tensor, "batch tokens width"]:
        """Embeddings, those of tokens times √d so that their variance is 1, and what says where they stand."""
        scale = self.model.width**0.5 if isinstance(self.embedding, nn.Embedding) else 1.0
        placed: Tensor = self.dropout(positions.add(self.embedding(x) * scale))
        return placed

    def _visible(self, x: Shaped[Tensor, "batch tokens *features"]) -> Bool[Tensor, "batch tokens"] | None:
        """Which places may be looked at: neither padding nor masked by hand; None where all may."""
        visible = x != PAD if isinstance(self.embedding, nn.Embedding) else torch.ones_like(x[:, :, 0]).bool()
        for place in self.masked:
            visible[:, place : place + 1] = False
        return None if bool(visible.all()) else visible

    # --- what runs and pages ask of it ------------------------------------------------------------------------------------

    @property
    def blocks(self) -> list["Block"]:
        """Those of the encoder, if there is one, and those of the decoder, from the input on."""
        return [*(self.encoder if self.model.encoder else ()), *self.decoder]

    @property
    def attentions(self) -> dict[str, "Attention"]:
        """Every attention by name: ``encoder 1``, ..., ``decoder 1``, ..., ``cross 1``, ..."""
        parts = [part for block in self.blocks for part in (block.attention, block.cross) if part is not None]
        return {part.name: part for kind in KINDS for part in parts if part.kind == kind}

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        """The weight matrices by name, from the input to the output."""
        parts: dict[str, nn.Module] = {"embedding": self.embedding}
        for block in self.blocks:
            parts |= block.linears
        parts |= {} if self.model.tied else {"output": self.output}
        return {name: cast(nn.Parameter, part.weight) for name, part in parts.items()}

    def switch(self, attention: str, head: int, *, on: bool) -> None:
        """Switch a head (from 1) on or off: one that is off gives 0. Raises Refusal where there is none such."""
        if attention not in self.attentions or not 1 <= head <= self.model.heads:
            there = ", ".join(self.attentions)
            raise Refusal(f"got head {head} of {attention}; there are heads 1 to {self.model.heads} of {there}")
        self.attentions[attention].switch(head, on=on)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The maps of every head, layer by layer."""
        sides: dict[str, tuple[Axis, Axis]] = {
            "decoder": ("answered", "answered") if self.model.encoder else ("tokens", "tokens"),
            "encoder": ("source", "source"),
            "cross": ("answered", "source"),
        }
        found = []
        for name in self.attentions:
            kind, _, layer = name.partition(" ")
            for head in range(1, self.model.heads + 1):
                title, short = f"layer {layer}, head {head}", f"L{layer} H{head}"
                map_of = partial(Picture, f"{name}.{head}", f"{kind} attention", title, *sides[kind])
                found.append(map_of(0.0, 1.0, 1 / 255, short))
        return tuple(found)

    def filmed(self, x: Shaped[Tensor, "1 tokens *features"]) -> dict[str, np.ndarray]:
        """The maps in 256 steps: (queries, keys) of each."""
        seen = Seen()
        with at_rest(self), torch.no_grad():
            self(x, seen)
        steps = {name: (255 * maps[0]).round().byte().cpu().numpy() for name, maps in seen.maps.items()}
        return {f"{name}.{head}": each for name, maps in steps.items() for head, each in enumerate(maps, start=1)}

    def observe(self, x: Shaped[Tensor, "1 tokens *features"]) -> Observed:
        """What pictures show of one example."""
        return observed(self, x)


class Block(nn.Module):
    """Self-attention, cross-attention where there is an encoder, and the feed-forward, each with its norm and residual."""

    def __init__(
        self,
        model: Transformer,
        stack: Literal["encoder", "decoder"],
        layer: int,
        seed: int,
        device: torch.device | str,
        *,
        causal: bool,
        crosses: bool,
    ) -> None:
        super().__init__()
        number = 100 * layer + (50 if stack == "encoder" else 0)
        """Of its streams of first weights; a part that is left out shifts those of no other."""
        self.name, self.is_pre, self.residual = f"{stack} {layer}", model.norm == "pre", model.residual
        self.dropout = Dropout(model.dropout, stream(seed, "dropout", number, device))
        self.attention = Attention(model, stack, layer, seed, number, causal=causal)
        self.attention_norm = nn.LayerNorm(model.width)
        self.cross = Attention(model, "cross", layer, seed, number + 10, causal=False) if crosses else None
        self.cross_norm = nn.LayerNorm(model.width) if crosses else None
        self.feed_forward = FeedForward(model, seed, number + 20) if model.feed_forward else None
        self.feed_forward_norm = nn.LayerNorm(model.width) if model.feed_forward else None

    def forward(
        self,
        x: Float[Tensor, "batch tokens width"],
        memory: Float[Tensor, "batch source width"] | None = None,
        visible: Bool[Tensor, "batch tokens"] | None = None,
        source_visible: Bool[Tensor, "batch source"] | None = None,
        positions: Positions | None = None,
        seen: Seen | None = None,
    ) -> Float[Tensor, "batch tokens width"]:
        x = self._part(x, self.attention_norm, lambda z: self.attention(z, z, visible, positions, seen))
        if self.cross is not None and self.cross_norm is not None and memory is not None:
            cross = self.cross
            x = self._part(x, self.cross_norm, lambda z: cross(z, memory, source_visible, None, seen))
        if self.feed_forward is not None and self.feed_forward_norm is not None:
            x = self._part(x, self.feed_forward_norm, self.feed_forward)
        return x

    def _part(self, x: Tensor, norm: nn.LayerNorm, part: Callable[[Tensor], Tensor]) -> Tensor:
        """Pre-norm: x + part(norm(x)); post-norm: norm(x + part(x)). Without residuals the first x is left out."""
        y: Tensor = self.dropout(part(norm(x) if self.is_pre else x))
        y = x + y if self.residual else y
        return y if self.is_pre else norm(y)

    @property
    def linears(self) -> dict[str, nn.Linear]:
        """Its affine maps by name, in the order in which they act."""
        found = self.attention.linears
        found |= self.cross.linears if self.cross is not None else {}
        if self.feed_forward is not None:
            found |= {f"{self.name} up": self.feed_forward.up, f"{self.name} down": self.feed_forward.down}
        return found


class Attention(nn.Module):
    """softmax(Q Kᵀ / √d_k) V in ``heads`` heads: queries from x; keys and values from the memory, which may be x itself."""

    kept: Tensor | None = None
    """(heads,): 1 where a head is on, 0 where it is off and gives 0; None while all are on."""

    def __init__(
        self,
        model: Transformer,
        kind: Literal["encoder", "decoder", "cross"],
        layer: int,
        seed: int,
        number: int,
        *,
        causal: bool,
    ) -> None:
        super().__init__()
        self.name, self.kind, self.heads, self.causal = f"{kind} {layer}", kind, model.heads, causal
        self.scale = (model.width // model.heads) ** -0.5 if model.scaled else 1.0
        self.query, self.key, self.value, self.out = (
            _draw(undrawn(nn.Linear, model.width, model.width), XavierUniform(), seed, number + part)
            for part in range(4)
        )

    def forward(
        self,
        x: Float[Tensor, "batch tokens width"],
        memory: Float[Tensor, "batch looked_at width"],
        visible: Bool[Tensor, "batch looked_at"] | None,
        positions: Positions | None,
        seen: Seen | None,
    ) -> Float[Tensor, "batch tokens width"]:
        q, k, v = self._split(self.query(x)), self._split(self.key(memory)), self._split(self.value(memory))
        if positions is not None:
            q, k = positions.turn(q), positions.turn(k)
        if seen is None and visible is None:
            heads = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal, scale=self.scale)
        elif seen is None:
            heads = F.scaled_dot_product_attention(q, k, v, self._sight(q, k, visible), scale=self.scale)
        else:
            sight = self._sight(q, k, visible)
            scores = (q @ k.transpose(2, 3) * self.scale).masked_fill(~sight, -torch.inf)
            weights = scores.softmax(dim=3).masked_fill(~sight, 0.0)  # a row that sees nothing gives 0, as in PyTorch's
            seen.maps[self.name] = weights
            heads = weights @ v
        if self.kept is not None:
            heads = heads * self.kept[:, None, None]
        out: Tensor = self.out(heads.transpose(1, 2).flatten(2))
        return out

    def _split(self, z: Float[Tensor, "batch tokens width"]) -> Float[Tensor, "batch heads tokens d_k"]:
        return z.unflatten(2, (self.heads, -1)).transpose(1, 2)

    def _sight(
        self, q: Tensor, k: Tensor, visible: Bool[Tensor, "batch looked_at"] | None
    ) -> Bool[Tensor, "#batch 1 tokens looked_at"]:
        """Which query may look at which key. In self-attention a token always sees itself, so that no row is empty."""
        sight = torch.ones(1, 1, q.shape[2], k.shape[2], dtype=torch.bool, device=q.device)
        if visible is not None:
            sight = sight & visible[:, None, None, :]
            if self.kind != "cross":
                sight = sight | torch.eye(q.shape[2], dtype=torch.bool, device=q.device)
        return sight.tril() if self.causal else sight

    def switch(self, head: int, *, on: bool) -> None:
        """Switch a head (from 1) on or off."""
        kept = torch.ones(self.heads, device=self.out.weight.device) if self.kept is None else self.kept.clone()
        kept[head - 1] = float(on)
        self.kept = None if bool(kept.all()) else kept

    @property
    def linears(self) -> dict[str, nn.Linear]:
        """Its four affine maps by name."""
        parts = {"query": self.query, "key": self.key, "value": self.value, "out": self.out}
        return {f"{self.name} {name}": part for name, part in parts.items()}


class FeedForward(nn.Module):
    """W₂ gelu(W₁ x + b₁) + b₂, of every token by itself."""

    def __init__(self, model: Transformer, seed: int, number: int) -> None:
        super().__init__()
        self.up = _draw(undrawn(nn.Linear, model.width, model.feed_forward), XavierUniform(), seed, number)
        self.down = _draw(undrawn(nn.Linear, model.feed_forward, model.width), XavierUniform(), seed, number + 1)

    def forward(self, x: Float[Tensor, "batch tokens width"]) -> Float[Tensor, "batch tokens width"]:
        out: Tensor = self.down(F.gelu(self.up(x)))
        return out


def _draw(part: Drawn, initializer: InitializerChoice, seed: int, number: int) -> Drawn:
    """Fill the weights of ``part`` from a stream of their own; its biases begin at 0."""
    initializer.fill(part.weight.data, stream(seed, "weights", number))
    if isinstance(part, nn.Linear) and part.bias is not None:
        nn.init.zeros_(part.bias)
    return part


def _last(x: Shaped[Tensor, "batch tokens *features"]) -> Int[Tensor, " batch"]:
    """The last place of each example that is not padding."""
    if x.is_floating_point():
        return torch.full((len(x),), x.shape[1] - 1, device=x.device)
    return ((x != PAD) * torch.arange(x.shape[1], device=x.device)).amax(dim=1)
