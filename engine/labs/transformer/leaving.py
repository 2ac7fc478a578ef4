"""The page's network with one part left out, trained anew from several seeds, and asked to answer by itself."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F

from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.transformer.looking import answered as answered_alone
from engine.labs.transformer.measuring import loss_and_score, rows_for, score_name, spread
from engine.labs.transformer.results import Leaving
from engine.labs.transformer.state import Ablating
from engine.limits import PARAMETERS
from engine.sequences.data import IGNORED, Sequences
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from engine.sequences.transformer import Transformer, TransformerNetwork

PIECE_SECONDS = 0.08
ALONE_NUMBERS, CUTS = 1_500, 8
"""Answering by itself is measured on so many tokens of validation examples; a text is cut off at so many places."""
KEPT_BYTES = 200_000


@dataclass(frozen=True)
class Variant:
    """One change of the network."""

    id: str
    label: str
    patch: tuple[tuple[str, Any], ...]
    """Dotted settings of the model."""


BASE = Variant("base", "as it is", ())
VARIANTS = (
    Variant("positions", "no positions", (("positions.kind", "none"),)),
    Variant("feed_forward", "no feed-forward", (("feed_forward", 0),)),
    Variant("scaling", "no scaling", (("scaled", False),)),
    Variant("residuals", "no residuals", (("residual", False),)),
    Variant("heads", "one head", (("heads", 1),)),
    Variant("mask", "no causal mask", (("causal", False),)),
)
MANY = Variant("heads", "4 heads instead of one", (("heads", 4),))


@dataclass(frozen=True)
class Measured:
    """What one run came to."""

    loss: float
    score: float
    alone: float

    @property
    def nbytes(self) -> int:
        """Memory, with its key."""
        return 1_500


DONE: Kept[Measured] = Kept(lambda: KEPT_BYTES)
"""What was measured, by experiment and for every visitor."""


def variants(model: Transformer) -> tuple[Variant, ...]:
    """The network as it is, and each change that makes a difference to it."""
    found = [BASE]
    for variant in VARIANTS:
        changed = changed_model(model, variant)
        if changed != model:
            found.append(variant)
        elif variant.id == "heads":
            found.append(MANY)
    return tuple(found)


def changed_model(model: Transformer, variant: Variant) -> Transformer:
    """The knobs with a variant's change."""
    tree = model.model_dump()
    for path, value in variant.patch:
        name, _, below = path.partition(".")
        tree[name] = {below: value} if below else value
    return Transformer.model_validate(tree)


def experiment_of(
    experiment: SequenceExperiment, variant: Variant, settings: Ablating, number: int
) -> SequenceExperiment:
    """The run of a variant from seed ``number``, from 0."""
    assert isinstance(experiment.model, Transformer)
    return SequenceExperiment.model_validate(
        {
            **experiment.model_dump(),
            "model": changed_model(experiment.model, variant).model_dump(),
            "training": {**experiment.training.model_dump(), "updates": settings.updates},
            "seed": experiment.seed + number,
        }
    )


def alone_name(experiment: SequenceExperiment) -> Literal["exact", "loss", ""]:
    """How it is measured what a network answers by itself."""
    if experiment.task.asks.of_source:
        return "exact"
    return "loss" if experiment.task.asks.for_tokens and experiment.task.asks.at == "each step" else ""


def leave_out(
    experiment: SequenceExperiment, settings: Ablating, done: Kept[Measured] = DONE
) -> Iterator[Progress[Leaving]]:
    """Train every variant from the first seed, then from the next; what is known already is not trained again."""
    assert isinstance(experiment.model, Transformer)
    chosen = variants(experiment.model)
    table = np.full((3, len(chosen), settings.seeds), np.nan)
    total = len(chosen) * settings.seeds
    found = blank(experiment, settings)
    for place in range(total):
        number, row = divmod(place, len(chosen))
        own = experiment_of(experiment, chosen[row], settings, number)
        said = f"Seed {number + 1} of {settings.seeds}: {chosen[row].label}"
        run = SequenceRun(own)
        PARAMETERS.check(sum(parameter.numel() for parameter in run.parameters))
        yield Progress(place / total, said=said)
        measured = done.get(own)
        if measured is None:
            while run.steps < settings.updates and run.ending is None:
                _piece(run)
                yield Progress((place + run.steps / settings.updates) / total, said=f"{said}, update {run.steps:,}")
            measured = measured_of(run)
            if not own.task.is_private:
                done.put(own, measured)
        table[:, row, number] = measured.loss, measured.score, measured.alone
        counts = [*found.parameters]
        counts[row] = sum(parameter.numel() for parameter in run.parameters)
        found = replace(
            found,
            loss=table[0].copy(),
            score=table[1].copy(),
            alone=table[2].copy(),
            score_name=score_name(run.data),
            parameters=tuple(counts),
            unit=run.scene.loss_unit,
            chance=run.scene.chance,
        )
        yield Progress((place + 1) / total, found, said)


def blank(experiment: SequenceExperiment, settings: Ablating) -> Leaving:
    """The pictures before anything is measured."""
    assert isinstance(experiment.model, Transformer)
    chosen = variants(experiment.model)
    empty = np.full((len(chosen), settings.seeds), np.nan)
    return Leaving(
        variants=tuple(variant.id for variant in chosen),
        labels=tuple(variant.label for variant in chosen),
        loss=empty,
        score=empty,
        alone=empty,
        score_name="",
        alone_name=alone_name(experiment),
        parameters=(0,) * len(chosen),
        unit="nats" if experiment.task.asks.at == "each step" else "",
        chance=float("nan"),
    )


def _piece(run: SequenceRun) -> None:
    began = time.perf_counter()
    while time.perf_counter() - began < PIECE_SECONDS and run.ending is None:
        run.advance(1)


def measured_of(run: SequenceRun) -> Measured:
    """The validation loss and score; and what the network answers by itself. NaN of one that diverged."""
    assert isinstance(run.network, TransformerNetwork)
    if run.ending is not None and run.ending.kind == "diverged":
        return Measured(float("nan"), float("nan"), float("nan"))
    network = run.network.eval()
    loss, score = loss_and_score(network, run.data)
    return Measured(loss, score, alone(network, run.data))


@torch.no_grad()
def alone(network: TransformerNetwork, data: Sequences) -> float:
    """What the network answers by itself.

    Of a task with a source: the share of validation examples answered without a mistake, each token from those that the
    network itself wrote before. Of a text: the loss with the text cut off after each of a few places, so that nothing that
    comes after can be looked at. NaN where there is one answer at the end, before which all may be read.
    """
    part = spread(data.validation, rows_for(data, ALONE_NUMBERS, 128, 16))
    if data.source:
        asked = part.y[:, data.source :]
        written = answered_alone(network, part.x[:, : data.source + 1], asked.shape[1])
        answers = F.pad(written[:, data.source + 1 :], (0, asked.shape[1]))[:, : asked.shape[1]]
        wanted = asked.masked_fill(asked == IGNORED, 0).masked_fill(asked == data.answers.index("<eos>"), 0)
        return float((answers == wanted).all(1).double().mean())
    if data.asks.for_tokens and data.answers_at == "each step":
        places = np.unique(np.linspace(1, data.length, CUTS).round().astype(int)).tolist()
        losses = [
            F.cross_entropy(
                network(part.x[:, :place])[:, -1], part.y[:, place - 1], ignore_index=IGNORED, reduction="none"
            )
            for place in places
        ]
        asked = torch.stack([part.y[:, place - 1] != IGNORED for place in places])
        return float(torch.stack(losses).sum() / asked.sum())
    return float("nan")
