"""The classifiers trained and asked: whether their attention says what decided. One that mixes its words first, one not."""

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from engine.jobs import Progress
from engine.labs.attention.pooling import (
    RATE,
    VOCABULARY,
    Pooler,
    farthest_alike,
    kendall,
    sentences,
    without_each,
)
from engine.labs.attention.results.explanation import Answered, Explained, Explanations
from engine.labs.attention.views import Explanation
from engine.streams import stream

BATCH = 32
TEST = 200
PIECE = 20
TOLERANCE = 0.01
"""Another map counts as having the same answer where the probability is as near as this, as in Jain and Wallace 2019."""
KINDS = {"words by themselves": False, "words mixed first": True}
"""(label, whether a self-attention layer comes before the pooling)."""


def explanations(asked: Explanation, seed: int) -> Iterator[Progress[Explanations]]:
    """Both classifiers, one after the other."""
    done: list[Explained] = []
    for label, mixed in KINDS.items():
        seeds = range(seed, seed + asked.seeds)
        pooler = Pooler(mixed=mixed, seeds=seeds)
        optimizer = torch.optim.Adam(pooler.weights.values(), lr=RATE)
        batches = [stream(each, "batches") for each in seeds]
        for step in range(asked.steps):
            tokens, y, _ = drawn(BATCH, asked.words, batches)
            loss = F.binary_cross_entropy_with_logits(pooler.forward(tokens)[0], y, reduction="none").mean(dim=1).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if step % PIECE == 0:
                share = (len(done) + step / asked.steps) / len(KINDS)
                yield Progress(share, said=f"{label}: update {step:,} of {asked.steps:,}")
        done.append(explained(label, pooler, asked, seeds))
        yield Progress(len(done) / len(KINDS), Explanations(tuple(done)))


def drawn(
    count: int, words: int, draws: list[torch.Generator]
) -> tuple[Int[Tensor, "seeds n words"], Float[Tensor, "seeds n"], Int[Tensor, "seeds n"]]:
    """(words, whether the deciding one is "good", its place) for every seed from its own stream."""
    pairs = [sentences(count, words, each) for each in draws]
    tokens, place = (torch.stack([pair[which] for pair in pairs]) for which in (0, 1))
    return tokens, tokens.gather(2, place[..., None])[..., 0].float(), place


def explained(label: str, pooler: Pooler, asked: Explanation, seeds: range) -> Explained:
    """What a trained classifier's weights say, on sentences that it has not seen; a number for each seed."""
    tokens, y, place = drawn(TEST, asked.words, [stream(each, "sampling") for each in seeds])
    with torch.no_grad():
        logit, weights, own = (each.double() for each in pooler.forward(tokens))
        effect = without_each(pooler, tokens).double().numpy()
    w, s, at = weights.numpy(), own.numpy(), place.numpy()
    other = np.stack([farthest_alike(w[turn], s[turn], TOLERANCE) for turn in range(len(seeds))])
    p, p_even, p_other = (torch.sigmoid(each).numpy() for each in (logit, own.mean(dim=2), _logit(other, s)))
    truth = y.numpy() > 0.5
    on = np.take_along_axis(w, at[..., None], axis=2)[..., 0]
    on_other = np.take_along_axis(other, at[..., None], axis=2)[..., 0]
    most = np.take_along_axis(effect, at[..., None], axis=2)[..., 0]
    examples = tuple(
        Answered(
            tuple(VOCABULARY[word] for word in tokens[0, turn]),
            int(at[0, turn]),
            w[0, turn].copy(),
            other[0, turn].copy(),
            effect[0, turn].copy(),
            float(p[0, turn]),
            float(p_other[0, turn]),
        )
        for turn in range(50)
    )
    return Explained(
        label=label,
        accuracy=((p > 0.5) == truth).mean(axis=1),
        accuracy_even=((p_even > 0.5) == truth).mean(axis=1),
        on_deciding=on.mean(axis=1),
        found_by_weight=(w.argmax(axis=2) == at).mean(axis=1),
        found_by_effect=(effect.argmax(axis=2) == at).mean(axis=1),
        effect_of_deciding=most.mean(axis=1),
        tau=np.stack([kendall(w[turn], effect[turn]).mean() for turn in range(len(seeds))]),
        apart=(np.abs(other - w).sum(axis=2) / 2).mean(axis=1),
        on_deciding_other=on_other.mean(axis=1),
        answer_apart=np.abs(p_other - p).max(axis=1),
        examples=examples,
    )


def _logit(weights: Float[np.ndarray, "seeds n words"], own: Float[np.ndarray, "seeds n words"]) -> Tensor:
    return torch.from_numpy((weights * own).sum(axis=2))
