"""The transformer beside PyTorch's own layers with the same weights, and what its masks and knobs promise."""

from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

from engine.refusal import Refusal
from engine.sequences.data import PAD, Part, Sequences
from engine.sequences.observed import Seen
from engine.sequences.positions import Learned, NoPositions, Rotary, Sinusoidal
from engine.sequences.tasks.series import NoisySine
from engine.sequences.tasks.toy import Brackets, Copy
from engine.sequences.transformer import Attention, Block, Transformer, TransformerNetwork

TOKENS = ("<pad>", "<unk>", "<bos>", "<eos>", *"abcdefgh")
POSITIONS = [NoPositions(), Sinusoidal(), Learned(), Rotary()]
SMALL = Transformer(layers=2, width=16, heads=2, feed_forward=24)


def text(tokens: int = 7, rows: int = 5, source: int = 0) -> Sequences:
    """Tokens drawn at random; each asks for itself."""
    x = torch.randint(4, len(TOKENS), (rows, tokens), generator=torch.Generator().manual_seed(1))
    return Sequences(Part(x, x), Part(x, x), TOKENS, TOKENS, "each step", source=source)


def made(model: Transformer = SMALL, data: Sequences | None = None, seed: int = 0) -> TransformerNetwork:
    """In double precision, with biases and norms that are not 0 and 1."""
    network = model.build(data or text(), seed).double().eval()
    generator = torch.Generator().manual_seed(2)
    for name, parameter in network.named_parameters():
        if name.endswith("bias") or "norm" in name:
            parameter.data += torch.randn(parameter.shape, generator=generator, dtype=torch.double) * 0.3
    return network


def close(given: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(given, expected, rtol=0, atol=1e-6)


def into_attention(theirs: nn.MultiheadAttention, ours: Attention) -> None:
    theirs.in_proj_weight.data = torch.cat([ours.query.weight, ours.key.weight, ours.value.weight]).data
    theirs.in_proj_bias.data = torch.cat([ours.query.bias, ours.key.bias, ours.value.bias]).data
    theirs.out_proj.load_state_dict(ours.out.state_dict())


def into_layer(theirs: Any, ours: Block) -> None:
    assert ours.feed_forward is not None
    into_attention(theirs.self_attn, ours.attention)
    theirs.linear1.load_state_dict(ours.feed_forward.up.state_dict())
    theirs.linear2.load_state_dict(ours.feed_forward.down.state_dict())
    norms = [ours.attention_norm, ours.cross_norm, ours.feed_forward_norm]
    for place, norm in enumerate((norm for norm in norms if norm is not None), start=1):
        getattr(theirs, f"norm{place}").load_state_dict(norm.state_dict())
    if ours.cross is not None:
        into_attention(theirs.multihead_attn, ours.cross)


def options(model: Transformer) -> dict[str, Any]:
    return {
        "d_model": model.width,
        "nhead": model.heads,
        "dim_feedforward": model.feed_forward,
        "dropout": 0.0,
        "activation": "gelu",
        "batch_first": True,
        "norm_first": model.norm == "pre",
        "dtype": torch.double,
    }


@pytest.mark.parametrize("heads", [1, 2, 8])
@pytest.mark.parametrize("causal", [True, False])
def test_attention_matches_multihead_attention_and_so_do_its_maps(heads: int, causal: bool) -> None:
    network = made(SMALL.model_copy(update={"heads": heads, "causal": causal}))
    ours = network.decoder[0].attention
    theirs = nn.MultiheadAttention(16, heads, batch_first=True, dtype=torch.double)
    into_attention(theirs, ours)
    x = torch.randn(3, 6, 16, dtype=torch.double, generator=torch.Generator().manual_seed(3))
    mask = torch.ones(6, 6).triu(1).bool() if causal else None
    expected, maps = theirs(x, x, x, attn_mask=mask, average_attn_weights=False)
    seen = Seen()
    close(ours(x, x, None, None, None), expected)
    close(ours(x, x, None, None, seen), expected)
    close(seen.maps["decoder 1"], maps)


def test_padding_is_looked_at_by_nobody_as_with_a_key_padding_mask() -> None:
    ours = made(SMALL.model_copy(update={"causal": False})).decoder[0].attention
    theirs = nn.MultiheadAttention(16, 2, batch_first=True, dtype=torch.double)
    into_attention(theirs, ours)
    x = torch.randn(2, 6, 16, dtype=torch.double, generator=torch.Generator().manual_seed(3))
    visible = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    expected, _ = theirs(x, x, x, key_padding_mask=~visible)
    for seen in (None, Seen()):
        given = ours(x, x, visible, None, seen)
        close(given[0], expected[0])
        close(given[1, :4], expected[1, :4])


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("causal", [True, False])
def test_a_block_matches_the_encoder_layer(norm: str, causal: bool) -> None:
    model = SMALL.model_copy(update={"norm": norm, "causal": causal})
    block = made(model).decoder[1]
    theirs = nn.TransformerEncoderLayer(**options(model)).eval()
    into_layer(theirs, block)
    x = torch.randn(3, 6, 16, dtype=torch.double, generator=torch.Generator().manual_seed(3))
    mask = torch.ones(6, 6).triu(1).bool() if causal else None
    close(block(x), theirs(x, src_mask=mask))


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_block_with_cross_attention_matches_the_decoder_layer(norm: str) -> None:
    model = SMALL.model_copy(update={"norm": norm, "encoder": True})
    block = made(model, text(source=4)).decoder[0]
    theirs = nn.TransformerDecoderLayer(**options(model)).eval()
    into_layer(theirs, block)
    generator = torch.Generator().manual_seed(3)
    x, memory = (torch.randn(3, size, 16, dtype=torch.double, generator=generator) for size in (6, 4))
    visible = torch.tensor([[True] * 4, [False] + [True] * 3, [True, False, True, True]])
    expected = theirs(x, memory, tgt_mask=torch.ones(6, 6).triu(1).bool(), memory_key_padding_mask=~visible)
    close(block(x, memory, source_visible=visible), expected)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_the_whole_encoder_decoder_matches_pytorch_s_transformer(norm: str) -> None:
    model = SMALL.model_copy(update={"norm": norm, "encoder": True, "positions": Learned()})
    data = text(source=4)
    network = made(model, data)
    end = {"norm": nn.LayerNorm(16, dtype=torch.double)} if norm == "pre" else {}
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**options(model)), 2, **end, enable_nested_tensor=False)
    end = {"norm": nn.LayerNorm(16, dtype=torch.double)} if norm == "pre" else {}
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**options(model)), 2, **end)
    for theirs, ours in ((encoder, network.encoder), (decoder, network.decoder)):
        for layer, block in zip(theirs.layers, ours, strict=True):
            into_layer(layer, block)
    if norm == "pre":
        encoder.norm.load_state_dict(network.source_norm.state_dict())
        decoder.norm.load_state_dict(network.norm.state_dict())
    x = data.train.x
    source = network.embedding(x[:, :4]) * 4 + network.source_positions.weight
    answer = network.embedding(x[:, 4:]) * 4 + network.positions.weight
    mask = torch.ones(3, 3).triu(1).bool()
    close(network(x), network.output(decoder.eval()(answer, encoder.eval()(source), tgt_mask=mask)))


@pytest.mark.parametrize("positions", POSITIONS, ids=lambda row: row.kind)
@pytest.mark.parametrize("encoder", [False, True])
def test_changing_a_later_token_changes_no_earlier_output(positions: Any, encoder: bool) -> None:
    source = 3 if encoder else 0
    model = SMALL.model_copy(update={"positions": positions, "encoder": encoder})
    network, x = made(model, text(9, source=source)), text(9).train.x
    before = network(x)
    for place in range(source + 1, 9):
        changed = x.clone()
        changed[:, place] = 4 + (changed[:, place] - 3) % 8
        after, answered = network(changed), place - source
        assert torch.equal(after[:, :answered], before[:, :answered])
        assert not torch.allclose(after[:, answered:], before[:, answered:])
    (gradient,) = torch.autograd.grad(before[:, 0].sum(), network.embedding.weight)
    unread = [id for id in range(4, 12) if id not in x[:, : source + 1]]
    assert bool((gradient[unread] == 0).all())


def test_without_the_causal_mask_the_first_output_sees_the_last_token() -> None:
    network, x = made(SMALL.model_copy(update={"causal": False})), text().train.x
    changed = x.clone()
    changed[:, -1] = 4 + (changed[:, -1] - 3) % 8
    assert not torch.allclose(network(x)[:, 0], network(changed)[:, 0])


@pytest.mark.parametrize("positions", POSITIONS, ids=lambda row: row.kind)
@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("encoder", [False, True])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("feed_forward", [0, 24])
def test_the_number_of_parameters_is_the_closed_form(
    positions: Any, norm: str, encoder: bool, tied: bool, feed_forward: int
) -> None:
    knobs = {"positions": positions, "norm": norm, "encoder": encoder, "tied": tied, "feed_forward": feed_forward}
    model, data = SMALL.model_copy(update=knobs), text(source=3 if encoder else 0)
    network = model.build(data, 0)
    assert sum(parameter.numel() for parameter in network.parameters()) == model.parameters(data)


def test_one_block_has_twelve_d_squared_weights_beside_biases_and_norms() -> None:
    block = Transformer(width=32, heads=4, feed_forward=128).build(text(), 0).decoder[0]
    assert sum(linear.weight.numel() for linear in block.linears.values()) == 12 * 32**2


@pytest.mark.parametrize("task", [NoisySine(samples=60, length=8), Brackets(samples=60, length=8)])
def test_one_answer_at_the_end_is_read_at_the_last_token_of_each_example(task: Any) -> None:
    data = task.build(0)
    network = SMALL.build(data, 0).double()
    x = data.train.x[:5] if data.tokens else data.train.x[:5].double()
    given = network(x)
    assert given.shape == (5, data.outputs)
    assert sum(parameter.numel() for parameter in network.parameters()) == SMALL.parameters(data)
    if data.tokens:
        behind = torch.cat([x, torch.full((5, 3), PAD)], dim=1)
        close(network(behind), given)


def test_padding_before_an_example_is_not_seen_either() -> None:
    network = made(SMALL.model_copy(update={"positions": Rotary()}))
    x = text().train.x
    padded = torch.cat([torch.full((len(x), 3), PAD), x], dim=1)
    close(network(padded)[:, 3:], network(x))


def test_tied_embeddings_are_one_matrix() -> None:
    network = made(SMALL.model_copy(update={"tied": True}))
    assert network.output.weight is network.embedding.weight
    assert network.output.bias is None
    assert "output" not in network.matrices
    network(text().train.x).sum().backward()
    before = network.output.weight.detach().clone()
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    assert torch.equal(network.output.weight, network.embedding.weight)
    assert not torch.equal(network.output.weight, before)


def test_with_the_maps_the_outputs_stay_the_same_to_1e_6() -> None:
    for encoder in (False, True):
        network = made(SMALL.model_copy(update={"encoder": encoder}), text(source=3 if encoder else 0))
        x = text().train.x.clone()
        x[0, 0] = PAD
        close(network(x, Seen()), network(x))
    attention = network.float().attentions["decoder 1"]
    z = torch.randn(2, 5, 16, generator=torch.Generator().manual_seed(3))
    close(attention(z, z, None, None, Seen()), attention(z, z, None, None, None))


def test_a_head_that_is_off_gives_what_zeroing_its_output_columns_gives() -> None:
    network, x = made(), text().train.x
    on = network(x)
    network.switch("decoder 2", 2, on=False)
    off = network(x)
    assert not torch.allclose(on, off)
    network.switch("decoder 2", 2, on=True)
    assert torch.equal(network(x), on)
    network.attentions["decoder 2"].out.weight.data[:, 8:] = 0.0
    close(network(x), off)
    with pytest.raises(Refusal, match="got head 3 of decoder 2; there are heads 1 to 2 of decoder 1, decoder 2"):
        network.switch("decoder 2", 3, on=False)


def test_a_masked_place_is_seen_by_itself_alone() -> None:
    network, x = made(), text().train.x
    network.masked = frozenset({2})
    seen = Seen()
    close(network(x, seen), masked := network(x))
    for maps in seen.maps.values():
        assert bool((maps[:, :, 3:, 2] == 0).all())
        assert bool((maps[:, :, 2, 2] > 0).all())
    changed = x.clone()
    changed[:, 2] = 4 + (changed[:, 2] - 3) % 8
    again = network(changed)
    assert torch.equal(again[:, [0, 1, 3, 4, 5, 6]], masked[:, [0, 1, 3, 4, 5, 6]])


def test_with_the_whole_source_masked_cross_attention_gives_its_bias_and_no_nan() -> None:
    network = made(SMALL.model_copy(update={"encoder": True}), text(source=3))
    network.masked = frozenset({0, 1, 2})
    given = [network(text().train.x, seen) for seen in (None, Seen())]
    assert bool(given[0].isfinite().all())
    close(*given)


def test_scores_are_scaled_or_not() -> None:
    x = torch.randn(2, 5, 16, dtype=torch.double, generator=torch.Generator().manual_seed(3))
    plain, scaled = (made(SMALL.model_copy(update={"scaled": s})).decoder[0].attention for s in (False, True))
    plain.query.weight.data /= 8**0.5
    plain.query.bias.data /= 8**0.5
    close(plain(x, x, None, None, None), scaled(x, x, None, None, None))


def test_without_residuals_a_block_of_zeros_lets_nothing_through() -> None:
    x = torch.randn(2, 5, 16, generator=torch.Generator().manual_seed(3))
    for residual, expected in ((True, x), (False, torch.zeros_like(x))):
        block = Block(
            SMALL.model_copy(update={"residual": residual}), "decoder", 1, 0, "cpu", causal=True, crosses=False
        )
        for linear in block.linears.values():
            linear.weight.data.zero_()
        close(block(x), expected)


def test_each_part_draws_its_first_weights_from_a_stream_of_its_own() -> None:
    before = torch.random.get_rng_state()
    whole = SMALL.build(text(), 3)
    assert torch.equal(torch.random.get_rng_state(), before)
    bare = SMALL.model_copy(update={"feed_forward": 0, "layers": 1}).build(text(), 3)
    for name, weight in bare.matrices.items():
        assert torch.equal(weight, whole.matrices[name])
    both = SMALL.model_copy(update={"encoder": True}).build(text(source=3), 3)
    weights = [*both.matrices.values()]
    assert all(not torch.equal(a, b) for i, a in enumerate(weights) for b in weights[:i] if a.shape == b.shape)
    assert not torch.equal(SMALL.build(text(), 4).output.weight, whole.output.weight)


def test_dropout_draws_from_its_run_s_own_generator_and_may_change_in_mid_run() -> None:
    network, x = SMALL.model_copy(update={"dropout": 0.5}).build(text(), 0), text().train.x
    before = torch.random.get_rng_state()
    first = network(x)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not torch.equal(network(x), first)
    network.set_dropout(0.0)
    assert torch.equal(network(x), network.eval()(x))


def test_knobs_that_do_not_go_with_the_data_are_named() -> None:
    with pytest.raises(Refusal, match="encoder: got True; an encoder needs a task with a source"):
        Transformer(encoder=True).build(text(), 0)
    with pytest.raises(Refusal, match="tied: got True; tied embeddings need answers that are the tokens"):
        Transformer(tied=True).build(Brackets(samples=50).build(0), 0)
    with pytest.raises(ValidationError, match="choose one of: 1, 2, 4, 8"):
        Transformer(heads=3)


def test_what_is_observed_of_one_example_is_what_the_network_computed() -> None:
    data = Copy(samples=50, length=5, symbols=4).build(0)
    network = SMALL.model_copy(update={"encoder": True}).build(data, 0)
    x = data.train.x[:1]
    found, seen = network.observe(x), Seen()
    answers = network(x, seen)[0].softmax(1)
    assert (
        found.decoder.shape == (2, 2, 6, 6)
        and found.encoder.shape == (2, 2, 5, 5)
        and found.cross.shape == (2, 2, 6, 5)
    )
    close(torch.from_numpy(found.cross[1]), seen.maps["cross 2"][0])
    assert found.lens.shape == (3, 6, data.outputs)
    close(torch.from_numpy(found.lens[-1]), answers)
    close(torch.from_numpy(found.lens[1]), network.read_out(seen.states[1])[0].softmax(1))
    weights = torch.from_numpy(found.encoder[1, 0])
    close(torch.tensor(found.entropy[1, 0]), torch.distributions.Categorical(weights).entropy().mean())
    far = sum(weights[q, k] * abs(q - k) for q in range(5) for k in range(5)) / 5
    close(torch.tensor(found.distance[1, 0]), far)
    assert list(network.attentions) == ["encoder 1", "encoder 2", "decoder 1", "decoder 2", "cross 1", "cross 2"]
