"""A dictionary of keys and values chosen by hand, and a query: looking up softly, and exactly as the scores grow."""

import numpy as np
from jaxtyping import Float

from engine.labs.attention.head import softmax
from engine.labs.attention.results.measured import Lookup
from engine.labs.attention.views import Dictionary

SHARPNESS = np.logspace(-1, 3, 161)
ANGLES = np.arange(0.0, 360.5, 1.5)


def directions(degrees: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n 2"]:
    """Vectors of length 1 at these angles."""
    radians = np.deg2rad(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1)


def weights(
    query: Float[np.ndarray, "queries 2"], keys: Float[np.ndarray, "keys 2"], sharpness: float
) -> Float[np.ndarray, "queries keys"]:
    """a = softmax(b q·k)."""
    return softmax(sharpness * query @ keys.T)


def lookup(asked: Dictionary) -> Lookup:
    """What the query brings back, at the chosen sharpness b, over every b, and from every direction."""
    keys, values = directions(np.array(asked.keys)), np.array(asked.values)
    query = directions(np.array([asked.query]))
    scores = (query @ keys.T)[0]
    best = int(scores.argmax())
    gap = float(scores[best] - np.delete(scores, best).max()) if len(scores) > 1 else 0.0
    a = weights(query, keys, asked.sharpness)[0]
    sweep = np.concatenate([weights(query, keys, b) for b in SHARPNESS])
    around = directions(ANGLES)
    nearest = values[(around @ keys.T).argmax(axis=1)]
    return Lookup(
        keys=keys,
        values=values,
        query=query[0],
        scores=scores,
        weights=a,
        output=float(a @ values),
        best=best,
        gap=gap,
        sharpness=SHARPNESS,
        sweep=sweep,
        outputs=sweep @ values,
        bound=bound(scores, values, best),
        angles=ANGLES,
        around=weights(around, keys, asked.sharpness) @ values,
        nearest=nearest,
    )


def bound(
    scores: Float[np.ndarray, " keys"], values: Float[np.ndarray, " keys"], best: int
) -> Float[np.ndarray, " sharpness"]:
    """No farther than this is the output from the best key's value: sum over the others of |v_j - v| e^(-b (s - s_j))."""
    away = np.abs(values - values[best])
    found: Float[np.ndarray, " sharpness"] = np.exp(-np.outer(SHARPNESS, scores[best] - scores)) @ away
    return found
