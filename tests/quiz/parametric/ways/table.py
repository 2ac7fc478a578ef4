"""The second ways of all families: each takes what was drawn and shares no function with the first."""

from tests.quiz.parametric.ways import layers, losses, sizes, training

WAYS = {**sizes.WAYS, **losses.WAYS, **training.WAYS, **layers.WAYS}
