"""Batch norm, layer norm and RMS norm by hand."""

import math
import statistics

import torch
import torch.nn.functional as F
from torch import nn

from quiz.parametric.drawing import Row, grid, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex, total, vec

TINY = 1e-12
"""The epsilon of a norm where it is to play no part; PyTorch wants one."""
BATCH_NORM = "regularization?section=batch+norm"


def _batch_norm(batch: tuple[int, ...], gamma: float, beta: float) -> Asked:
    mean, variance = statistics.mean(batch), statistics.pvariance(batch)
    if not variance or batch[0] == mean:
        raise DrawAgain
    column = exact(batch).unsqueeze(1)
    value = float(F.batch_norm(column, None, None, exact([gamma]), exact([beta]), training=True, eps=TINY)[0])
    off = batch[0] - mean
    return Asked(
        text=f"In training a unit has the pre-activations ${vec(batch)}$ for a batch of {len(batch)}. Batch norm has "
        f"$\\gamma = {tex(gamma)}$, $\\beta = {tex(beta)}$ and a negligible $\\epsilon$. What does it give for the first "
        f"example?",
        value=value,
        rule=r"$\gamma \frac{x - \mu_B}{\sqrt{\sigma_B^2}} + \beta$, with the mean and the biased variance (divided by "
        r"$n$) of the "
        "batch.",
        working=rf"$\mu {eq(mean)}$, $\sigma^2 {eq(variance)}$; ${tex(gamma)} \cdot \frac{{{tex(off)}}}"
        rf"{{\sqrt{{{tex(variance)}}}}} {plus(beta)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Divided by the variance: the root was forgotten.": gamma * off / variance + beta,
            "Took the variance with $n - 1$: to standardise a batch PyTorch divides by $n$.": gamma
            * off
            / statistics.stdev(batch)
            + beta,
            "Forgot $\\gamma$ and $\\beta$: the standardised value is scaled and shifted.": off / math.sqrt(variance),
            "Did not take the mean off.": gamma * batch[0] / math.sqrt(variance) + beta,
        },
    )


def _running_mean(before: float, batch: tuple[int, ...], momentum: float) -> Asked:
    norm = nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    assert norm.running_mean is not None
    norm.running_mean.fill_(before)
    norm(exact(batch).unsqueeze(1))
    value = float(norm.running_mean)
    mean = statistics.mean(batch)
    return Asked(
        text=f"`nn.BatchNorm1d(1, momentum={tex(momentum)})` has a running mean of ${tex(before)}$ and sees the batch "
        f"${vec(batch)}$ in training. What is its running mean then?",
        value=value,
        rule=r"$\hat\mu \leftarrow (1 - m)\, \hat\mu + m\, \mu_B$: in PyTorch the momentum weighs the *new* value.",
        working=rf"$\mu_B = \frac{{{total(batch)}}}{{{len(batch)}}} {eq(mean)}$; ${tex(1 - momentum)} \cdot {par(before)} + "
        rf"{tex(momentum)} \cdot {par(mean)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Swapped the weights: here the momentum weighs the new value, unlike an optimizer's.": momentum * before
            + (1 - momentum) * mean,
            "Took the batch's mean: the running mean goes only a part of the way.": mean,
            "Added the new part without shrinking the old one.": before + momentum * mean,
        },
    )


def _running_variance(before: float, batch: tuple[int, ...], momentum: float) -> Asked:
    norm = nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    assert norm.running_var is not None
    norm.running_var.fill_(before)
    norm(exact(batch).unsqueeze(1))
    value = float(norm.running_var)
    mean, variance, biased = statistics.mean(batch), statistics.variance(batch), statistics.pvariance(batch)
    squares = " + ".join(f"{par(number - mean)}^2" for number in batch)
    return Asked(
        text=f"`nn.BatchNorm1d(1, momentum={tex(momentum)})` has a running variance of ${tex(before)}$ and sees the batch "
        f"${vec(batch)}$ in training. What is its running variance then?",
        value=value,
        rule=r"$\hat\sigma^2 \leftarrow (1 - m)\, \hat\sigma^2 + m\, s^2$, where $s^2$ divides by $n - 1$: the batch itself is "
        "standardised with the biased variance, but the running one takes the unbiased.",
        working=rf"$s^2 = \frac{{{squares}}}{{{len(batch) - 1}}} {eq(variance)}$; ${tex(1 - momentum)} \cdot {tex(before)} + "
        rf"{tex(momentum)} \cdot {tex(variance)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Divided by $n$: the running variance takes the unbiased one of the batch.": (1 - momentum) * before
            + momentum * biased,
            "Swapped the weights: the momentum weighs the new value.": momentum * before + (1 - momentum) * variance,
            "Averaged the standard deviation: variances are averaged.": (1 - momentum) * before
            + momentum * math.sqrt(variance),
        },
    )


def _at_inference(x: float, mean: float, deviation: float, gamma: float, beta: float, batch_mean: float) -> Asked:
    variance = deviation**2
    value = float(
        F.batch_norm(
            exact([[x]]), exact([mean]), exact([variance]), exact([gamma]), exact([beta]), training=False, eps=TINY
        )
    )
    return Asked(
        text=f"In `eval()` mode a batch norm with the running mean ${tex(mean)}$, the running variance ${tex(variance)}$, "
        f"$\\gamma = {tex(gamma)}$, $\\beta = {tex(beta)}$ and a negligible $\\epsilon$ gets $x = {tex(x)}$, in a batch "
        f"whose mean is ${tex(batch_mean)}$. What does it give for $x$?",
        value=value,
        rule=r"$\gamma \frac{x - \hat\mu}{\sqrt{\hat\sigma^2}} + \beta$: at inference the running statistics count, "
        r"whatever the "
        "batch.",
        working=rf"${tex(gamma)} \cdot \frac{{{tex(x)} {plus(-mean)}}}{{{tex(deviation)}}} {plus(beta)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Took the batch's mean: that is what training does.": gamma * (x - batch_mean) / deviation + beta,
            "Divided by the variance: the root was forgotten.": gamma * (x - mean) / variance + beta,
            "Forgot $\\gamma$ and $\\beta$.": (x - mean) / deviation,
        },
    )


def _layer_norm(rows: tuple[tuple[int, ...], ...]) -> Asked:
    table = exact(rows)
    first = rows[0]
    own, column = statistics.pvariance(first), table[:, 0]
    if not own or not float(column.var()):
        raise DrawAgain
    value = float(F.layer_norm(table, (len(first),), eps=TINY)[0, 0])
    mean = statistics.mean(first)
    off = first[0] - mean
    return Asked(
        text=f"A batch of {len(rows)} examples with {len(first)} features is {', '.join(f'${vec(row)}$' for row in rows)}. "
        f"Layer norm "
        "with $\\gamma = 1$, $\\beta = 0$ and a negligible $\\epsilon$ is applied. What becomes of the first feature of "
        "the first example?",
        value=value,
        rule=r"$\frac{x - \mu}{\sqrt{\sigma^2}}$, with mean and biased variance over the *features* of one example: other "
        r"examples "
        "play no part.",
        working=rf"$\mu {eq(mean)}$, $\sigma^2 {eq(own)}$; $\frac{{{tex(off)}}}{{\sqrt{{{tex(own)}}}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Standardised over the batch: that is batch norm.": float(
                (first[0] - column.mean()) / column.std(unbiased=False)
            ),
            "Took the variance with $n - 1$: layer norm divides by $n$.": off / statistics.stdev(first),
            "Divided by the variance: the root was forgotten.": off / own,
            "Took mean and variance over the whole table.": float(
                (first[0] - table.mean()) / table.std(unbiased=False)
            ),
        },
    )


def _rms_norm(x: tuple[int, ...], gain: float, place: int) -> Asked:
    value = float(F.rms_norm(exact(x), (len(x),), exact([gain] * len(x)), eps=TINY)[place - 1])
    squares = sum(number**2 for number in x)
    mean = statistics.mean(x)
    if not statistics.pvariance(x):
        raise DrawAgain
    entry = x[place - 1]
    written = " + ".join(f"{par(number)}^2" for number in x)
    return Asked(
        text=f"RMSNorm with the gain ${tex(gain)}$ everywhere and a negligible $\\epsilon$ is applied to $x = {vec(x)}$. "
        f"What does entry {place} become, counted from 1?",
        value=value,
        rule=r"$g \frac{x_i}{\sqrt{\frac{1}{n} \sum_j x_j^2}}$: as layer norm, but no mean is taken off and no shift is "
        r"learned.",
        working=rf"$\text{{RMS}} = \sqrt{{\frac{{{written}}}{{{len(x)}}}}} {eq(math.sqrt(squares / len(x)))}$; "
        rf"${tex(gain)} \cdot \frac{{{tex(entry)}}}{{{tex(math.sqrt(squares / len(x)))}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Took the mean off first: that is layer norm.": gain * (entry - mean) / statistics.pstdev(x),
            "Divided by the length of the vector: squares are averaged, not summed.": gain * entry / math.sqrt(squares),
            "Forgot the root.": gain * entry * len(x) / squares,
            "Forgot the gain.": value / gain,
        },
    )


FAMILIES = (
    Family(
        id="batch-norm-in-training",
        topic="normalization",
        level="foundation",
        title="Batch norm in training",
        source="Ioffe & Szegedy 2015, algorithm 1; torch.nn.BatchNorm1d",
        draws={"batch": Row(4, whole(-6, 9)), "gamma": (0.5, 1.5, 2.0, 3.0), "beta": (-1.0, -0.5, 0.5, 1.0)},
        ask=_batch_norm,
        lab=BATCH_NORM,
    ),
    Family(
        id="running-mean",
        topic="normalization",
        level="practitioner",
        title="The running mean of batch norm",
        source="torch.nn.BatchNorm1d",
        draws={"before": grid(-3.0, 3.0, 0.5), "batch": Row(4, whole(-6, 9)), "momentum": (0.1, 0.2, 0.25, 0.3)},
        ask=_running_mean,
        lab=BATCH_NORM,
    ),
    Family(
        id="running-variance",
        topic="normalization",
        level="expert",
        title="The running variance of batch norm",
        source="torch.nn.BatchNorm1d; Ioffe & Szegedy 2015, algorithm 2",
        draws={"before": grid(0.5, 4.0, 0.5), "batch": Row(4, whole(-4, 6)), "momentum": (0.1, 0.2, 0.3)},
        ask=_running_variance,
        lab=BATCH_NORM,
    ),
    Family(
        id="batch-norm-at-inference",
        topic="normalization",
        level="foundation",
        title="Batch norm at inference",
        source="Ioffe & Szegedy 2015, algorithm 2; torch.nn.BatchNorm1d",
        draws={
            "x": grid(-4.0, 6.0, 0.5),
            "mean": grid(-2.0, 2.0, 0.5),
            "deviation": (0.5, 1.5, 2.0, 2.5, 3.0, 4.0),
            "gamma": (0.5, 1.5, 2.0),
            "beta": (-1.0, -0.5, 0.5, 1.0),
            "batch_mean": grid(-2.0, 3.0, 0.5),
        },
        ask=_at_inference,
        lab=BATCH_NORM,
        chosen=True,
    ),
    Family(
        id="layer-norm-output",
        topic="normalization",
        level="practitioner",
        title="Layer norm by hand",
        source="Ba et al. 2016; torch.nn.LayerNorm",
        draws={"rows": Row(3, Row(3, whole(-4, 8)))},
        ask=_layer_norm,
        lab=BATCH_NORM,
        chosen=True,
    ),
    Family(
        id="rms-norm-output",
        topic="normalization",
        level="practitioner",
        title="RMSNorm by hand",
        source="Zhang & Sennrich 2019; torch.nn.RMSNorm",
        draws={"x": Row(4, whole(-6, 6)), "gain": (0.5, 1.5, 2.0), "place": (1, 2, 3, 4)},
        ask=_rms_norm,
    ),
)
