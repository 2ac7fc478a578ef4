"""Searches that need no slope: hill climbing, a particle swarm, a genetic algorithm; each in the form its source gives.

Written out here, plainly: they draw from a generator of their own, and each asks for f through the counter alone.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

AskAll = Callable[[Float[np.ndarray, "places 2"]], Float[np.ndarray, " places"]]
"""f at several places, each of them counted; it raises an error of its own when all allowed evaluations are spent."""
Box = Float[np.ndarray, "2 2"]
"""Lowest and highest x; lowest and highest y."""

PARTICLES = 20
INERTIA, PULL = 0.7298, 1.49618
"""Share of a particle's velocity that is kept, and its pull to the two best places (Clerc and Kennedy 2002)."""
POPULATION = 40
ELITE = 2
"""Members that go on unchanged."""
BLEND = 0.5
"""How far beyond its parents a child may lie (BLX-alpha, Eshelman and Schaffer 1993)."""
MUTATION = 0.05
"""Standard deviation of a mutation, as part of the box's size."""


def hill_climbing(ask: AskAll, start: Float[np.ndarray, "2"], box: Box, rng: np.random.Generator) -> None:
    """Try a step in a random direction, take it if f is lower there. Success widens the steps, failure narrows them.

    The one-fifth rule (Rechenberg 1973): the width stays where one try in five succeeds.
    """
    place, (value,) = start, ask(start[None])
    width = 0.1 * (box[:, 1] - box[:, 0])
    while np.max(width) > 1e-12:
        tried = place + width * rng.standard_normal(2)
        (there,) = ask(tried[None])
        if there < value:
            place, value, width = tried, there, width * 1.5
        else:
            width = width * 1.5**-0.25


def particle_swarm(ask: AskAll, start: Float[np.ndarray, "2"], box: Box, rng: np.random.Generator) -> None:
    """Particles fly on, drawn to the best place each has seen and to the best that any has (Kennedy and Eberhart 1995)."""
    size = box[:, 1] - box[:, 0]
    places = box[:, 0] + size * rng.random((PARTICLES, 2))
    velocities = size * (rng.random((PARTICLES, 2)) - 0.5)
    best, best_values = places.copy(), ask(places)
    while np.ptp(best, axis=0).max() > 1e-12:
        leader = best[best_values.argmin()]
        to_own, to_leader = rng.random((2, PARTICLES, 2))
        velocities = INERTIA * velocities + PULL * (to_own * (best - places) + to_leader * (leader - places))
        places = places + velocities
        values = ask(places)
        is_better = values < best_values
        best[is_better], best_values[is_better] = places[is_better], values[is_better]


def genetic(ask: AskAll, start: Float[np.ndarray, "2"], box: Box, rng: np.random.Generator) -> None:
    """Better members of three have children between and around them, a little changed (Goldberg 1989; BLX-alpha)."""
    size = box[:, 1] - box[:, 0]
    members = box[:, 0] + size * rng.random((POPULATION, 2))
    values = ask(members)
    while np.ptp(members, axis=0).max() > 1e-12:
        order = values.argsort()
        kept, kept_values = members[order[:ELITE]], values[order[:ELITE]]
        drawn = rng.integers(POPULATION, size=(2, POPULATION - ELITE, 3))
        parents = np.take_along_axis(drawn, values[drawn].argmin(axis=2)[..., None], axis=2)[..., 0]
        mother, father = members[parents[0]], members[parents[1]]
        share = rng.uniform(-BLEND, 1 + BLEND, mother.shape)
        children = mother + share * (father - mother)
        changed = rng.random(children.shape) < 0.2
        children = children + changed * MUTATION * size * rng.standard_normal(children.shape)
        members, values = np.vstack([kept, children]), np.concatenate([kept_values, ask(children)])
