"""What comes next, and a text written on."""

import numpy as np
import torch

from engine.labs.recurrent.results.next_token import Continued, Following
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.training import Trained
from engine.optimizers import Adam
from engine.refusal import Refusal
from engine.sequences.data import END
from engine.sequences.decoding import Decoding, recurrent_scorer, written_on
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.recurrent import Recurrent
from engine.sequences.tasks.texts import vocabulary_of
from engine.streams import stream
from engine.text.vocabulary import Vocabulary

SHOWN = 20
"""Likeliest tokens that are drawn."""


def of(now: RecurrentLab) -> SequenceExperiment:
    """The network that is trained for this section."""
    part = now.next
    return SequenceExperiment(
        task=part.task,
        model=Recurrent(cell=now.cell, units=part.units, embedding=24),
        training=SequenceTraining(optimizer=Adam(lr=0.01), updates=part.updates),
        seed=now.seed,
    )


def ids_of(found: Trained, text: str) -> tuple[Vocabulary, tuple[int, ...]]:
    """(vocabulary, ids of the text). Raises Refusal where it has no token."""
    vocabulary = vocabulary_of(found.experiment.task)
    if vocabulary is None:
        raise Refusal(f"{found.experiment.task.label} reads no text.")
    ids = vocabulary.encode(text).ids
    if not ids:
        raise Refusal("Type something: what comes next is asked after at least one token.")
    return vocabulary, ids


def following(found: Trained, text: str, decoding: Decoding) -> Following:
    """The distribution of the token after ``text``."""
    vocabulary, ids = ids_of(found, text)
    scores = recurrent_scorer(found.network)(ids)
    own, chosen = torch.softmax(scores.double(), dim=0), decoding.distribution(scores)
    order = own.argsort(descending=True, stable=True)[:SHOWN]
    return Following(
        read=tuple(vocabulary.tokens[token] for token in ids),
        unknown=sum(vocabulary.tokens[token] == "<unk>" for token in ids),
        tokens=tuple(vocabulary.tokens[token] for token in order.tolist()),
        own=own[order].numpy().copy(),
        chosen=chosen[order].numpy().copy(),
        left=int((chosen > 0).sum()),
        vocabulary=vocabulary.size,
        entropy=float(-torch.special.xlogy(own, own).sum()),
    )


def continued(found: Trained, text: str, decoding: Decoding, tokens: int, draw: int, label: str = "") -> Continued:
    """``text`` written on by up to so many tokens; the same ``draw`` draws the same."""
    vocabulary, ids = ids_of(found, text)
    chosen = list(written_on(recurrent_scorer(found.network), ids, decoding, tokens, stream(draw, "sampling")))
    written = [item.token for item in chosen]
    whole = vocabulary.decode([*ids, *written])
    start = vocabulary.decode(ids)
    return Continued(
        label=label,
        start=text,
        text=whole[len(start) :] if whole.startswith(start) else vocabulary.decode(written),
        tokens=tuple(vocabulary.tokens[token] for token in written),
        own=np.array([item.probability for item in chosen]),
        ended=bool(written) and written[-1] == END,
    )


def compared(found: Trained, text: str, decoding: Decoding, tokens: int, draw: int) -> tuple[Continued, ...]:
    """As chosen; and, where that is another way, greedy and drawn from the network's own probabilities."""
    ways = {"as chosen": decoding, "greedy": Decoding(greedy=True), "drawn as it is": Decoding()}
    others = {label: way for label, way in ways.items() if label == "as chosen" or way != decoding}
    return tuple(continued(found, text, way, tokens, draw, label) for label, way in others.items())
