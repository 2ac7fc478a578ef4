"""Networks to test on: every activation, every head, every depth, drawn from a seed."""

from itertools import product

import numpy as np

from engine.choice import catalog
from engine.labs.backpropagation.heads import Head
from engine.labs.backpropagation.state import BackpropagationLab, Elementwise, HiddenLayer

ACTIVATIONS = catalog(Elementwise)
HEADS = catalog(Head)
SMOOTH = ("linear", "sigmoid", "tanh", "gelu", "silu", "softplus")


def alone() -> list[BackpropagationLab]:
    """Each activation under each head."""
    return [
        BackpropagationLab(
            inputs=3,
            hidden=(HiddenLayer(units=2, activation=row()), HiddenLayer(units=3, activation=row())),
            head=head(),
            batch=3,
        )
        for row, head in product(ACTIVATIONS.values(), HEADS.values())
    ]


def drawn(count: int, kinds: tuple[str, ...] = tuple(ACTIVATIONS)) -> list[BackpropagationLab]:
    """Random shapes, activations, heads, batches and notations."""
    rng = np.random.default_rng(1)
    found = []
    for seed in range(count):
        layers = tuple(
            HiddenLayer(units=int(rng.integers(1, 5)), activation=ACTIVATIONS[str(rng.choice(kinds))]())
            for _ in range(rng.integers(0, 4))
        )
        head = list(HEADS.values())[seed % len(HEADS)](outputs=int(rng.integers(2, 5)))
        found.append(
            BackpropagationLab(
                inputs=int(rng.integers(1, 5)),
                hidden=layers,
                head=head,
                batch=int(rng.integers(1, 5)),
                seed=seed,
                rate=float(rng.uniform(0.01, 2.0)),
                layout=str(rng.choice(["rows", "columns"])),
                bias_unit=bool(rng.integers(0, 2)),
            )
        )
    return found


def label(lab: BackpropagationLab) -> str:
    """For the name of a test."""
    kinds = "-".join(layer.activation.kind for layer in lab.hidden)
    return f"{'-'.join(map(str, lab.sizes))} {kinds} {lab.head.kind} {lab.batch}"
