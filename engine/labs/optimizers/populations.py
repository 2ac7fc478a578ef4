"""Searches with many places at once: pymoo's particle swarm and genetic algorithm. Imported on first use only.

Of eleven libraries tried it is the one that draws from a generator of its own, leaves every evaluation to us, and neither
warns nor prints: 2 MB and 0.1 s with the first search. The others: mealpy GPL, DEAP LGPL, pygmo MPL; PySwarms, nevergrad,
Indago and gradient-free-optimizers draw from global generators; NiaPy loads matplotlib, 30 MB; PyGAD and pyswarm write to
the console where a search ends early; cma has neither of the two.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.algorithms.soo.nonconvex.pso import PSO
from pymoo.core.algorithm import Algorithm
from pymoo.core.evaluator import Evaluator
from pymoo.core.problem import Problem
from pymoo.operators.crossover.sbx import SBX
from pymoo.problems.static import StaticProblem

from engine.labs.optimizers.climbing import Box

AskAll = Callable[[Float[np.ndarray, "places 2"]], Float[np.ndarray, " places"]]
"""f at several places, each of them counted; it raises an error of its own when all allowed evaluations are spent."""

MEMBERS = 20
"""Places at once."""
INERTIA, PULL = 0.7298, 1.49618
"""Share of a particle's velocity that is kept, and its pull to the two best places (Clerc and Kennedy 2002)."""
SPREAD = 3.0
"""Index of the crossover: the smaller, the further children lie from their parents (Deb and Agrawal 1995: 2 to 5)."""


def particle_swarm(ask: AskAll, box: Box, rng: np.random.Generator) -> None:
    """Particles fly on, drawn to the best place each has seen and to the best that any has (Kennedy and Eberhart 1995)."""
    plain = {"adaptive": False, "pertube_best": False}
    _evolve(PSO(pop_size=MEMBERS, w=INERTIA, c1=PULL, c2=PULL, **plain), ask, box, rng)


def genetic(ask: AskAll, box: Box, rng: np.random.Generator) -> None:
    """The better of two have children around them, a little changed (simulated binary crossover)."""
    _evolve(GA(pop_size=MEMBERS, crossover=SBX(eta=SPREAD)), ask, box, rng)


def _evolve(algorithm: Algorithm, ask: AskAll, box: Box, rng: np.random.Generator) -> None:
    """Generation after generation, until none is better for a while."""
    problem = Problem(n_var=2, n_obj=1, xl=box[:, 0], xu=box[:, 1])
    algorithm.setup(problem, seed=int(rng.integers(2**32)))
    while algorithm.has_next():
        members = algorithm.ask()
        found = ask(members.get("X"))
        Evaluator().eval(StaticProblem(problem, F=found), members)
        algorithm.tell(infills=members)
