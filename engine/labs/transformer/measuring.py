"""Measurements of a transformer: its heads' roles over training, each head's worth, the alignment, the stream."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.labs.transformer.alignment import is_known, right_places
from engine.labs.transformer.looking import Example, label, look
from engine.labs.transformer.results import (
    WAY_EXAMPLES,
    Ablation,
    Alignment,
    Course,
    RoleScores,
    Shown,
    Stream,
    kind_of,
)
from engine.labs.transformer.roles import REPEATED, ROLES, Role, even, repeated, share
from engine.probes import at_rest
from engine.sequences.camera import answered, chance_of, loss_of, metrics_of, scores
from engine.sequences.data import PAD, Part, Sequences
from engine.sequences.observed import Seen, entropy
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.task import Task
from engine.sequences.transformer import TransformerNetwork
from engine.streams import stream

WAY_NUMBERS = 3_000
"""On the way so many tokens of validation examples are measured: 64 examples or fewer, at least 16."""
END_NUMBERS = 6_000
"""At the end so many: 256 examples or fewer, at least 32."""


def rows_for(data: Sequences, numbers: int, most: int, least: int) -> int:
    """How many examples come to about so many tokens."""
    return max(least, min(most, numbers // data.length))


def spread(part: Part, rows: int) -> Part:
    """So many examples, evenly over the part: windows of a text that stand side by side are of one subject."""
    if len(part) <= rows:
        return part
    chosen = torch.linspace(0, len(part) - 1, rows).round().long()
    return Part(part.x[chosen], part.y[chosen])


def score_name(data: Sequences) -> str:
    """The metric that says whether an example is right as a whole; of a text, of each token; of numbers R²."""
    if not data.answers:
        return "r2"
    return "exact" if data.answers_at == "each step" and data.source else "accuracy"


def shown_metrics(data: Sequences) -> tuple[str, ...]:
    """The metrics of a task that say something of it: nobody gets all of a text's next tokens right."""
    is_text = data.asks.for_tokens and not data.source
    return tuple(name for name in metrics_of(data) if not (is_text and name == "exact"))


class Meter:
    """Measures a run whenever it is asked, on the same examples each time."""

    def __init__(self, run: SequenceRun, shown: Example) -> None:
        self.run, self.shown = run, shown
        self.rows = rows_for(run.data, WAY_NUMBERS, WAY_EXAMPLES, 16)
        self.roles = Roles(run)
        self._steps: list[int] = []
        self._losses: list[tuple[float, float]] = []
        self._scores: list[list[float]] = []
        self._entropy: list[np.ndarray] = []
        self._shares: list[list[np.ndarray]] = []
        self._seen: Shown | None = None

    @torch.no_grad()
    def measure(self) -> None:
        """Take down where the run stands; nothing of it changes."""
        network, data = self.run.network, self.run.data
        assert isinstance(network, TransformerNetwork)
        with at_rest(network):
            train = float(loss_of(*answered(network, spread(data.train, self.rows)), data))
            loss, *found = scores(*answered(network, spread(data.validation, self.rows)), data)
            entropies, shares = self.roles.measure()
            self._seen = look(network, data, self.shown)
        self._steps.append(self.run.steps)
        self._losses.append((train, loss))
        self._scores.append(found)
        self._entropy.append(entropies)
        self._shares.append(shares)

    @property
    def course(self) -> Course:
        """All that was measured."""
        assert self._seen is not None
        run, ending = self.run, self.run.ending
        losses = np.array(self._losses)
        return Course(
            step=np.array(self._steps),
            planned=run.last_step,
            train_loss=losses[:, 0],
            loss=losses[:, 1],
            metrics=shown_metrics(run.data),
            scores=np.array(self._scores)[:, : len(shown_metrics(run.data))],
            entropy=np.stack(self._entropy),
            roles=tuple(
                RoleScores(role.id, np.stack([each[place] for each in self._shares]), self.roles.even[place])
                for place, role in enumerate(self.roles.measured)
            ),
            attentions=self._seen.attentions,
            shown=self._seen,
            unit=run.scene.loss_unit,
            chance=chance_of(run.data),
            ending=ending.message if ending is not None and ending.kind == "diverged" else "",
        )


class Roles:
    """The roles of every head of a run's network, on validation examples and on random tokens said twice."""

    def __init__(self, run: SequenceRun) -> None:
        network, data = run.network, run.data
        assert isinstance(network, TransformerNetwork)
        self.network, self.data, task = network, data, run.experiment.task
        rows = rows_for(data, WAY_NUMBERS, WAY_EXAMPLES, 16)
        self.part = spread(data.validation, rows)
        self.twice: Tensor | None = None
        if data.asks.for_tokens and not data.source:
            ids = data.validation.x.unique()
            self.twice = repeated(ids[ids != PAD], data.length, rows, stream(run.experiment.seed, "sampling"))
        self.aligned = self._aligned(task) if is_known(task) else None
        self.measured: list[Role] = [role for role in ROLES.values() if self._is_fit(role)]
        self.names = list(network.attentions)
        self.even = [self._even(role) for role in self.measured]

    def _aligned(self, task: Task) -> Tensor:
        """The right places in the source: of cross-attention, or of one stack that reads source and answer."""
        right = right_places(task, self.data, self.part.x, self.part.y)
        if self.network.model.encoder:
            return right
        return torch.nn.functional.pad(right, (0, right.shape[1], self.data.source, 0))

    def _is_fit(self, role: Role) -> bool:
        if role.id in REPEATED:
            return self.twice is not None
        return role.target is not None or self.aligned is not None

    def _is_for(self, role: Role, name: str) -> bool:
        if role.target is None:
            return kind_of(name) == ("cross" if self.network.model.encoder else "decoder")
        return kind_of(name) in role.kinds

    def measure(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """(entropy, share of each role in ``measured``), each (attentions, heads)."""
        seen, again = Seen(), Seen()
        self.network(self.part.x, seen)
        if self.twice is not None:
            self.network(self.twice, again)
        return self._entropy(seen), [
            self._shares(role, again if role.id in REPEATED else seen) for role in self.measured
        ]

    def _entropy(self, seen: Seen) -> np.ndarray:
        found = []
        for name in self.names:
            rows = self._rows(name, self.part.x)
            each = entropy(seen.maps[name])
            found.append(((each * rows[:, None]).sum((0, 2)) / rows.sum()).numpy())
        return np.stack(found)

    def _shares(self, role: Role, seen: Seen) -> np.ndarray:
        found = np.full((len(self.names), self.network.model.heads), np.nan, np.float32)
        for place, name in enumerate(self.names):
            if self._is_for(role, name):
                x = self._x(role)
                found[place] = share(seen.maps[name], self._targets(role, name), self._rows(name, x)).numpy()
        return found

    def _even(self, role: Role) -> np.ndarray:
        found = np.full(len(self.names), np.nan)
        for place, name in enumerate(self.names):
            if self._is_for(role, name):
                x = self._x(role)
                found[place] = even(self._sight(name, x), self._targets(role, name), self._rows(name, x))
        return found

    def _x(self, role: Role) -> Tensor:
        return self.twice if role.id in REPEATED and self.twice is not None else self.part.x

    def _targets(self, role: Role, name: str) -> Tensor:
        if role.target is None:
            assert self.aligned is not None
            return self.aligned
        return role.target(side(self.network, self._x(role), kind_of(name)))

    def _rows(self, name: str, x: Tensor) -> Tensor:
        return real_queries(self.network, x, kind_of(name))

    def _sight(self, name: str, x: Tensor) -> Tensor:
        """(examples, queries, keys): what may be looked at."""
        kind = kind_of(name)
        looks = side(self.network, x, kind)
        keys = _real(looks if kind != "cross" else x[:, : self.data.source])
        sight = keys[:, None, :].expand(-1, looks.shape[1], -1)
        return sight.tril() if self.network.attentions[name].causal else sight


def side(network: TransformerNetwork, x: Tensor, kind: str) -> Tensor:
    """The part of x that looks, of a kind of attention."""
    if not network.model.encoder:
        return x
    return x[:, : network.source] if kind == "encoder" else x[:, network.source :]


def real_queries(network: TransformerNetwork, x: Tensor, kind: str) -> Tensor:
    """(examples, queries): those that are not padding."""
    return _real(side(network, x, kind))


def _real(x: Tensor) -> Tensor:
    return torch.ones(x.shape[:2], dtype=torch.bool) if x.is_floating_point() else x != PAD


# --- at the end -----------------------------------------------------------------------------------------------------


@torch.no_grad()
def loss_and_score(network: TransformerNetwork, data: Sequences, rows: int | None = None) -> tuple[float, float]:
    """Validation loss, and the score that ``score_name`` names."""
    part = spread(data.validation, rows or rows_for(data, END_NUMBERS, 256, 32))
    loss, *found = scores(*answered(network, part), data)
    return loss, found[metrics_of(data).index(score_name(data))]


def head_ablation(network: TransformerNetwork, data: Sequences) -> Iterator[Ablation | None]:
    """Switch off one head after another, and all of each attention; None after each, and at the end what came of it."""
    names, heads = list(network.attentions), network.model.heads
    rows = rows_for(data, END_NUMBERS, 256, 32)
    loss, score = loss_and_score(network, data, rows)
    alone, together = np.zeros((len(names), heads, 2)), np.zeros(len(names))
    for place, name in enumerate(names):
        for head in range(heads):
            alone[place, head] = _without(network, data, name, (head + 1,), rows)
            yield None
        together[place] = _without(network, data, name, range(1, heads + 1), rows)[0]
    yield Ablation(
        loss=loss,
        without=alone[:, :, 0],
        without_all=together,
        exact=score,
        exact_without=alone[:, :, 1],
        score_name=score_name(data),
        sureness=_sureness(network, data, rows),
        attentions=tuple(names),
        examples=min(rows, len(data.validation)),
    )


@torch.no_grad()
def _sureness(network: TransformerNetwork, data: Sequences, rows: int) -> np.ndarray:
    part, seen = spread(data.validation, rows), Seen()
    network(part.x, seen)
    found = []
    for name in network.attentions:
        real = real_queries(network, part.x, kind_of(name))
        found.append(((seen.maps[name].amax(3) * real[:, None]).sum((0, 2)) / real.sum()).numpy())
    return np.stack(found)


def _without(
    network: TransformerNetwork, data: Sequences, name: str, heads: Sequence[int], rows: int
) -> tuple[float, float]:
    for head in heads:
        network.switch(name, head, on=False)
    try:
        return loss_and_score(network, data, rows)
    finally:
        for head in heads:
            network.switch(name, head, on=True)


@torch.no_grad()
def stream_of(network: TransformerNetwork, data: Sequences) -> Stream:
    """Read the residual stream out before the first block and after each."""
    rows = rows_for(data, END_NUMBERS, 256, 32)
    part, seen = spread(data.validation, rows), Seen()
    y = answered(network, part)[1]
    network(part.x, seen)
    place = metrics_of(data).index(score_name(data))
    found = [scores(network.read_out(state), y, data) for state in seen.states]
    return Stream(
        np.array([each[0] for each in found]), np.array([each[1 + place] for each in found]), score_name(data), rows
    )


@torch.no_grad()
def alignment(network: TransformerNetwork, task: Task, data: Sequences) -> Alignment | None:
    """How much of the cross-attention's weight is where the answer comes from; None where that is not known."""
    if not (network.model.encoder and is_known(task)):
        return None
    part, seen = spread(data.validation, rows_for(data, END_NUMBERS, 256, 32)), Seen()
    network(part.x, seen)
    right = right_places(task, data, part.x, part.y)
    maps = torch.stack([seen.maps[f"cross {layer}"] for layer in range(1, network.model.layers + 1)], dim=1)
    on_right = (maps * right[:, None, None]).sum(4)
    has = right.any(2)[:, None, None]
    real = part.x[:, : data.source] != PAD
    alike = real.double() / real.sum(1, keepdim=True)
    return Alignment(
        answers=tuple(label(data.answers[id]) if id >= 0 else "" for id in part.y[0, data.source :].tolist()),
        source=tuple(label(data.tokens[id]) for id in part.x[0, : data.source].tolist()),
        right=right[0].numpy(),
        share=((on_right * has).sum((0, 3)) / has.sum()).numpy(),
        by_answer=((on_right * has).sum(0) / has.sum(0)).numpy(),
        mean=maps.mean(0).numpy(),
        even=float(((alike[:, None] * right).sum(2) * right.any(2)).sum() / right.any(2).sum()),
        examples=len(part),
    )
