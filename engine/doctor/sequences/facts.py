"""What a task on sequences itself says, whatever network learns it: what can be had without one."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from engine.sequences.data import IGNORED, PAD, Part, Sequences
from engine.sequences.tasks.catalog import AnyTask, built

EXACT = "Toy tasks with exact answers"
CONSTANT = "who only knows how often each answer occurs (or the mean)"
FIT_ROWS = 4000
"""Examples that a straight line is fitted to."""


@dataclass(frozen=True)
class TaskFacts:
    """Numbers of one task, as the network receives it."""

    is_exact: bool
    """Whether every answer follows from what was read, so that a loss of 0 can be reached."""
    plain: str
    """Who needs no network, in words; empty for tasks with exact answers."""
    plain_loss: float
    """The validation loss of that one; 0 for tasks with exact answers."""
    padding: float
    """Share of the training tokens that are padding."""


def facts_of(task: AnyTask, seed: int, data: Sequences) -> TaskFacts:
    """Numbers of the task whose examples are ``data``. Nothing of a visitor's own outlives the run."""
    return measured(task, data) if task.is_private else _kept(task, seed)


@lru_cache(maxsize=32)
def _kept(task: AnyTask, seed: int) -> TaskFacts:
    return measured(task, built(task, seed))


def measured(task: AnyTask, data: Sequences) -> TaskFacts:
    """Measure the examples of a task."""
    padding = float((data.train.x == PAD).float().mean()) if data.tokens else 0.0
    if task.group == EXACT:
        return TaskFacts(True, "", 0.0, padding)
    plain = {CONSTANT: constant_loss(data)}
    if not data.answers:
        plain["a straight line through the window"] = line_loss(data)
    elif data.answers_at == "end":
        plain["who only counts the words of each class"] = counting_loss(data)
    else:
        plain["who only looks at the last token"] = last_token_loss(data)
    best = min(plain, key=plain.__getitem__)
    return TaskFacts(False, best, plain[best], padding)


def constant_loss(data: Sequences) -> float:
    """The validation loss of the training part's shares of each answer, each count one more, or of its mean."""
    if not data.answers:
        return float((data.validation.y - data.train.y.mean()).square().mean())
    asked = [part.y[part.y != IGNORED] for part in (data.train, data.validation)]
    counts = torch.bincount(asked[0], minlength=data.outputs) + 1.0
    return float(-(counts / counts.sum()).log()[asked[1]].double().mean())


def line_loss(data: Sequences) -> float:
    """Validation mean squared error of the least-squares line from all numbers of the window."""
    first, asked = Part(data.train.x[:FIT_ROWS], data.train.y[:FIT_ROWS]), data.validation
    rows = [torch.cat([x.flatten(1), torch.ones(len(x), 1)], dim=1).double() for x in (first.x, asked.x)]
    weights = torch.linalg.lstsq(rows[0], first.y.double()[:, None]).solution
    return float((rows[1] @ weights - asked.y.double()[:, None]).square().mean())


def counting_loss(data: Sequences) -> float:
    """Cross-entropy of naive Bayes over the tokens of a text, each count one more (Laplace), on the validation part."""
    classes, size = len(data.answers), len(data.tokens)
    counts = torch.ones(classes, size, dtype=torch.float64)
    for label in range(classes):
        tokens = data.train.x[data.train.y == label].flatten()
        counts[label] += torch.bincount(tokens[tokens != PAD], minlength=size)
    counts[:, PAD] = 0
    said = (counts / counts.sum(1, keepdim=True)).log().masked_fill(counts == 0, 0.0)
    prior = torch.bincount(data.train.y, minlength=classes).double()
    found = said[:, data.validation.x].sum(2).T + (prior / prior.sum()).log()
    return float(torch.nn.functional.cross_entropy(found, data.validation.y))


def last_token_loss(data: Sequences) -> float:
    """Cross-entropy of the shares with which answers follow each token, each count one more, on the validation part."""
    size, outputs = len(data.tokens), data.outputs
    pairs = _pairs(data.train)
    counts = torch.bincount(pairs[0] * outputs + pairs[1], minlength=size * outputs).reshape(size, outputs) + 1.0
    shares = (counts / counts.sum(1, keepdim=True)).log()
    token, answer = _pairs(data.validation)
    return float(-shares[token, answer].double().mean())


def _pairs(part: Part) -> tuple[Tensor, Tensor]:
    """(token, answer) wherever something is asked for."""
    asked = part.y != IGNORED
    return part.x[asked], part.y[asked]
