"""What interviews for different roles ask about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RoleName = Literal["research", "applied", "engineer"]


@dataclass(frozen=True)
class Role:
    """A role that one is interviewed for."""

    title: str
    about: str
    """What its interviews are about, in a sentence."""
    weights: Mapping[str, float]
    """Topics with their share of the time, relative to each other; others are not asked about."""


ROLES: dict[RoleName, Role] = {
    "research": Role(
        "Research scientist",
        "Derivations and reasons: gradients, optimizers, attention, generative models, and why a method works.",
        {
            "networks": 1,
            "activations": 1,
            "losses": 2,
            "backpropagation": 3,
            "optimizers": 3,
            "initialization": 2,
            "gradients": 3,
            "regularization": 2,
            "normalization": 2,
            "embeddings": 1,
            "recurrent": 1,
            "attention": 3,
            "transformers": 3,
            "generative": 3,
            "practice": 1,
            "mistakes": 1,
        },
    ),
    "applied": Role(
        "Applied scientist",
        "Choosing and judging models: losses, regularization, vision and text, and what to do when training goes wrong.",
        {
            "networks": 1,
            "activations": 1,
            "losses": 3,
            "optimizers": 2,
            "gradients": 1,
            "regularization": 3,
            "normalization": 2,
            "convolution": 2,
            "vision": 2,
            "embeddings": 2,
            "recurrent": 1,
            "attention": 2,
            "transformers": 2,
            "generative": 1,
            "practice": 4,
            "mistakes": 2,
        },
    ),
    "engineer": Role(
        "Machine learning engineer",
        "Code that runs: shapes, parameters and memory, training loops, and mistakes that raise no error.",
        {
            "networks": 2,
            "activations": 1,
            "losses": 2,
            "backpropagation": 2,
            "optimizers": 2,
            "initialization": 1,
            "gradients": 2,
            "regularization": 1,
            "normalization": 2,
            "convolution": 2,
            "vision": 1,
            "embeddings": 1,
            "recurrent": 1,
            "attention": 2,
            "transformers": 3,
            "practice": 4,
            "mistakes": 4,
        },
    ),
}
