"""The table of families.

A new one is a row in one of the files: a function that turns drawn numbers into ``Asked``, and from what they are drawn.
Its answer a second way goes to ``tests/quiz/parametric/ways/``; all tests run over the table.
"""

from collections.abc import Mapping

from quiz.parametric import (
    activations,
    attention,
    backpropagation,
    convolution,
    depth,
    entropies,
    generative,
    initialization,
    memory,
    metrics,
    normalization,
    optimizers,
    parameters,
    recurrent,
    regression,
    regularization,
    schedules,
    sequence_parameters,
    text,
    vision,
)
from quiz.parametric.family import Family

FILES = (
    parameters,
    sequence_parameters,
    activations,
    regression,
    entropies,
    backpropagation,
    depth,
    optimizers,
    schedules,
    initialization,
    regularization,
    normalization,
    convolution,
    vision,
    text,
    recurrent,
    attention,
    generative,
    metrics,
    memory,
)

FAMILIES: Mapping[str, Family] = {family.id: family for file in FILES for family in file.FAMILIES}
"""All of them by their ids, in the order of the files."""
