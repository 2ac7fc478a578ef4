"""Norms, recurrent cells, attention, text and metrics a second way: NumPy, SciPy and plain Python."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from scipy.spatial.distance import cosine
from scipy.special import expit, softmax
from scipy.stats import mannwhitneyu, zscore


def batch_norm(batch, gamma, beta):
    return gamma * zscore(batch)[0] + beta


def at_inference(x, mean, deviation, gamma, beta, batch_mean):
    return gamma * (x - mean) / deviation + beta


def lstm(forget, enter, candidate, out, cell):
    return expit(forget) * cell + expit(enter) * np.tanh(candidate)


def gru(update, candidate, h):
    return np.average([h, np.tanh(candidate)], weights=[expit(update), expit(-update)])


def weights(query, keys):
    return softmax(np.array(keys) @ query / np.sqrt(len(query)))


def causal_row(scores):
    """Of two, the sigmoid of their difference."""
    first = expit(scores[0] - scores[1])
    return (first, 1 - first, 0.0)


def merged(words, counts):
    """Letters less the places of the most frequent pair."""
    corpus = [word for word, count in zip(words, counts, strict=True) for _ in range(count)]
    pairs = Counter(pair for word in corpus for pair in pairwise(word))
    return sum(map(len, corpus)) - max(pairs.values())


WAYS = {
    "batch-norm-in-training": batch_norm,
    "running-mean": lambda before, batch, momentum: before + momentum * (np.mean(batch) - before),
    "running-variance": lambda before, batch, momentum: before + momentum * (np.var(batch, ddof=1) - before),
    "batch-norm-at-inference": at_inference,
    "layer-norm-output": lambda rows: zscore(rows[0])[0],
    "rms-norm-output": lambda x, gain, place: gain * x[place - 1] * math.sqrt(len(x)) / np.linalg.norm(x),
    "rnn-step": lambda x, h, w_x, w_h, b: 2 * expit(2 * (w_x * x + w_h * h + b)) - 1,
    "lstm-cell-state": lstm,
    "gru-next-state": gru,
    "padding-share": lambda lengths: 100 * (1 - np.mean(lengths) / np.max(lengths)),
    "attention-weight": lambda query, keys, place: weights(query, keys)[place - 1],
    "attention-softmax-axis": lambda scores, row, column: expit(
        scores[row - 1][column - 1] - scores[row - 1][2 - column]
    ),
    "attention-output": lambda query, keys, values: weights(query, keys) @ values,
    "causal-attention-row": causal_row,
    "score-deviation": lambda width, query_variance, key_variance: math.sqrt(width * query_variance * key_variance),
    "cosine-similarity": lambda a, b: 1 - cosine(a, b),
    "first-byte-pair-merge": merged,
    "precision": lambda hits, alarms, missed, rest: hits / (hits + alarms),
    "f1-score": lambda hits, alarms, missed, rest: 2 / ((hits + alarms) / hits + (hits + missed) / hits),
    "area-under-roc": lambda positives, negatives: (
        mannwhitneyu(positives, negatives).statistic / (len(positives) * len(negatives))
    ),
}
