"""What is often written of transformers, and the runs that show what is right."""

import time
from statistics import median

import torch
from torch import Tensor, nn

from engine.initializers import XavierUniform
from engine.labs.proof import Proof, Proved
from engine.sequences.data import Part, Sequences
from engine.sequences.transformer import Block, Transformer
from engine.streams import stream
from engine.undrawn import undrawn
from engine.words import number

LAYERS = 6
LENGTHS = (16, 64, 256)
WIDTH, BATCH, REPEATS = 32, 8, 3


def one_of_each() -> Proved:
    """Count encoders, decoders and layers of PyTorch's own transformer and of this page's, and what cross-attention reads."""
    theirs = undrawn(nn.Transformer, d_model=8, nhead=2, dim_feedforward=8, batch_first=True)
    stacks = {
        kind: [m for m in theirs.modules() if isinstance(m, kind)]
        for kind in (nn.TransformerEncoder, nn.TransformerDecoder)
    }
    layers = [len(stack[0].layers) for stack in stacks.values()]
    x = torch.arange(4, 12).reshape(1, 8)
    data = Sequences(
        Part(x, x), Part(x, x), tuple(map(str, range(12))), tuple(map(str, range(12))), "each step", source=4
    )
    network = Transformer(encoder=True, layers=LAYERS, width=16, heads=2, feed_forward=16).build(data, 0)
    read: list[Tensor] = []
    crosses = [block.cross for block in network.blocks if block.cross is not None]
    hooks = [cross.register_forward_pre_hook(lambda _, given: read.append(given[1])) for cross in crosses]
    try:
        network(x)
    finally:
        for hook in hooks:
            hook.remove()
    memories = len({id(memory) for memory in read})
    rows = [
        ["encoders", *(str(len(stack)) for stack in (stacks[nn.TransformerEncoder], [network.encoder]))],
        ["layers of the encoder", str(layers[0]), str(len(network.encoder))],
        ["decoders", *(str(len(stack)) for stack in (stacks[nn.TransformerDecoder], [network.decoder]))],
        ["layers of the decoder", str(layers[1]), str(len(network.decoder))],
    ]
    sentence = (
        f"PyTorch's `nn.Transformer`, of as many layers as the paper has, holds {len(stacks[nn.TransformerEncoder])} encoder "
        f"of {layers[0]} layers and {len(stacks[nn.TransformerDecoder])} decoder of {layers[1]} layers. In this page's "
        f"network of {LAYERS} and {LAYERS} the {len(read)} cross-attentions of one pass read {memories} memory: what comes "
        "out of the "
        "encoder's last layer."
    )
    return Proved(sentence, ("", "nn.Transformer", "this page's"), rows)


def paths() -> Proved:
    """How many steps must wait for each other, how far a gradient reaches, and the time on this machine, by length."""
    rows, reached = [], []
    for length in LENGTHS:
        x = torch.randn(BATCH, length, WIDTH, generator=stream(0, "data"))
        lstm, block = _lstm(), _block()
        seconds = [_seconds(lambda module=module, x=x: _run(module, x)) for module in (lstm, block)]
        shares = [_reach(module, x) for module in (lstm, block)]
        reached.append(shares)
        times = [f"{second * 1000:.1f} ms" for second in seconds]
        rows.append([f"{length}", f"{length}", "1", *(f"{share:.1e}" if share else "0" for share in shares), *times])
    (near, near_block), (far, far_block) = reached[0], reached[-1]
    sentence = (
        f"An LSTM must wait for itself {LENGTHS[-1]} times to read {LENGTHS[-1]} tokens; in a block of a transformer all "
        f"tokens are computed at once. The gradient of the last output with respect to the first token, over that with "
        f"respect to the last one, goes from {number(near)} at {LENGTHS[0]} tokens to {number(far)} at {LENGTHS[-1]} in the "
        f"LSTM, and from {number(near_block)} to {number(far_block)} in the block, where the path is one step whatever the "
        "length (attention then shares its weight among more tokens). The times are of one pass forward and back on this "
        "server's processor, which gains little from doing things at once."
    )
    head = ("tokens", "steps in turn: LSTM", "block", "gradient first / last: LSTM", "block", "time: LSTM", "block")
    return Proved(sentence, head, rows)


def _lstm() -> nn.LSTM:
    """First weights from streams of their own: the library's would come from the global one."""
    made = undrawn(nn.LSTM, WIDTH, WIDTH, batch_first=True)
    for place, parameter in enumerate(made.parameters()):
        if parameter.ndim == 2:
            XavierUniform().fill(parameter.data, stream(0, "weights", place))
        else:
            nn.init.zeros_(parameter)
    return made


def _block() -> Block:
    model = Transformer(width=WIDTH, heads=2, feed_forward=2 * WIDTH)
    return Block(model, "decoder", 1, 0, "cpu", causal=True, crosses=False)


def _run(module: nn.Module, x: Tensor) -> Tensor:
    """Forward and back; returns the gradient of the last output's sum with respect to x."""
    x = x.clone().requires_grad_()
    out = module(x)
    out = out[0] if isinstance(out, tuple) else out
    (gradient,) = torch.autograd.grad(out[:, -1].sum(), x)
    return gradient


def _reach(module: nn.Module, x: Tensor) -> float:
    """Size of the gradient at the first token over that at the last one."""
    gradient = _run(module, x)
    return float(gradient[:, 0].norm() / gradient[:, -1].norm())


def _seconds(work: object) -> float:
    assert callable(work)
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "one_of_each",
        "The transformer has 6 encoders and 6 decoders.",
        "It has one encoder and one decoder, of 6 layers each; every layer of the decoder looks at what comes out of the "
        "encoder's last layer.",
        one_of_each,
    ),
    Proof(
        "paths",
        "The wish for a selective memory led to the transformer.",
        "That wish led to the LSTM (1997). The transformer's reasons were training all steps at once, and short paths between "
        "tokens far apart (Vaswani et al. 2017).",
        paths,
    ),
)
