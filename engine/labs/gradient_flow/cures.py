"""What is done against gradients that vanish or explode: one table, each row a change of the experiment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.activations import ELU, GELU, LeakyReLU, ReLU, SiLU, Tanh
from engine.choice import Choice
from engine.clipping import ClipNorm, ClipValue
from engine.experiment import Experiment
from engine.initializers import HeNormal, Orthogonal, XavierUniform
from engine.norms import BatchNorm, LayerNorm

Slot = Literal["activation", "weights", "norm", "shortcut", "clip"]
CureId = Literal[
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "tanh",
    "xavier_uniform",
    "he_normal",
    "orthogonal",
    "batch_norm",
    "layer_norm",
    "residual",
    "clip_norm",
    "clip_value",
]
SLOTS: dict[Slot, str] = {
    "activation": "Another activation",
    "weights": "Other first weights",
    "norm": "Normalization",
    "shortcut": "Shortcuts",
    "clip": "Gradient clipping",
}
"""Where a cure acts, with its title: of each at most one."""


@dataclass(frozen=True)
class Cure:
    """A switch: what it changes, and what it promises."""

    id: CureId
    slot: Slot
    label: str
    formula: str
    """LaTeX, without dollar signs."""
    lesson: str
    source: str
    setting: str
    """Dotted path of the setting of an experiment that it changes."""
    value: Any
    limit: str = ""
    """Dotted path of a clipping's limit, which the learner chooses."""


def _of(row: type[Choice], slot: Slot, setting: str, id: CureId | None = None, limit: str = "") -> Cure:
    kind: Any = row.model_fields["kind"].default
    words = (row.label, row.formula, row.lesson, row.source)
    return Cure(id or kind, slot, *words, setting=f"{setting}.kind", value=kind, limit=limit)


CURES: dict[CureId, Cure] = {
    cure.id: cure
    for cure in (
        *(_of(row, "activation", "model.activation") for row in (ReLU, LeakyReLU, ELU, GELU, SiLU, Tanh)),
        *(_of(row, "weights", "model.initializer") for row in (XavierUniform, HeNormal, Orthogonal)),
        *(_of(row, "norm", "model.norm") for row in (BatchNorm, LayerNorm)),
        Cure(
            "residual",
            "shortcut",
            "Residual connections",
            r"h_l = h_{l-1} + \phi(z_l), \quad J_l = I + \operatorname{diag}(\phi') W_l",
            "Adds a hidden layer's input to its output where both have one size, so mostly not in the first: the gradient has "
            "a way round, whatever the layer does.",
            "He et al. 2016",
            setting="model.residual",
            value=True,
        ),
        _of(ClipNorm, "clip", "training.clip", "clip_norm", "training.clip.limit"),
        _of(ClipValue, "clip", "training.clip", "clip_value", "training.clip.limit"),
    )
}
COMPARED: tuple[CureId, ...] = (
    "relu",
    "tanh",
    "xavier_uniform",
    "he_normal",
    "orthogonal",
    "batch_norm",
    "layer_norm",
    "residual",
    "clip_norm",
)
"""The cures of the comparison, alone and in pairs."""


def cured(experiment: Experiment, cures: Sequence[CureId], limits: dict[CureId, float] | None = None) -> Experiment:
    """``experiment`` with ``cures`` switched on; ``limits`` are those of clippings. Raises ValueError for two of a slot."""
    chosen = [CURES[id] for id in cures]
    if clash := doubled(cures):
        raise ValueError(f"{', '.join(clash)}: of {SLOTS[CURES[clash[0]].slot].lower()} choose one")
    patch = {cure.setting: cure.value for cure in chosen}
    patch |= {cure.limit: limits[cure.id] for cure in chosen if cure.limit and limits and cure.id in limits}
    return experiment.patched(patch)


def doubled(cures: Sequence[CureId]) -> list[CureId]:
    """The first two cures that act at the same place; empty where none do."""
    for index, one in enumerate(cures):
        for other in cures[:index]:
            if CURES[one].slot == CURES[other].slot:
                return [other, one]
    return []


def named(cures: Sequence[CureId]) -> str:
    """``ReLU + He normal``; ``no cure`` for none."""
    return (
        " + ".join(CURES[id].label if CURES[id].slot != "clip" else f"Clipped {_tail(id)}" for id in cures) or "no cure"
    )


def _tail(id: CureId) -> str:
    return CURES[id].label[:1].lower() + CURES[id].label[1:]
