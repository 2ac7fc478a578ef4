"""What the pictures say, in sentences made of the measured numbers."""

import math

from engine.labs.recurrent.results.reading import Reading
from engine.labs.recurrent.training import Trained
from engine.sequences.cells import CellChoice
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.words import count, number, percent

SCORES = {"accuracy": "of the answers right", "r2": "R²", "exact": "of the sequences without a mistake"}


def trained(found: Trained) -> str:
    """What the network is, and how well it does what it was trained for."""
    size = sum(parameter.numel() for parameter in found.network.parameters())
    label = found.network.row.cell.label
    text = f"{label}, {count(size)} parameters, on *{found.experiment.task.label}*: "
    if found.ending:
        return f"{text}training ended early. {found.ending}"
    return f"{text}{score(found)} after {count(found.updates)} updates, on examples held back."


def score(found: Trained) -> str:
    """``71.3 % of the answers right``, ``R² 0.93``."""
    if "validation.r2" in found.scores:
        return f"R² {number(found.scores['validation.r2'])}"
    return f"{percent(found.scores['validation.accuracy'])} of the answers right"


def order(network: RecurrentNetwork) -> str:
    """In which order the summands of a line stand."""
    row = network.row
    parts = ["$W_{xh} x_t$", "$W_{hh} h_{t-1}$"]
    if row.reach:
        parts.append(f"$W_{{kh}} h_{{t-{row.reach}}}$")
    if row.cell.peepholes:
        parts.append("the peephole's $p \\odot c$ (not for the candidate)")
    listed = ", ".join(parts)
    return (
        f"Within the brackets stand, in this order: {listed}, and the bias (both of torch's added). {row.cell.lesson}"
    )


def signals(cell: CellChoice) -> str:
    """What the signals of a cell are, in words."""
    named = [f"{name} {letter}" for letter, name in cell.signals.items()]
    gates = "A *gate* lies between 0, closed, and 1, open, and multiplies what passes; "
    return f"From top to bottom: {', '.join(named)}. {gates}the *candidate* is what might be taken in. {cell.lesson}"


def beside_torch(reading: Reading, row: Recurrent) -> str:
    """How far from torch's own module the numbers are."""
    if math.isnan(reading.torch_difference):
        has_not = "peepholes" if row.cell.peepholes else "skips over time"
        return f"torch has no module with {has_not}: a test compares this one with plain NumPy instead."
    name = f"torch.nn.{row.cell.module.__name__}"
    return (
        f"Largest difference between h computed step by step, as written here, and `{name}`'s, over all units and steps: "
        f"{number(reading.torch_difference)}."
    )


def answers(reading: Reading) -> str:
    """How many of the answers asked for are right; what stands where."""
    likeliest = reading.likeliest
    if not reading.asked:
        token, probability = likeliest[-1]
        return f"After the last step it takes {token!r} to be the likeliest, with {percent(probability)}."
    if not reading.classes:
        return f"Asked for: {reading.asked[-1]}; the network answers {likeliest[-1][0]}."
    pairs = [(asked, said[0]) for asked, said in zip(reading.asked, likeliest, strict=True) if asked]
    right = sum(asked == said for asked, said in pairs)
    circles = " A circle stands at what was asked for." if len(likeliest) > 1 else ""
    return f"{right} of {len(pairs)} answers right.{circles}"
