"""Losses of probabilities, in nats."""

import math

import torch
import torch.nn.functional as F

from quiz.parametric.drawing import Row, grid, tenths
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex, total, vec


def _cross_entropy(logits: tuple[float, ...], truth: int) -> Asked:
    z = exact(logits)
    value = float(F.cross_entropy(z, torch.tensor(truth - 1)))
    chosen = logits[truth - 1]
    sum_of_exponentials = float(z.exp().sum())
    terms = " + ".join(rf"e^{{{tex(number)}}}" for number in logits)
    return Asked(
        text=f"A network gives the logits ${vec(logits)}$; the true class is number {truth}, counted from 1. What is the "
        "cross-entropy of this example, in nats?",
        value=value,
        rule=r"$L = -\ln p_y = \ln \sum_j e^{z_j} - z_y$, with $p$ the softmax of the logits.",
        working=rf"$\ln({terms}) - {par(chosen)} \approx \ln {tex(sum_of_exponentials)} {plus(-chosen)} {eq(value)}$",
        decimals=2,
        unit="nats",
        mistakes={
            "That is the probability of the true class: the loss is minus its logarithm.": math.exp(-value),
            "Took the logarithm to base 2: that is in bits.": value / math.log(2),
            "Took the sigmoid of the true logit: classes that exclude each other share a softmax.": float(
                F.softplus(-z[truth - 1])
            ),
        },
    )


def _bce(logit: float, label: int) -> Asked:
    value = float(F.binary_cross_entropy_with_logits(exact(logit), exact(float(label))))
    p = float(torch.sigmoid(exact(logit)))
    of = p if label else 1 - p
    return Asked(
        text=f"A classifier with one output gives the logit $z = {tex(logit)}$ for an example with the label $y = "
        f"{label}$. What "
        "is the binary cross-entropy, in nats?",
        value=value,
        rule=r"$L = -[y \ln \sigma(z) + (1 - y) \ln(1 - \sigma(z))]$, that is $\ln(1 + e^{-z})$ for $y = 1$ and "
        r"$\ln(1 + e^{z})$ for $y = 0$.",
        working=rf"$\ln(1 + e^{{{tex(-logit if label else logit)}}}) {eq(value)}$; the true label has the probability "
        f"${tex(of)}$.",
        decimals=2,
        unit="nats",
        mistakes={
            "That is the loss for the other label.": float(
                F.binary_cross_entropy_with_logits(exact(logit), exact(1.0 - label))
            ),
            "That is one minus the probability of the true label: the loss is minus its logarithm.": 1 - of,
            "Took the logarithm to base 2: that is in bits.": value / math.log(2),
        },
    )


def _label_smoothing(logits: tuple[float, ...], truth: int, smoothing: float) -> Asked:
    z, target = exact(logits), torch.tensor(truth - 1)
    value = float(F.cross_entropy(z, target, label_smoothing=smoothing))
    losses = (-F.log_softmax(z, dim=0)).tolist()
    own, mean = losses[truth - 1], sum(losses) / len(losses)
    others = (sum(losses) - own) / (len(losses) - 1)
    share = smoothing / len(losses)
    return Asked(
        text=f"The logits are ${vec(logits)}$, the true class is number {truth}, counted from 1. What does "
        f"`F.cross_entropy` give with `label_smoothing={smoothing}`, in nats?",
        value=value,
        rule=r"$L = \sum_k q_k (-\ln p_k)$ with $q_k = \frac{\varepsilon}{K}$ for every class and $1 - \varepsilon$ more "
        r"for the "
        "true one.",
        working=rf"$-\ln p \approx {vec(losses)}$. The true class weighs ${tex(1 - smoothing + share)}$, each other one "
        rf"${tex(share)}$: $L {eq(value)}$",
        decimals=2,
        unit="nats",
        mistakes={
            "Forgot the smoothing: that is the plain cross-entropy.": own,
            "Spread $\\varepsilon$ over the other classes only: PyTorch gives the true class a share too.": (
                1 - smoothing
            )
            * own
            + smoothing * others,
            "Gave every class $\\varepsilon$, not $\\varepsilon / K$: the weights must sum to 1.": (1 - smoothing) * own
            + smoothing * mean * len(losses),
        },
    )


def _entropy(shares: tuple[float, ...]) -> Asked:
    rest = round(1 - sum(shares), 6)
    if rest < min(shares) / 2:
        raise DrawAgain
    p = (*shares, rest)
    value = float(torch.distributions.Categorical(probs=exact(p)).entropy())
    terms = " + ".join(rf"{tex(share)} \ln {tex(share)}" for share in p)
    return Asked(
        text=f"What is the entropy of the distribution ${vec(p)}$, in nats?",
        value=value,
        rule=r"$H = -\sum_i p_i \ln p_i$: at most $\ln K$, for $K$ classes that are all alike.",
        working=rf"$-({terms}) {eq(value)}$",
        decimals=2,
        unit="nats",
        mistakes={
            "Took logarithms to base 2: that is in bits.": value / math.log(2),
            "Forgot to weigh each logarithm with its probability: that is their plain mean.": -sum(map(math.log, p))
            / len(p),
            "That is the entropy of a uniform distribution, the largest there can be.": math.log(len(p)),
            "Forgot the logarithm: that is $1 - \\sum p^2$, the Gini impurity.": 1 - sum(share**2 for share in p),
        },
    )


def _perplexity(losses: tuple[float, ...]) -> Asked:
    value = float(exact(losses).mean().exp())
    mean = sum(losses) / len(losses)
    return Asked(
        text=f"A language model has the cross-entropies ${vec(losses)}$ nats on the four tokens of a text. What is its "
        f"perplexity?",
        value=value,
        rule=r"$\text{PPL} = \exp\left(\frac{1}{n} \sum_t -\ln p_t\right)$: as unsure as among so many tokens that are "
        r"equally likely.",
        working=rf"$\exp\left(\frac{{{total(losses)}}}{{4}}\right) = e^{{{tex(mean)}}} {eq(value)}$",
        decimals=1,
        mistakes={
            "Took 2 to the power of the loss: that belongs to bits.": 2.0**mean,
            "That is the mean loss: perplexity is its exponential.": mean,
            "Averaged the exponentials: the mean is taken first.": sum(map(math.exp, losses)) / len(losses),
            "Summed instead of averaged: that is one over the probability of the whole text.": math.exp(sum(losses)),
        },
    )


FAMILIES = (
    Family(
        id="cross-entropy-of-logits",
        topic="losses",
        level="foundation",
        title="Cross-entropy of given logits",
        source="Goodfellow et al. 2016, section 6.2.2.3; torch.nn.CrossEntropyLoss",
        draws={"logits": Row(3, grid(-2.0, 3.0, 0.5), distinct=True), "truth": (1, 2, 3)},
        ask=_cross_entropy,
        lab="activations?section=losses",
    ),
    Family(
        id="bce-of-a-logit",
        topic="losses",
        level="foundation",
        title="Binary cross-entropy of a logit",
        source="torch.nn.BCEWithLogitsLoss",
        draws={"logit": tenths(-4.0, 4.0), "label": (0, 1)},
        ask=_bce,
        lab="activations?section=losses",
    ),
    Family(
        id="label-smoothing",
        topic="losses",
        level="expert",
        title="Cross-entropy with label smoothing",
        source="Szegedy et al. 2016, section 7; torch.nn.CrossEntropyLoss",
        draws={
            "logits": Row(3, grid(-2.0, 4.0, 0.5), distinct=True),
            "truth": (1, 2, 3),
            "smoothing": (0.1, 0.15, 0.2, 0.3),
        },
        ask=_label_smoothing,
        lab="activations?section=losses",
    ),
    Family(
        id="entropy-in-nats",
        topic="losses",
        level="foundation",
        title="Entropy of a distribution",
        source="Cover & Thomas 2006, section 2.1; Goodfellow et al. 2016, section 3.13",
        draws={"shares": Row(3, grid(0.05, 0.6, 0.05))},
        ask=_entropy,
    ),
    Family(
        id="perplexity",
        topic="transformers",
        level="foundation",
        title="Perplexity of a text",
        source="Jelinek et al. 1977; Jurafsky & Martin, Speech and Language Processing, chapter 3",
        draws={"losses": Row(4, tenths(0.2, 4.5))},
        ask=_perplexity,
        chosen=True,
    ),
)
