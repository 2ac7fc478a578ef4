"""What is often written of recurrent networks, and the runs that show what is right."""

import torch
import torch.nn.functional as F

from engine.clipping import ClipNorm
from engine.initializers import Normal, Orthogonal, Zeros
from engine.labs.proof import Proof, Proved
from engine.labs.recurrent.bars import bars
from engine.labs.recurrent.gradients import EXAMPLES, cells, measured, model, reaches, task, variants
from engine.labs.recurrent.reading import example
from engine.labs.recurrent.results.gradients import Reach
from engine.labs.recurrent.state import Gradients
from engine.labs.recurrent.timing import ATTENTION, layers, once
from engine.labs.recurrent.training import Trained
from engine.sequences.cells import LSTM, CellChoice, PeepholeLSTM, State, TanhRNN
from engine.sequences.data import Sequences
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.layers import RecurrentLayer
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.sequences.transformer import Transformer
from engine.streams import stream
from engine.words import count, number, times

STEPS = 31
FEW = 6
"""Steps over which a plain RNN's first weights still tell symbols apart."""
ASKED = Gradients(length=STEPS, units=16, seeds=3, skip=10)


def made(chosen: Recurrent, steps: int = STEPS) -> tuple[RecurrentNetwork, Sequences]:
    """(the network with its first weights, delayed recall over so many steps)."""
    data = task(steps).build(0)
    return chosen.build(data, 0), data


def _last(models: dict[str, Recurrent | Transformer], asked: Gradients) -> dict[str, Reach]:
    found = [progress.result for progress in reaches(models, asked, 0) if progress.result is not None]
    return {line.label: line for line in found[-1].lines}


# --- skips ------------------------------------------------------------------------------------------------------------


def shortcuts() -> Proved:
    """The gradient that arrives at the first step, with each skip."""
    found = _last(variants(ASKED, TanhRNN()), ASKED)
    rows = [
        [label, number(float(sorted(line.kept)[len(line.kept) // 2])), number(line.per_step)]
        for label, line in found.items()
    ]
    plain, depth, time, _ = found.values()
    sentence = (
        f"Two layers of a plain RNN, {STEPS} steps, {ASKED.seeds} seeds: each step back multiplies the gradient by about "
        f"{number(plain.per_step)}. With the input given to the second layer, too, it is {number(depth.per_step)}; with "
        f"$h_{{t-{ASKED.skip}}}$ as well as $h_{{t-1}}$ it is {number(time.per_step)}."
    )
    return Proved(sentence, ("", "arrives at step 1", "factor per step"), rows)


# --- zeros ------------------------------------------------------------------------------------------------------------


def zeros() -> Proved:
    """The gradients of a network whose weights are 0; what a state that is reset at every step knows."""
    empty, data = made(model(ASKED, TanhRNN(), initializer=Zeros(), recurrent_initializer=Zeros()), FEW)
    part = data.validation.first(EXAMPLES)
    _loss(empty, data).backward()
    rows = [[name, number(float(p.grad.norm()) if p.grad is not None else 0.0)] for name, p in _named(empty)]
    usual, _ = made(model(ASKED, TanhRNN()), FEW)
    with torch.no_grad():
        kept = usual(part.x)[:, -1]
        state_of_its_own = usual(part.x[:, -1:])[:, -1]
    spread, reset = float(kept.std(dim=0).max()), float(state_of_its_own.std(dim=0).max())
    alone = [name for name, size in rows if size != "0"]
    sentence = (
        f"All weights 0: of the parameters only {' and '.join(alone)} gets a gradient. And a state that is set to 0 inside the "
        f"loop, at every step: the scores at the last step differ by {number(reset)} between sequences that began with "
        f"different symbols; with the state set to 0 once, before the loop, by {number(spread)} (standard deviation, at the "
        "largest)."
    )
    return Proved(sentence, ("parameter, all weights 0", "norm of its gradient"), rows)


def _named(network: RecurrentNetwork) -> list[tuple[str, torch.nn.Parameter]]:
    layer = network.passes[0]
    names = {
        "embedding": network.embedding,
        "W_xh": layer.w_xh,
        "W_hh": layer.w_hh,
        "the hidden bias": layer.b_hh,
        "W_hy": network.output.get_parameter("weight"),
        "the output bias": network.output.get_parameter("bias"),
    }
    return [(name, weight) for name, weight in names.items() if weight is not None]


def _loss(network: RecurrentNetwork, data: Sequences) -> torch.Tensor:
    part = data.validation.first(EXAMPLES)
    return F.cross_entropy(network(part.x)[:, -1], part.y[:, -1])


# --- state and weights ------------------------------------------------------------------------------------------------


def state_or_weights() -> Proved:
    """Which step each matrix's gradient comes from."""
    chosen = model(ASKED, TanhRNN())
    network, data = made(chosen, FEW)
    found = Trained(SequenceExperiment(task=task(FEW), model=chosen), network, data, 0, {})
    rows = []
    for matrix in ("W_xh", "W_hh", "W_hy"):
        norms = bars(found, example(data, 1), matrix, 0).norms
        first = int((norms > 0).nonzero()[0][0]) + 1
        rows.append([matrix, str(int((norms > 0).sum())), str(first), number(float(norms[:-1].sum() / norms.sum()))])
    seen = [network.observe(example(data, place).x).values[0, 0, -1] for place in (1, 2)]
    apart = float(abs(seen[0] - seen[1]).max())
    sentence = (
        f"Asked once, at step {FEW}: the gradients of $W_{{xh}}$ and $W_{{hh}}$ have a term for every step at which they "
        f"multiply something that is not 0, back to steps {rows[0][2]} and {rows[1][2]}; $W_{{hy}}$ has {rows[2][1]}, of the "
        f"last step. The state is computed anew for every sequence: with the same weights two sequences end in states that "
        f"differ by {number(apart)}."
    )
    head = ("gradient of", "steps with a term", "first of them", "share of lengths before the last step")
    return Proved(sentence, head, rows)


# --- gates ------------------------------------------------------------------------------------------------------------


def gates_and_growth() -> Proved:
    """An LSTM whose gradient grows, clipped; and what its gates see of the cell."""
    rows = []
    grown = []
    for gain in (1.0, 2.0, 4.0):
        small = {"initializer": Normal(scale=1e-3), "recurrent_initializer": Orthogonal(gain=gain)}
        network, data = made(model(ASKED, LSTM(), **small))
        line = measured(network, data.validation.first(EXAMPLES), ClipNorm(limit=1.0))
        grown.append(float(line.cell[0] / line.cell[-1]))
        rows.append([f"gain {gain:g}", times(grown[-1]), number(line.norm), number(min(line.norm, 1.0))])
    usual, peephole = _moved(LSTM()), _moved(PeepholeLSTM())
    sentence = (
        f"Going back {STEPS - 1} steps the gradient of an LSTM's cell is multiplied by {times(grown[0])} with orthogonal "
        f"first recurrent weights, by {times(grown[-1])} with four times as large ones: gates do not keep it from growing, "
        "clipping shortens what comes of it. And the gates: when the cell $c_{t-1}$ alone is moved by 1, an LSTM's move by "
        f"{number(usual)}, those of one with peepholes by {number(peephole)}."
    )
    head = ("first recurrent weights", "gradient of c, step 1 over step T", "norm of all gradients", "clipped at 1")
    return Proved(sentence, head, rows)


def _moved(row: CellChoice) -> float:
    """How far the input and forget gates move when c_(t-1) does and all else stays."""
    layer = RecurrentLayer(row, 4, 6)
    layer.initialize(Normal(scale=0.5), Orthogonal(), stream(0, "weights"))
    for peephole in layer.peepholes:
        peephole.data.fill_(0.5)
    generator = stream(0, "noise")
    x, h, c = (torch.randn((1, size), generator=generator) for size in (4, 6, 6))
    with torch.no_grad():
        here, there = (layer.step(x, State(h, cell)).signals for cell in (c, c + 1))
    return max(float((there[gate] - here[gate]).abs().max()) for gate in ("i", "f"))


# --- what transformers are for ----------------------------------------------------------------------------------------


def motives() -> Proved:
    """How far each gets back, how many steps must wait for one another, how long it takes."""
    steps = 101
    asked = Gradients(length=steps, units=32, seeds=1)
    chosen = {label: row for label, row in cells(asked).items() if label in ("LSTM", "Transformer")}
    found = _last(chosen, asked)
    lstm, attention = found["LSTM"], found["Transformer"]
    kinds = layers(64)
    x = torch.randn((8, 512, 64), generator=stream(0, "noise"))
    seconds = {}
    for label in ("LSTM", ATTENTION):
        module, read = kinds[label]
        once(module, read, x, backward=True)
        seconds[label] = min(once(module, read, x, backward=True) for _ in range(3)) * 1000 / 8
    rows = [
        ["LSTM", number(float(lstm.kept[0])), count(512), number(seconds["LSTM"])],
        ["attention", number(float(attention.kept[0])), "1", number(seconds[ATTENTION])],
    ]
    sentence = (
        f"Over {steps - 1} steps {number(float(lstm.kept[0]))} of an LSTM's gradient arrives with its first weights, "
        f"{number(float(attention.kept[0]))} of a transformer's: its paths have length 1. An LSTM of 512 tokens is 512 steps "
        f"in a row, attention one. On this server's one core, where nothing is gained by that, they take "
        f"{number(seconds['LSTM'])} and {number(seconds[ATTENTION])} ms a sequence."
    )
    head = ("", "gradient that arrives", "steps in a row at 512 tokens", "ms per sequence of 512")
    return Proved(sentence, head, rows)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "shortcuts",
        "Adding the input x_t gives an RNN a shortcut through time.",
        "It gives one through depth: at the same step. A way through time that leaves out steps takes $h_{t-1}$ or "
        "$h_{t-k}$ of an earlier one.",
        shortcuts,
    ),
    Proof(
        "zeros",
        "Initialise an RNN's weights to 0, and set h_0 = 0 inside the loop.",
        "Only $h_0$ is 0, and it is set before the loop. With weights of 0 nothing but the output bias gets a gradient; a "
        "state set to 0 at every step remembers nothing.",
        zeros,
    ),
    Proof(
        "state_or_weights",
        "The hidden state is weights; W_x trains easily while W_h does not.",
        "The state is activations, computed anew for every sequence. $W_{xh}$ and $W_{hh}$ both act at every step, and their "
        "gradients both go through time; only that of $W_{hy}$ does not.",
        state_or_weights,
    ),
    Proof(
        "gates_and_growth",
        "LSTMs solve exploding gradients; the cell state feeds the gates.",
        "They ease vanishing; exploding still needs clipping. The gates read $h_{t-1}$ and $x_t$; where they read the cell, "
        "too, those are peepholes.",
        gates_and_growth,
    ),
    Proof(
        "motives",
        "Selective memory motivated transformers.",
        "It motivated LSTMs (1997). Transformers (2017) were made for training that need not go step by step, and for short "
        "ways between distant tokens.",
        motives,
    ),
)
