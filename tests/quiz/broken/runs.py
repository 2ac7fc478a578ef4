"""Runs that several tests look at, each trained once."""

from functools import cache

from quiz.broken.dashboard import Dashboard, Fresh
from quiz.broken.recipe import Recipe
from quiz.broken.running import dashboard

SEEDS = (0, 1, 2)


@cache
def seen(recipe: Recipe, seed: int) -> Dashboard:
    """The dashboard of a run that is over."""
    return dashboard(recipe, seed)


def fresh(recipe: Recipe, seed: int) -> Fresh:
    """How a run does on fresh data."""
    end = seen(recipe, seed).examined
    assert end is not None
    return end.fresh
