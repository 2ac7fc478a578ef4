"""What is often written of tokens and embeddings, and the runs that show what is right."""

import numpy as np
import torch
from torch import nn

from engine.labs.proof import Proof, Proved
from engine.labs.tokens.factors import biases_alone, factorize, truncated
from engine.labs.tokens.lexicon import pairs
from engine.labs.tokens.nearest import all_families
from engine.labs.tokens.onehot import embedding
from engine.labs.tokens.plane import Plane
from engine.labs.tokens.skipgram import Run
from engine.labs.tokens.state import Ratings, SkipGram
from engine.labs.tokens.table import generated
from engine.optimizers import Adam
from engine.text.corpora import Sentences
from engine.text.tokenizers import BytePair, WordPiece, Words, trained
from engine.text.vectors import Vectors
from engine.undrawn import undrawn
from engine.words import count, percent

SHORT = SkipGram(epochs=12, batch_size=512, optimizer=Adam(lr=0.03))
"""So short a run ends in about a second."""
NEAR = 10
"""Neighbours that are compared."""
FOREIGN = "naïve café 東京"


def _learned(seed: int = 0) -> Vectors:
    """Vectors of the short sentences."""
    run = Run(pairs(Sentences().read(), SHORT, seed), SHORT, seed)
    for _ in range(run.steps_planned):
        run.step()
    return Vectors("short run", run.data.lexicon.words, run.vectors.detach().numpy().copy())


def same_layer() -> Proved:
    """An embedding and a linear layer on one-hot rows: their outputs and their gradients."""
    size, dim = 200, 16
    table = embedding(size, dim, 0)
    linear = undrawn(nn.Linear, size, dim, bias=False)
    linear.weight = nn.Parameter(table.weight.detach().T.clone())
    ids = torch.tensor([3, 14, 15, 92, 65, 35, 89, 79, 3])
    outputs = table(ids), linear(nn.functional.one_hot(ids, size).float())
    gradients = [
        torch.autograd.grad(out.pow(3).sum(), weight)[0]
        for out, weight in zip(outputs, (table.weight, linear.weight), strict=True)
    ]
    apart = [float((a - b).detach().abs().max()) for a, b in (outputs, (gradients[0], gradients[1].T))]
    touched = int((gradients[0].abs().sum(dim=1) > 0).sum())
    return Proved(
        f"{len(ids)} tokens of a vocabulary of {size}, {dim} numbers each: the outputs of the two differ by {apart[0]:.1g} at "
        f"most, the gradients by {apart[1]:.1g}. Both have a gradient in {touched} rows, one for each different token. The "
        f"lookup multiplies nothing; the linear layer multiplies {count(len(ids) * size * dim)} times."
    )


def without_inputs() -> Proved:
    """Analogies with the three words of the question left out of the answers, and with them allowed."""
    found = [test for test in all_families(_learned()) if test.asked]
    asked, right, allowed = (sum(getattr(t, name) for t in found) for name in ("asked", "right", "right_with_inputs"))
    rows = [(t.family, f"{t.asked}", f"{t.right}", f"{t.right_with_inputs}") for t in found]
    return Proved(
        f"Skip-gram on the short sentences, {count(asked)} analogies: {count(right)} come out right while a, b and c are left "
        f"out of the answers, {count(allowed)} when they are not. Where that decides, the nearest word to a − b + c is "
        "one of the three.",
        ("", "asked", "right, a, b, c left out", "right, all allowed"),
        rows,
    )


def unknown_pieces() -> Proved:
    """Characters that a text does not have, with byte-pair encoding from characters and from bytes."""
    text = Sentences().read()
    missing = [sign for sign in FOREIGN if sign not in text.whole]
    rows, shares = list[tuple[str, str, str]](), list[float]()
    for label, row in (
        ("from the text's characters", BytePair(size=600)),
        ("from the 256 bytes", BytePair(size=600, byte_level=True)),
        ("whole words", Words(size=600)),
    ):
        vocabulary = trained(row, text)
        encoded = vocabulary.encode(FOREIGN)
        shares.append(encoded.unknown_share)
        rows.append((label, percent(encoded.unknown_share), vocabulary.decode(encoded.ids)))
    return Proved(
        f"Learned of the short sentences, in which no {' and no '.join(missing)} occurs, and given “{FOREIGN}”: from "
        f"characters {percent(shares[0])} of the tokens are unknown and lost, from bytes {percent(shares[1])}.",
        ("byte-pair encoding", "unknown", "comes back as"),
        rows,
    )


def pairs_by_score() -> Proved:
    """WordPiece's first merges, by count and by score."""
    text = Sentences().read()
    rows, made = list[tuple[str, str]](), list[set[str]]()
    for by in ("count", "score"):
        vocabulary = trained(WordPiece(size=300, by=by), text)
        first = [vocabulary.joined(pair) for pair in vocabulary.merges[:12]]
        made.append({vocabulary.joined(pair) for pair in vocabulary.merges})
        tokens = sum(map(len, vocabulary.encode_all(text.lines)))
        rows.append((by, f"{', '.join(first)} ({count(tokens)} tokens for the whole text)"))
    shared = len(made[0] & made[1])
    return Proved(
        f"The first 12 merges of each stand below. Of {len(made[0])} pieces merged by count and {len(made[1])} by score, "
        f"{shared} are the same.",
        ("pairs by", "first merges"),
        rows,
    )


def holes_are_not_zeros() -> Proved:
    """A truncated SVD with zeros, or means, in the holes, beside a factorization of the known ratings alone."""
    asked = Ratings(epochs=100)
    table = generated(asked, 0)
    found = [progress.result for progress in factorize(table, asked, 0) if progress.result is not None][-1]
    training, held = found.training, found.held_out
    user, item, rating = table.user, table.item, table.rating

    def error(predicted: np.ndarray) -> float:
        return float(np.sqrt(((predicted[user[held], item[held]] - rating[held]) ** 2).mean()))

    rows, errors = list[tuple[str, str]](), list[float]()
    for label, middle in (
        ("SVD, holes are 0", np.zeros(table.true_table.shape) if table.true_table is not None else np.zeros((0, 0))),
        ("SVD, holes are the mean", np.full((len(table.users), len(table.items)), found.mean)),
        ("SVD, holes are what biases alone predict", biases_alone(table, training, asked.penalty)),
    ):
        filled = middle.copy()
        filled[user[training], item[training]] = rating[training]
        errors.append(error(truncated(filled, middle, asked.factors)))
        rows.append((label, f"{errors[-1]:.3f}"))
    errors.append(error(found.predicted))
    rows.append(("factorized from the known ratings alone", f"{errors[-1]:.3f}"))
    return Proved(
        f"{count(len(rating))} of {count(len(table.users) * len(table.items))} ratings known, {asked.factors} factors, ratings "
        f"around {found.mean:.1f}. Root mean squared error on held-out ratings: {errors[0]:.2f} with zeros in the holes, "
        f"{errors[-1]:.2f} without filling any.",
        ("", "held-out error"),
        rows,
    )


def plane_hides() -> Proved:
    """How many of each word's nearest neighbours are still its neighbours in the plane."""
    vectors = _learned()
    flat, shares = Plane().of(vectors.table)
    kept = _shared(_nearest(vectors.table), _nearest(flat))
    chance = NEAR / (len(vectors.words) - 1)
    return Proved(
        f"{len(vectors.words)} words of {vectors.dim} numbers: the plane of the first two principal components holds "
        f"{percent(sum(shares))} of their variance. Of a word's {NEAR} nearest neighbours {percent(kept)} are among its {NEAR} "
        f"nearest in the plane; by chance it would be {percent(chance)}."
    )


def _nearest(table: np.ndarray) -> np.ndarray:
    """The places of the nearest others of each row, by distance."""
    squares = (table**2).sum(axis=1)
    distance = squares[:, None] - 2 * table @ table.T + squares[None, :]
    np.fill_diagonal(distance, np.inf)
    return np.argsort(distance, axis=1)[:, :NEAR]


def _shared(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.mean([len(set(x) & set(y)) / NEAR for x, y in zip(a.tolist(), b.tolist(), strict=True)]))


PROOFS: tuple[Proof, ...] = (
    Proof(
        "same_layer",
        "An embedding layer is another kind of layer than a linear one.",
        "It is a linear layer without bias on one-hot rows, with the multiplications by 0 left out: the same outputs, the same "
        "gradients.",
        same_layer,
    ),
    Proof(
        "without_inputs",
        "king − man + woman lands on queen.",
        "It mostly lands beside king. *queen* is found because the words of the question are left out of the answers.",
        without_inputs,
    ),
    Proof(
        "unknown_pieces",
        "With byte-pair encoding no word is ever unknown.",
        "No word made of characters that the text has. Only an alphabet of the 256 bytes covers every text.",
        unknown_pieces,
    ),
    Proof(
        "pairs_by_score",
        "WordPiece is byte-pair encoding with ## in front of pieces.",
        r"As published it takes the pair of the highest $\frac{\operatorname{count}(ab)}{\operatorname{count}(a)"
        r"\operatorname{count}(b)}$, which is another one; and it cuts words by the longest piece, not by replaying merges. "
        "Some trainers do take the highest count.",
        pairs_by_score,
    ),
    Proof(
        "holes_are_not_zeros",
        "Matrix factorization of ratings is a truncated SVD of the table, with 0 where a rating is missing.",
        "A missing rating is no rating of 0: whatever fills the holes is fitted like a rating. Lower the error over the known "
        "ratings alone.",
        holes_are_not_zeros,
    ),
    Proof(
        "plane_hides",
        "The picture of an embedding in two dimensions shows which words are near each other.",
        "It shows the two directions of the largest variance. How much of the neighbourhoods is left has to be measured.",
        plane_hides,
    ),
)
