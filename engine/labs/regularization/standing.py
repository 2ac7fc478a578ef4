"""Where batch norm stands: on the input, before or after the activation; and the axes that each norm averages over."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from jaxtyping import Int
from torch import nn

from engine.data.prepare import prepare
from engine.data.toy import Moons
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.jobs import Progress
from engine.labs.regularization.results.standardising import Place
from engine.losses import BCE
from engine.model import Model
from engine.norms import BatchNorm, NoNorm, NormChoice
from engine.optimizers import SGD
from engine.streams import stream

WIDTH, STEPS, PIECE, SPREAD = 16, 300, 15, 0.15
RATE = 0.3
DATA = Moons(samples=200, noise=0.1, scaling="none")


def _norm(width: int) -> nn.Module:
    built = BatchNorm().build(width)
    return built if built is not None else nn.Identity()


def _nowhere(inputs: int) -> list[nn.Module]:
    return [nn.Linear(inputs, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1)]


def _on_input(inputs: int) -> list[nn.Module]:
    return [_norm(inputs), *_nowhere(inputs)]


def _before(inputs: int) -> list[nn.Module]:
    first, act, second, act2, out = _nowhere(inputs)
    return [first, _norm(WIDTH), act, second, _norm(WIDTH), act2, out]


def _after(inputs: int) -> list[nn.Module]:
    first, act, second, act2, out = _nowhere(inputs)
    return [first, act, _norm(WIDTH), second, act2, _norm(WIDTH), out]


PLACES: dict[str, Callable[[int], list[nn.Module]]] = {
    "nowhere": _nowhere,
    "on the input alone": _on_input,
    "before each activation": _before,
    "after each activation": _after,
}


NORMS: dict[str, NormChoice] = {"nowhere": NoNorm(), "before each activation": BatchNorm()}
"""The places that a network of the engine has."""


def place_experiment(place: str, seed: int) -> Experiment | None:
    """The network with batch norm at ``place`` as a run of the engine; None where its networks have no such place."""
    if place not in NORMS:
        return None
    model = Model(hidden=(WIDTH, WIDTH), norm=NORMS[place], initializer=Normal(scale=SPREAD))
    training = Training(optimizer=SGD(lr=RATE), batch_size="all", epochs=STEPS)
    return Experiment(data=DATA, model=model, training=training, seed=seed)


def network(place: str, seed: int) -> nn.Sequential:
    """Two hidden layers of tanh with batch norm at ``place``; the same first weights whatever the place."""
    model = nn.Sequential(*PLACES[place](2))
    linears = [part for part in model if isinstance(part, nn.Linear)]
    for number, linear in enumerate(linears, start=1):
        Normal(scale=SPREAD).fill(linear.weight.data, stream(seed, "weights", number))
        nn.init.zeros_(linear.bias)
    return model


def places(seed: int) -> Iterator[Progress[tuple[Place, ...]]]:
    """Train each on the same unscaled data, on all examples at once."""
    data = prepare(DATA, seed)
    x, y, loss = data.train.x, data.train.y, BCE()
    found: list[Place] = []
    for place in PLACES:
        model = network(place, seed)
        optimizer = SGD(lr=RATE).build(list(model.parameters()))
        noted: list[tuple[int, float]] = []
        for step in range(STEPS + 1):
            with torch.enable_grad():
                value = loss.mean(model(x), y)
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
            noted.append((step, float(value.detach())))
            if step % PIECE == 0:
                now = Place(place, np.array([n[0] for n in noted]), np.array([n[1] for n in noted]))
                share = (len(found) + step / STEPS) / len(PLACES)
                yield Progress(share, (*found, now), f"{place}, step {step} of {STEPS}")
        found.append(Place(place, np.array([n[0] for n in noted]), np.array([n[1] for n in noted])))
    yield Progress(1.0, tuple(found))


EXAMPLES, CHANNELS, POSITIONS = 4, 6, 5
AXES: dict[str, str] = {
    "batch norm": "one mean for each channel, over examples and positions",
    "layer norm": "one mean for each example, over channels and positions",
    "instance norm": "one mean for each example and channel, over positions",
    "group norm": "one mean for each example and group of 3 channels",
}


def groups(norm: str) -> Int[np.ndarray, "examples channels positions"]:
    """Which entries of a tensor share a mean and a variance: the same number in all of a group."""
    n, c, _ = np.indices((EXAMPLES, CHANNELS, POSITIONS))
    number = {
        "batch norm": c,
        "layer norm": n,
        "instance norm": n * CHANNELS + c,
        "group norm": n * 2 + c // 3,
    }[norm]
    return np.asarray(number)
