"""What is often written of attention, and a run that puts it right."""

import math

import numpy as np

from engine.jobs import Progress
from engine.labs.attention.causality import output
from engine.labs.attention.explaining import explanations
from engine.labs.attention.head import softmax
from engine.labs.attention.permuting import outputs
from engine.labs.attention.positions import NoPositions, PositionsChoice, Rotary, Sinusoidal
from engine.labs.attention.proofs_of_size import always_quadratic, inside_attention, more_heads, scaling_detail
from engine.labs.attention.proving import SEEDS, TOKENS, WIDTH, ends, matrices, normal
from engine.labs.attention.results.explanation import Explanations
from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.views import Explanation
from engine.labs.proof import Proof, Proved
from engine.words import number

EXPLAINED = 3
"""Seeds from which classifiers are trained for a proof, which may take a second or so."""


def explains() -> Proved:
    """Two small classifiers whose deciding word is known: the largest weight, and what leaving a word out does."""
    steps: list[Progress[Explanations]] = list(explanations(Explanation(seeds=EXPLAINED, steps=80), 0))
    kinds = steps[-1].result.kinds if steps[-1].result is not None else ()
    rows = [
        (
            kind.label,
            ends(list(kind.accuracy), "percent"),
            ends(list(kind.on_deciding), "percent"),
            ends(list(kind.found_by_weight), "percent"),
            ends(list(kind.found_by_effect), "percent"),
            ends(list(kind.apart), "percent"),
        )
        for kind in kinds
    ]
    mixed = kinds[-1]
    sentence = (
        f"One word of each sentence decides. Where the words are mixed first, as in every deeper model, it has "
        f"{ends(list(mixed.on_deciding), 'percent')} of the weight, and the largest one in "
        f"{ends(list(mixed.found_by_weight), 'percent')} of the sentences, over {EXPLAINED} seeds, while "
        f"{ends(list(mixed.accuracy), 'percent')} of the answers are right. {ends(list(mixed.apart), 'percent')} of the weight "
        "could stand elsewhere with the same answer to within 0.01. An explanation has to be tested by changing the input."
    )
    head = (
        "",
        "right",
        "weight on the word",
        "it has the largest",
        "leaving it out changes most",
        "weight that can move",
    )
    return Proved(sentence, head, rows)


def knows_order() -> Proved:
    """Outputs for tokens in two orders, with and without positions."""
    to = np.arange(TOKENS)[::-1]
    everyone = np.ones((TOKENS, TOKENS), bool)
    kinds: tuple[PositionsChoice, ...] = (NoPositions(), Sinusoidal(), Rotary())
    rows, found = [], {}
    for row in kinds:
        apart = []
        for seed in range(SEEDS):
            x = normal(TOKENS, WIDTH, seed)
            first = outputs(x, matrices(seed), row, everyone, seed)
            second = outputs(x[to], matrices(seed), row, everyone, seed)
            apart.append(float(np.abs(second - first[to]).max()))
        found[row.kind] = apart
        rows.append((row.label, number(min(apart)), number(max(apart))))
    sentence = (
        f"{TOKENS} tokens backwards: without positions every output went along with its token, to within "
        f"{max(found['none']):.0e} over {SEEDS} seeds. With sinusoidal positions outputs differ by "
        f"{ends(found['sinusoidal'])}, with rotary ones by {ends(found['rotary'])}."
    )
    return Proved(sentence, ("positions", "least difference", "largest"), rows)


def mask_after() -> Proved:
    """A weight set to 0 after the softmax, and minus infinity before it."""
    rows, leaks, sums = [], [], []
    lower = np.tril(np.ones((TOKENS, TOKENS), bool))
    for seed in range(SEEDS):
        x, (w_q, w_k, w_v) = normal(TOKENS, WIDTH, seed), matrices(seed)
        other = x.copy()
        other[-1] = normal(1, WIDTH, seed, 1)[0]

        def late(given: Matrix, w_q: Matrix = w_q, w_k: Matrix = w_k) -> Matrix:
            a: Matrix = softmax((given @ w_q) @ (given @ w_k).T / math.sqrt(WIDTH)) * lower
            return a

        leak = float(np.abs(late(other) @ (other @ w_v) - late(x) @ (x @ w_v))[:-1].max())
        proper = float(np.abs(output(other, (w_q, w_k, w_v), lower) - output(x, (w_q, w_k, w_v), lower))[:-1].max())
        leaks.append((leak, proper))
        sums.append(float(late(x)[0].sum()))
        rows.append((f"seed {seed}", f"{sums[-1]:.3f}", number(leak), number(proper)))
    sentence = (
        f"Only the last of {TOKENS} tokens was changed. With weights set to 0 after the softmax, outputs of earlier tokens "
        f"changed by up to {max(leak for leak, _ in leaks):.2g}, since the last token had been in their sums, and the first "
        f"token's weights sum to {ends(sums)} instead of 1. With minus infinity before the softmax the largest change is "
        f"{max(proper for _, proper in leaks):g}."
    )
    head = ("", "weights of the first token, sum", "change, 0 after the softmax", "change, −∞ before it")
    return Proved(sentence, head, rows)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "explains",
        "Attention weights explain the prediction.",
        "They say what was mixed, not what decided: other weights can give the same answer (Jain and Wallace 2019), and words "
        "that were mixed before hold each other's information. Change the input and measure.",
        explains,
    ),
    Proof(
        "knows_order",
        "Attention reads the words one after the other, so it knows their order.",
        r"It takes a set: $f(P X) = P f(X)$ for every permutation $P$. Order has to be told by positions (or by a mask).",
        knows_order,
    ),
    Proof(
        "mask_after",
        "The causal mask sets the weights of later tokens to 0 after the softmax.",
        r"Minus infinity is added *before* it: $e^{-\infty} = 0$ is in no sum, so no earlier output depends on a later token.",
        mask_after,
    ),
    Proof(
        "scaling_detail",
        r"Dividing by $\sqrt{d_k}$ is a numerical detail.",
        r"$q \cdot k$ has variance $d_k$: without the root the softmax hardens as heads grow wider, and its gradient shrinks.",
        scaling_detail,
    ),
    Proof(
        "inside_attention",
        "Softmax is a default for hidden layers; or: it belongs at the output only.",
        "It is for the output of a classifier *and* inside attention, where weights that sum to 1 make a mean of any number of "
        "values. (For several labels at once: sigmoid. As an activation of hidden units: see the lab of activations.)",
        inside_attention,
    ),
    Proof(
        "more_heads",
        "More heads mean more parameters and more computing.",
        r"Heads share the width, $d_k = d_{model} / h$: $4 d_{model}^2$ parameters with any number of them.",
        more_heads,
    ),
    Proof(
        "always_quadratic",
        "Attention costs n², so the n² part is always what a transformer's time goes into.",
        r"$2 n^2 d_{model}$ for looking, $4 n d_{model}^2$ for the matrices: the first is larger from $n = 2 d_{model}$ on.",
        always_quadratic,
    ),
)
