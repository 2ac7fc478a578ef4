"""Recurrent networks beside torch's modules, plain NumPy, and themselves read step by step."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.sequences.asked import Asked
from engine.sequences.cells import GRU, LSTM, Cell, CellChoice, PeepholeLSTM, TanhRNN
from engine.sequences.data import PAD, Part, Sequences
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from tests.rows import defaults_of

CELLS = list(defaults_of(Cell).values())
TOKENS = Asked(tokens=11, features=0, outputs=5, at_end=False, classes=True)
ONCE = Asked(tokens=11, features=0, outputs=5, at_end=True, classes=True)
NUMBERS = Asked(tokens=0, features=3, outputs=1, at_end=True, classes=False)
IDS = torch.randint(4, 11, (7, 9), generator=torch.Generator().manual_seed(5))
SERIES = torch.randn((7, 9, 3), generator=torch.Generator().manual_seed(6), dtype=torch.float64)
each_cell = pytest.mark.parametrize("cell", CELLS, ids=lambda row: row.kind)


def made(asked: Asked = TOKENS, seed: int = 0, **knobs: object) -> RecurrentNetwork:
    """In double precision, with biases and peepholes that are not 0."""
    network = RecurrentNetwork(Recurrent(**({"units": 6, "embedding": 4} | knobs)), asked, seed).double()
    generator = torch.Generator().manual_seed(1)
    for layer in network.passes:
        for weight in (layer.b_xh, layer.b_hh, *layer.peepholes):
            weight.data.normal_(std=0.5, generator=generator)
    return network


def padded(ids: Tensor) -> Tensor:
    """The same with pads at the front, in the middle and at the end; the last row has no real token."""
    ids = ids.clone()
    ids[0, :4], ids[1, 5:], ids[2, 2:5], ids[3, 1::2], ids[-1] = PAD, PAD, PAD, PAD, PAD
    return ids


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


@pytest.mark.parametrize("asked", [TOKENS, ONCE, NUMBERS], ids=["each step", "end", "numbers"])
@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("cell", [TanhRNN(), GRU(), LSTM()], ids=lambda row: row.kind)
def test_it_agrees_with_torchs_stacked_module(cell: CellChoice, depth: int, both: bool, asked: Asked) -> None:
    network = made(asked, cell=cell, layers=depth, bidirectional=both)
    x = IDS if asked.tokens else SERIES
    entered = network.embedding[x] if network.embedding is not None else x
    theirs = cell.module(entered.shape[2], 6, depth, batch_first=True, bidirectional=both, dtype=torch.float64)
    names = [name for name in theirs.state_dict() if name.startswith("weight_ih")]
    for name, layer in zip(names, network.passes, strict=True):
        tail = name.removeprefix("weight_ih")
        for part, ours in (
            ("weight_ih", layer.w_xh),
            ("weight_hh", layer.w_hh),
            ("bias_ih", layer.b_xh),
            ("bias_hh", layer.b_hh),
        ):
            getattr(theirs, part + tail).data.copy_(ours)
    hidden, last = theirs(entered)
    state = last[0] if cell.has_cell else last
    if asked.at_end:
        hidden = torch.cat([state[-2], state[-1]], dim=1) if both else state[-1]
    expected = hidden @ network.output.weight.T + network.output.bias
    torch.testing.assert_close(network(x), expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(network.unroll(x)[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"layers": 3, "depth_skip": True},
        {"layers": 2, "time_skip": 3},
        {"embedding": 0},
        {"masking": False},
    ],
    ids=str,
)
@each_cell
def test_read_quickly_and_step_by_step_it_says_the_same(cell: CellChoice, knobs: dict[str, object]) -> None:
    network, x = made(cell=cell, **knobs), padded(IDS)
    scores, passes = network.unroll(x)
    torch.testing.assert_close(network(x), scores, rtol=0, atol=1e-12)
    assert len(passes) == network.row.layers and all(len(steps) == x.shape[1] for steps in passes)
    grads = [torch.autograd.grad(s.square().sum(), list(network.parameters())) for s in (network(x), scores)]
    for ours, by_hand in zip(*grads, strict=True):
        torch.testing.assert_close(ours, by_hand, rtol=1e-9, atol=1e-11)


@each_cell
def test_in_single_precision_both_ways_agree_to_a_millionth(cell: CellChoice) -> None:
    network = RecurrentNetwork(Recurrent(cell=cell, units=32, layers=2), TOKENS, 0)
    torch.testing.assert_close(network(IDS), network.unroll(IDS)[0], rtol=0, atol=1e-6)


def test_a_peephole_lets_a_gate_see_the_cell_and_at_0_it_is_the_usual_lstm() -> None:
    network = made(NUMBERS, cell=PeepholeLSTM())
    layer = network.passes[0]
    w_x, w_h, b = (w.detach().numpy() for w in (layer.w_xh, layer.w_hh, layer.b_xh + layer.b_hh))
    p_i, p_f, p_o = (p.detach().numpy() for p in layer.peepholes)
    h = c = np.zeros((7, 6))
    for x in SERIES.numpy().swapaxes(0, 1):
        i, f, g, o = np.split(x @ w_x.T + h @ w_h.T + b, 4, axis=1)
        c, before = sigmoid(f + p_f * c) * c + sigmoid(i + p_i * c) * np.tanh(g), c
        assert not np.array_equal(c, before)
        h = sigmoid(o + p_o * c) * np.tanh(c)
    expected = h @ network.output.weight.detach().numpy().T + network.output.bias.detach().numpy()
    np.testing.assert_allclose(network(SERIES).detach().numpy(), expected, rtol=1e-10)
    usual = made(NUMBERS, cell=LSTM())
    for peephole in layer.peepholes:
        peephole.data.zero_()
    usual.load_state_dict(network.state_dict(), strict=False)
    torch.testing.assert_close(network(SERIES), usual(SERIES), rtol=0, atol=1e-12)


@pytest.mark.parametrize("reach", [2, 4])
def test_a_skip_over_time_reads_the_state_of_k_steps_before(reach: int) -> None:
    network = made(NUMBERS, cell=TanhRNN(), time_skip=reach)
    layer = network.passes[0]
    assert layer.w_kh is not None
    w_x, w_h, w_k, b = (w.detach().numpy() for w in (layer.w_xh, layer.w_hh, layer.w_kh, layer.b_xh + layer.b_hh))
    states = [np.zeros((7, 6))] * reach
    for x in SERIES.numpy().swapaxes(0, 1):
        states.append(np.tanh(x @ w_x.T + states[-1] @ w_h.T + states[-reach] @ w_k.T + b))
    moments = network.unroll(SERIES)[1][0]
    np.testing.assert_allclose(moments[-1].state.h.detach().numpy(), states[-1], rtol=1e-10)


@pytest.mark.parametrize("knobs", [{"layers": 2}, {"layers": 2, "bidirectional": True}, {"time_skip": 2}], ids=str)
@each_cell
def test_masked_padding_leaves_every_answer_as_without_it(cell: CellChoice, knobs: dict[str, object]) -> None:
    network, x = made(ONCE, cell=cell, **knobs), padded(IDS)
    answers = network(x)
    for row in range(len(x) - 1):
        alone = x[row, x[row] != PAD][None]
        torch.testing.assert_close(answers[row], network(alone)[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(answers[-1], network.output.bias, rtol=0, atol=1e-12)
    loose = made(ONCE, cell=cell, masking=False, **knobs)
    assert (loose(x) - answers)[0].abs().max() > 1e-3


@each_cell
def test_at_each_step_a_masked_pad_keeps_the_state_of_the_token_before_it(cell: CellChoice) -> None:
    network, x = made(cell=cell), padded(IDS)
    scores = network(x)
    assert torch.equal(scores[2, 2], scores[2, 1]) and torch.equal(scores[2, 4], scores[2, 1])
    torch.testing.assert_close(scores[2, x[2] != PAD], network(x[2, x[2] != PAD][None])[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(scores[0, 0], network.output.bias, rtol=0, atol=1e-12)


@pytest.mark.parametrize("knobs", [{}, {"layers": 2, "depth_skip": True}, {"time_skip": 3}], ids=str)
@each_cell
def test_read_in_parts_with_its_state_carried_it_says_what_it_says_at_once(
    cell: CellChoice, knobs: dict[str, object]
) -> None:
    for x in (IDS, padded(IDS)):
        network = made(cell=cell, **knobs)
        said, states = [], None
        for part in x.split(4, dim=1):
            scores, states = network.read(part, states)
            said.append(scores)
        torch.testing.assert_close(torch.cat(said, dim=1), network(x), rtol=0, atol=1e-12)
        detached = [state.detached() for state in states or ()]
        assert not any(state.h.requires_grad for state in detached)


def test_what_would_see_ahead_is_refused() -> None:
    part = Part(IDS, IDS)
    tokens = tuple("abcdefghijk")
    data = Sequences(part, part, tokens, tokens, "each step")
    with pytest.raises(ValueError, match=r"bidirectional: got True; this task asks at each step"):
        Recurrent(bidirectional=True).build(data, 0)
    once = Sequences(Part(IDS, IDS[:, 0]), Part(IDS, IDS[:, 0]), tokens, tokens, "end")
    network = Recurrent(bidirectional=True).build(once, 0)
    assert network(IDS).shape == (7, 11)
    with pytest.raises(ValueError, match="carries no state"):
        network.read(IDS)


def test_cells_have_parameters_in_the_ratio_1_3_4_and_as_many_as_torchs() -> None:
    counts = {}
    for cell in CELLS:
        layer = made(NUMBERS, cell=cell).passes[0]
        counts[cell.kind] = sum(p.numel() for p in layer.torch.parameters())
        assert counts[cell.kind] == sum(p.numel() for p in cell.module(3, 6).parameters())
    assert counts["gru"] == 3 * counts["rnn"] and counts["lstm"] == counts["peephole"] == 4 * counts["rnn"]


def test_the_worked_example_has_its_three_matrices() -> None:
    network = RecurrentNetwork(
        Recurrent(cell=TanhRNN(), units=5, embedding=0), Asked(9, 0, 9, at_end=False, classes=True), 0
    )
    shapes = {name: tuple(matrix.shape) for name, matrix in network.matrices.items()}
    assert shapes == {"layer 1 W_xh": (5, 9), "layer 1 W_hh": (5, 5), "W_hy": (9, 5)}


def test_first_weights_are_the_runs_own_gate_by_gate() -> None:
    before = torch.get_rng_state()
    network = RecurrentNetwork(Recurrent(layers=2, time_skip=2, cell=LSTM(forget_bias=2.5)), TOKENS, 3)
    assert torch.equal(torch.get_rng_state(), before)
    for layer in network.passes:
        assert layer.w_kh is not None
        for block in (*layer.w_hh.chunk(4), *layer.w_kh.chunk(4)):
            torch.testing.assert_close(block @ block.T, torch.eye(32) / 2, rtol=0, atol=1e-5)
        assert layer.b_xh.tolist() == [0.0] * 32 + [2.5] * 32 + [0.0] * 64 and not layer.b_hh.any()
    same = RecurrentNetwork(Recurrent(layers=2, time_skip=2, cell=LSTM(forget_bias=2.5)), TOKENS, 3)
    other = RecurrentNetwork(Recurrent(layers=2, time_skip=2, cell=LSTM(forget_bias=2.5)), TOKENS, 4)
    for name, matrix in network.matrices.items():
        assert torch.equal(matrix, same.matrices[name]) and not torch.equal(matrix, other.matrices[name])
    assert network.passes[0].w_hh.square().sum().item() == pytest.approx(4 * 32 / 2, rel=1e-5)


def test_dropout_between_layers_acts_in_training_alone_and_draws_from_the_run() -> None:
    network = made(layers=2, dropout=0.5)
    calm = made(layers=2)
    global_state = torch.get_rng_state()
    assert not torch.equal(network(IDS), network(IDS))
    assert torch.equal(torch.get_rng_state(), global_state)
    assert torch.equal(made(layers=2, dropout=0.5)(IDS), made(layers=2, dropout=0.5)(IDS))
    assert torch.equal(network.eval()(IDS), calm(IDS))
    network.train().set_dropout(0.0)
    assert torch.equal(network(IDS), calm(IDS))


@each_cell
def test_what_is_observed_is_what_was_computed(cell: CellChoice) -> None:
    network, x = made(cell=cell, layers=2, dropout=0.5), padded(IDS)[2:3]
    seen = network.observe(x)
    assert network.training and seen.passes == ("layer 1", "layer 2")
    assert seen.values.shape == (2, len(seen.signals), 9, 6) and seen.values.dtype == np.float32
    real = (x[0] != PAD).numpy()
    steps = network.eval().unroll(x[:, torch.from_numpy(real)])[1]
    for place, signal in enumerate(seen.signals):
        expected = torch.stack([step.signals[signal][0] for step in steps[1]])
        np.testing.assert_allclose(seen.values[1, place, real], expected.detach().numpy(), atol=1e-6)
        if signal in ("h", "c"):
            assert (seen.values[1, place, 2:5] == seen.values[1, place, 1]).all()
        else:
            assert np.isnan(seen.values[1, place, ~real]).all()
    np.testing.assert_allclose(seen.answers, network(x)[0].softmax(1).detach().numpy(), atol=1e-6)
    kept = seen.values.copy()
    for weight in network.parameters():
        weight.data.zero_()
    np.testing.assert_array_equal(seen.values, kept)


def test_both_ways_are_observed_in_the_order_of_the_tokens() -> None:
    network = made(ONCE, bidirectional=True)
    seen = network.observe(padded(IDS)[1:2])
    assert seen.passes == ("layer 1", "layer 1 backward") and seen.answers.shape == (1, 5)
    mirrored = made(ONCE)
    mirrored.passes[0].load_state_dict(network.passes[1].state_dict())
    mirrored.embedding.data.copy_(network.embedding)  # type: ignore[union-attr, arg-type]
    again = mirrored.observe(IDS[1:2, :5].flip(1))
    np.testing.assert_allclose(seen.values[1, :, :5], again.values[0, :, ::-1], atol=1e-6)


def test_numbers_are_observed_as_numbers() -> None:
    network = made(NUMBERS)
    seen = network.observe(SERIES[:1])
    np.testing.assert_allclose(seen.answers, network(SERIES[:1]).detach().numpy(), atol=1e-6)
    assert isinstance(network.output, nn.Linear)
