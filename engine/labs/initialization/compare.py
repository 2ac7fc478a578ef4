"""The lab's longer work: initializers side by side, the gain, and the rules for widths that differ."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from engine.activations import ActivationChoice
from engine.experiment import Experiment
from engine.initializers import (
    Constant,
    InitializerChoice,
    LeCunNormal,
    Normal,
    Orthogonal,
    Uniform,
    XavierNormal,
    Zeros,
)
from engine.jobs import Progress
from engine.labs.initialization.inputs import Batch
from engine.labs.initialization.passes import Passed, network, passed
from engine.labs.initialization.results import Comparison, Profile, Sweep, Theory
from engine.labs.initialization.state import Compared, Measuring, Network, Widths, spread_widths, widths_of
from engine.labs.initialization.theory import theory
from engine.model import Model

GAINS = np.round(np.concatenate([np.arange(0.1, 2.0, 0.1), np.arange(2.0, 3.01, 0.2)]), 2)
"""Closer together where the edge lies for most activations."""
SHOWN_EVERY = 5
"""Gains between two pictures of the first network."""
NO_SWEEP = Sweep(*(np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)), np.zeros(0), np.zeros(0), np.zeros(0)))
"""Before the first gain is measured."""


@dataclass(frozen=True)
class Rule:
    """A variance of one weight, for widths that differ."""

    variance: Callable[[int, int], float]
    """From fan-in and fan-out."""
    row: InitializerChoice | None
    """The initializer that draws normal weights by this rule; None where the catalog has none."""


RULES = {
    "1 / n_in": Rule(lambda fan_in, fan_out: 1 / fan_in, LeCunNormal()),
    "Xavier, 2 / (n_in + n_out)": Rule(lambda fan_in, fan_out: 2 / (fan_in + fan_out), XavierNormal()),
    "1 / n_out": Rule(lambda fan_in, fan_out: 1 / fan_out, None),
}
SIZES: dict[type[InitializerChoice], str] = {Constant: "value", Uniform: "scale", Normal: "scale", Orthogonal: "gain"}
"""The knob of a row to which all its weights are proportional."""


@dataclass(frozen=True)
class Way:
    """One way to draw the weights of one network: an initializer, and a factor on each layer's weights."""

    label: str
    initializer: InitializerChoice
    factors: tuple[float, ...] = ()

    def variances(self, fans: Sequence[tuple[int, int]]) -> list[float | None]:
        """Of one weight of each layer."""
        factors = self.factors or (1.0,) * len(fans)
        drawn = [self.initializer.variance(*fan) for fan in fans]
        return [None if v is None else v * f**2 for v, f in zip(drawn, factors, strict=True)]


def fans_of(batch: Batch, widths: Sequence[int], activation: ActivationChoice) -> list[tuple[int, int]]:
    """(fan-in, fan-out) of every layer's weights, the output layer's last."""
    sizes = [batch.x.shape[1], *widths]
    inner = [(fan_in, units * activation.pieces) for fan_in, units in zip(sizes[:-1], widths, strict=True)]
    return [*inner, (sizes[-1], batch.outputs)]


def name_of(row: InitializerChoice) -> str:
    """The row's label with its knobs: ``Normal, scale 0.1``."""
    knobs = [f"{name} {value:g}" for name, value in row.model_dump().items() if name != "kind"]
    return ", ".join([row.label, *knobs])


def names_of(rows: Sequence[InitializerChoice]) -> list[str]:
    """Their names, each once: the second of the same name says so."""
    names = [name_of(row) for row in rows]
    return [f"{name} ({names[: place + 1].count(name)})" if names[:place].count(name) else name
            for place, name in enumerate(names)]  # fmt: skip


def times(row: InitializerChoice, gain: float) -> InitializerChoice | None:
    """The row whose weights are all ``gain`` times those of ``row``; None where the catalog has none."""
    if gain == 1 or isinstance(row, Zeros):
        return row
    name = SIZES.get(type(row))
    if name is None:
        return None
    try:
        return type(row).model_validate({**row.model_dump(), name: gain * getattr(row, name)})
    except ValidationError:
        return None  # beyond the bounds of its knob


def experiment_of(network: Network, row: InitializerChoice, how: Measuring) -> Experiment:
    """The same network for the Playground, on the data of the inputs' row."""
    model = Model(hidden=widths_of(network), activation=network.activation, initializer=row)
    return Experiment(data=how.source.data, model=model, seed=how.seed)


# --- layer by layer -------------------------------------------------------------------------------------------------


def compared(network: Network, asked: Compared, how: Measuring) -> Iterator[Progress[Comparison]]:
    """Every chosen initializer in the same network."""
    rows = asked.chosen
    ways = [Way(name, row) for name, row in zip(names_of(rows), rows, strict=True)]
    return profiles(network.activation, widths_of(network), ways, how)


def with_gain(network: Network, row: InitializerChoice, gain: float, how: Measuring) -> Iterator[Progress[Comparison]]:
    """One initializer, all weights times ``gain``."""
    way = Way(f"{name_of(row)}, gain {gain:g}", row, (gain,) * (network.depth + 1))
    return profiles(network.activation, widths_of(network), [way], how)


def experiments_of(asked: Widths, how: Measuring) -> dict[str, Experiment]:
    """The network of each rule that an initializer of the catalog follows, for the Playground."""
    network = Network(activation=asked.activation, depth=asked.depth, width=asked.first, last_width=asked.last)
    return {name: experiment_of(network, rule.row, how) for name, rule in RULES.items() if rule.row is not None}


def ruled(asked: Widths, how: Measuring) -> Iterator[Progress[Comparison]]:
    """The three rules for the variance, in a network whose widths differ; normal draws."""
    widths = spread_widths(asked.first, asked.last, asked.depth)
    fans = fans_of(how.source.batch(how.examples, how.seed), widths, asked.activation)
    unit = Normal(scale=1.0)
    ways = [Way(name, unit, tuple(rule.variance(*fan) ** 0.5 for fan in fans)) for name, rule in RULES.items()]
    return profiles(asked.activation, widths, ways, how)


def profiles(
    activation: ActivationChoice, widths: tuple[int, ...], ways: Sequence[Way], how: Measuring
) -> Iterator[Progress[Comparison]]:
    """Measure every way for one seed after the other; the same seed draws the same inputs for all of them."""
    found: list[list[Passed]] = [[] for _ in ways]
    batches: list[Batch] = []

    def known() -> Comparison:
        drawn = (_profile(way, each, activation, widths, batches) for way, each in zip(ways, found, strict=True))
        return Comparison(widths, tuple(drawn))

    for place in range(how.seeds):
        seed = how.seed + place
        batches.append(how.source.batch(how.examples, seed))
        if place == 0:
            yield Progress(0.0, known(), "theory")  # the lines stand before the first network is built
        for index, way in enumerate(ways):
            model = Model(hidden=widths, activation=activation, initializer=way.initializer)
            made = network(model, batches[-1], seed, way.factors)
            yield Progress((place + index / len(ways)) / how.seeds, said=f"seed {place + 1} of {how.seeds}")
            found[index].append(passed(made, batches[-1], seed, histograms=place == 0))
        yield Progress((place + 1) / how.seeds, known(), f"seed {place + 1} of {how.seeds}")


def _profile(
    way: Way, found: Sequence[Passed], activation: ActivationChoice, widths: Sequence[int], batches: Sequence[Batch]
) -> Profile:
    unknown = 1.0 if batches[0].loss is None else math.nan
    line = _line(way, activation, widths, batches, [each.top for each in found] or [unknown])

    def stacked(rows: list[np.ndarray]) -> np.ndarray:
        return np.array(rows).reshape(len(rows), len(widths))

    return Profile(
        way.label,
        stacked([each.pre for each in found]),
        stacked([each.post for each in found]),
        stacked([each.gradient for each in found]),
        line,
        found[0].histograms if found else (),
    )


def _line(
    way: Way, activation: ActivationChoice, widths: Sequence[int], batches: Sequence[Batch], tops: Sequence[float]
) -> Theory:
    """The theory from what went in at both ends: the mean over seeds of the inputs' and the top gradient's squares."""
    start = float(np.mean([float(batch.x.square().mean()) for batch in batches]))
    sizes = [batches[0].x.shape[1], *widths, batches[0].outputs]
    variances = way.variances(fans_of(batches[0], widths, activation))
    return theory(activation, sizes, variances, start, float(np.mean(tops)))


# --- the gain -------------------------------------------------------------------------------------------------------


def swept(network_asked: Network, row: InitializerChoice, how: Measuring) -> Iterator[Progress[Sweep]]:
    """Both ends of the network for every gain of ``GAINS``, one seed after the other."""
    widths, activation = widths_of(network_asked), network_asked.activation
    model = Model(hidden=widths, activation=activation, initializer=row)
    last, first = (np.full((len(GAINS), how.seeds), np.nan) for _ in range(2))
    lines: dict[float, Theory] = {}
    for place in range(how.seeds):
        seed = how.seed + place
        batch = how.source.batch(how.examples, seed)
        made = network(model, batch, seed)
        before = 1.0
        for index, gain in enumerate(GAINS):
            for linear in made.linears:
                linear.weight.data.mul_(gain / before)
            before = gain
            each = passed(made, batch, seed)
            last[index, place], first[index, place] = each.post[-1], each.gradient[0]
            if place == 0:
                way = Way("", row, (float(gain),) * (len(widths) + 1))
                lines[gain] = _line(way, activation, widths, [batch], [each.top])
            is_shown = index == len(GAINS) - 1 or (place == 0 and index % SHOWN_EVERY == 0)
            known = _sweep(last[:, : place + 1], first[:, : place + 1], lines) if is_shown else None
            share = (place + (index + 1) / len(GAINS)) / how.seeds
            yield Progress(share, known, f"seed {place + 1} of {how.seeds}")


def _sweep(last: np.ndarray, first: np.ndarray, lines: dict[float, Theory]) -> Sweep:
    """Of the gains that have a line by now."""
    known = list(lines.values())
    return Sweep(
        GAINS[: len(known)],
        last[: len(known)].copy(),
        first[: len(known)].copy(),
        np.array([line.post[-1] for line in known]),
        np.array([line.gradient[0] for line in known]),
        np.array([line.chi for line in known]),
        known[0].silent,
    )


def edge(sweep: Sweep) -> float:
    """The gain at which the theory's factor chi crosses 1, between two measured gains; NaN where it does not."""
    for at in range(len(sweep.gains) - 1):
        low, high = sweep.chi[at], sweep.chi[at + 1]
        if low < 1 <= high:
            return float(np.interp(1.0, [low, high], sweep.gains[at : at + 2]))
    return float("nan")
