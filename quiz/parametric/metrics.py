"""Scores of a classifier."""

import numpy as np
import torch

from engine.metrics import by_class
from quiz.parametric.drawing import Row, grid, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.writing import eq, vec

COUNTS = {"hits": whole(20, 90), "alarms": whole(5, 60), "missed": whole(5, 60), "rest": whole(100, 900, 5)}


def _scores(hits: int, alarms: int, missed: int, rest: int) -> tuple[float, float, float]:
    """Precision, recall and F1 of the positives."""
    precision, recall, f1 = by_class(np.array([[rest, alarms], [missed, hits]], dtype=np.float64))[:, 1]
    return float(precision), float(recall), float(f1)


def _table(hits: int, alarms: int, missed: int, rest: int) -> str:
    return (
        f"A classifier finds {hits} of the positives and misses {missed}; of the negatives it takes {alarms} for positives "
        f"and {rest} "
        "for negatives."
    )


def _precision(hits: int, alarms: int, missed: int, rest: int) -> Asked:
    precision, recall, _ = _scores(hits, alarms, missed, rest)
    return Asked(
        text=f"{_table(hits, alarms, missed, rest)} What is its precision?",
        value=precision,
        rule=r"$\text{precision} = \frac{TP}{TP + FP}$: of those it says are positive, the share that is.",
        working=rf"$\frac{{{hits}}}{{{hits} + {alarms}}} {eq(precision)}$",
        decimals=2,
        mistakes={
            "That is the recall: of the positives, the share that is found.": recall,
            "That is the accuracy: the negatives are in it too.": (hits + rest) / (hits + alarms + missed + rest),
            "That is the specificity: of the negatives, the share that is left in peace.": rest / (rest + alarms),
        },
    )


def _f1(hits: int, alarms: int, missed: int, rest: int) -> Asked:
    precision, recall, f1 = _scores(hits, alarms, missed, rest)
    return Asked(
        text=f"{_table(hits, alarms, missed, rest)} What is its F1 score for the positives?",
        value=f1,
        rule=r"$F_1 = \frac{2PR}{P + R} = \frac{2TP}{2TP + FP + FN}$: the harmonic mean, close to the smaller of the two.",
        working=rf"$\frac{{2 \cdot {hits}}}{{2 \cdot {hits} + {alarms} + {missed}}} = \frac{{{2 * hits}}}"
        rf"{{{2 * hits + alarms + missed}}} {eq(f1)}$",
        decimals=2,
        mistakes={
            "Took the arithmetic mean of precision and recall: F1 is the harmonic one.": (precision + recall) / 2,
            "Multiplied precision and recall and stopped there.": precision * recall,
            "That is the accuracy: F1 leaves the true negatives out.": (hits + rest) / (hits + alarms + missed + rest),
            "Forgot the 2: that is the overlap $TP / (TP + FP + FN)$.": hits / (hits + alarms + missed),
        },
    )


def _auc(positives: tuple[float, ...], negatives: tuple[float, ...]) -> Asked:
    if len({*positives, *negatives}) < len(positives) + len(negatives):
        raise DrawAgain
    won = torch.tensor(positives)[:, None] > torch.tensor(negatives)[None, :]
    value = float(won.double().mean())
    beaten = [sum(p > n for n in negatives) for p in positives]
    at_half = sum(p >= 0.5 for p in positives) + sum(n < 0.5 for n in negatives)
    best = max(negatives)
    return Asked(
        text=f"A classifier gives the scores ${vec(positives)}$ to the positives and ${vec(negatives)}$ to the negatives. "
        f"What is its area "
        "under the ROC curve?",
        value=value,
        rule="The AUC is the share of pairs of a positive and a negative in which the positive has the higher score: no "
        "threshold is chosen.",
        working=rf"The positives beat {', '.join(map(str, beaten[:-1]))} and {beaten[-1]} negatives: $\frac{{{sum(beaten)}}}"
        rf"{{{len(positives)} \cdot {len(negatives)}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "That is the accuracy at a threshold of 0.5.": at_half / (len(positives) + len(negatives)),
            "Counted the pairs in which the negative is higher.": 1 - value,
            "Counted positives above all negatives: every pair counts.": sum(p > best for p in positives)
            / len(positives),
        },
    )


FAMILIES = (
    Family(
        id="precision",
        topic="practice",
        level="foundation",
        title="Precision of a classifier",
        source="Manning et al. 2008, section 8.3",
        draws=COUNTS,
        ask=_precision,
        chosen=True,
    ),
    Family(
        id="f1-score",
        topic="practice",
        level="foundation",
        title="The F1 score of a classifier",
        source="Manning et al. 2008, section 8.3",
        draws=COUNTS,
        ask=_f1,
    ),
    Family(
        id="area-under-roc",
        topic="practice",
        level="practitioner",
        title="The area under the ROC curve",
        source="Hanley & McNeil 1982",
        draws={"positives": Row(4, grid(0.2, 0.95, 0.05)), "negatives": Row(5, grid(0.05, 0.8, 0.05))},
        ask=_auc,
    ),
)
