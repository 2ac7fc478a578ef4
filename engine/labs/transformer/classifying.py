"""Classifiers of texts with few labels, with and without a language model before; and with a rare class."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.batches import Batches
from engine.jobs import Progress
from engine.labs.transformer.results import Balanced, FewLabelled
from engine.labs.transformer.state import FewLabels
from engine.labs.transformer.stocks import STOCKS, labelled, reversed_copies
from engine.probes import at_rest
from engine.sampling import EACH_ONCE, Oversampling, SamplingChoice, Undersampling
from engine.sequences.data import END, IGNORED, Part, Sequences
from engine.sequences.transformer import Transformer, TransformerNetwork

COUNTS = (8, 16, 32, 64, 128)
"""Labelled texts, half of each class; beside them, all there are."""
COMMON = 100
"""Labelled texts of the common class."""
BATCH = 16
RATE, READING_RATE = 0.002, 0.004
"""Of the classifier and of the language model."""
PIECE_SECONDS = 0.08


@dataclass(frozen=True)
class Method:
    """One way to get a classifier from few labels."""

    label: str
    reads_first: bool = False
    """Whether a language model is trained before, on the texts without labels."""
    reverses: bool = False
    """Whether every text is trained on backwards, too."""
    sampling: SamplingChoice = EACH_ONCE


FEW = (
    Method("from scratch"),
    Method("from scratch, reversed copies, too", reverses=True),
    Method("language model first", reads_first=True),
    Method("language model first, reversed copies, too", reads_first=True, reverses=True),
)
COUNTING = "words counted, logistic regression"
"""Beside the transformers: knows no order at all (Pang and Lee 2002)."""
RARE = (
    Method("as they are"),
    Method("over-sampling", sampling=Oversampling()),
    Method("under-sampling", sampling=Undersampling()),
    Method("reversed copies, too", reverses=True),
    Method("over-sampling and reversed copies", reverses=True, sampling=Oversampling()),
)


def model_of(settings: FewLabels) -> Transformer:
    """The same blocks for the language model and for the classifier."""
    return Transformer(
        layers=settings.layers, width=settings.width, heads=4, feed_forward=2 * settings.width, dropout=settings.dropout
    )


def classifier(
    settings: FewLabels, data: Sequences, seed: int, reader: TransformerNetwork | None
) -> TransformerNetwork:
    """With first weights of its own, or those of a language model, all but the output layer's."""
    network = model_of(settings).build(data, seed)
    if reader is not None:
        kept = {name: weight for name, weight in reader.state_dict().items() if not name.startswith("output.")}
        network.load_state_dict({**network.state_dict(), **kept})
    return network


def learn(
    network: TransformerNetwork,
    part: Part,
    updates: int,
    seed: int,
    sampling: SamplingChoice = EACH_ONCE,
    rate: float = RATE,
) -> Iterator[int]:
    """Train with Adam, in pieces; yields the updates done after each."""
    labels = part.y if part.y.ndim == 1 else torch.zeros(len(part))  # of a language model's examples none is rare
    batches = Batches(part.x, part.y, BATCH, seed, sampling=sampling, labels=labels)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    network.train()
    began = time.perf_counter()
    for done in range(1, updates + 1):
        x, y = batches.draw()
        loss = F.cross_entropy(network(x).flatten(0, -2), y.flatten(), ignore_index=IGNORED)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if time.perf_counter() - began > PIECE_SECONDS or done == updates:
            yield done
            began = time.perf_counter()


@torch.no_grad()
def recalls(network: TransformerNetwork, part: Part) -> tuple[float, float]:
    """Share of each of the two classes that is recognised."""
    with at_rest(network):
        return _shares(network(part.x).argmax(1), part.y)


def _shares(said: Tensor, y: Tensor) -> tuple[float, float]:
    right = said == y
    return float(right[y == 0].double().mean()), float(right[y == 1].double().mean())


def counted(few: Part, held: Part, tokens: int) -> float:
    """Accuracy of logistic regression on which words a text has; mean of both classes."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(max_iter=1000).fit(_bags(few, tokens), few.y.numpy())
    return float(np.mean(_shares(torch.from_numpy(fitted.predict(_bags(held, tokens))), held.y)))


def _bags(part: Part, tokens: int) -> np.ndarray:
    bags = torch.zeros(len(part), tokens).scatter_(1, part.x, 1.0)
    return bags[:, END + 1 :].numpy()


# --- the two comparisons ----------------------------------------------------------------------------------------------


def few_labels(settings: FewLabels, seed: int) -> Iterator[Progress[FewLabelled]]:
    """Every method from every number of labels, one seed after another."""
    counts = (*COUNTS, len(STOCKS[settings.texts].given(seed).train))
    names = (*(method.label for method in FEW), COUNTING)
    found = np.full((len(names), len(counts), settings.seeds), np.nan)
    reading = np.full(settings.seeds, np.nan)
    pieces = settings.seeds * (1 + len(counts) * len(names))
    done = 0
    for number in range(settings.seeds):
        own = seed + number
        given = STOCKS[settings.texts].given(own)
        reader = model_of(settings).build(given.unlabelled, own)
        for step in learn(reader, given.unlabelled.train, settings.reading, own, rate=READING_RATE):
            share = (done + step / settings.reading) / pieces
            yield Progress(
                share, said=f"Seed {number + 1}: the language model reads, update {step} of {settings.reading}"
            )
        reading[number], done = _loss(reader, given.unlabelled.validation), done + 1
        for column, count in enumerate(counts):
            few = labelled(given.train, (-(-count // 2), -(-count // 2)), own)
            for row, method in enumerate(FEW):
                network = classifier(settings, given.labelled, own, reader if method.reads_first else None)
                for _ in learn(network, reversed_copies(few) if method.reverses else few, settings.updates, own):
                    yield Progress(done / pieces, said=f"Seed {number + 1}, {len(few)} labels: {method.label}")
                found[row, column, number], done = float(np.mean(recalls(network, given.held))), done + 1
            found[-1, column, number], done = counted(few, given.held, len(given.tokens)), done + 1
            yield Progress(done / pieces, FewLabelled(counts, names, found.copy(), reading.copy(), len(given.held)))
    yield Progress(1.0, FewLabelled(counts, names, found.copy(), reading.copy(), len(given.held)))


@torch.no_grad()
def _loss(network: TransformerNetwork, part: Part) -> float:
    with at_rest(network):
        return float(F.cross_entropy(network(part.x).flatten(0, -2), part.y.flatten(), ignore_index=IGNORED))


def rare_class(settings: FewLabels, seed: int) -> Iterator[Progress[Balanced]]:
    """Every remedy against a rare class, one seed after another."""
    names = tuple(method.label for method in RARE)
    found = np.full((len(names), 2, settings.seeds), np.nan)
    classes = STOCKS[settings.texts].given(seed).classes
    for number in range(settings.seeds):
        own = seed + number
        given = STOCKS[settings.texts].given(own)
        few = labelled(given.train, (COMMON, settings.rare), own)
        for row, method in enumerate(RARE):
            network = classifier(settings, given.labelled, own, None)
            done = (number * len(RARE) + row) / (settings.seeds * len(RARE))
            for _ in learn(
                network, reversed_copies(few) if method.reverses else few, settings.updates, own, method.sampling
            ):
                yield Progress(done, said=f"Seed {number + 1}: {method.label}")
            found[row, :, number] = recalls(network, given.held)
            yield Progress(done, Balanced(names, classes, found.copy(), (COMMON, settings.rare), len(given.held)))
    yield Progress(1.0, Balanced(names, classes, found.copy(), (COMMON, settings.rare), len(given.held)))


def blank_few(settings: FewLabels) -> FewLabelled:
    """The pictures before anything is known."""
    names = (*(method.label for method in FEW), COUNTING)
    shape = (len(names), len(COUNTS), settings.seeds)
    return FewLabelled(COUNTS, names, np.full(shape, np.nan), np.full(settings.seeds, np.nan), 0)


def blank_rare(settings: FewLabels, classes: tuple[str, ...]) -> Balanced:
    """The same of a rare class."""
    names = tuple(method.label for method in RARE)
    shape = (len(names), 2, settings.seeds)
    return Balanced(names, classes, np.full(shape, np.nan), (COMMON, settings.rare), 0)
