"""The race beside a bare loop of torch.optim, and the table beside the race."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.labs.optimizers.hand import COMMON, FORMULAS, RULES, step_table
from engine.labs.optimizers.race import labels
from engine.labs.optimizers.state import Racer
from engine.labs.optimizers.surfaces import Beale, Himmelblau, Ravine, Rosenbrock, Saddle, SurfaceChoice, Typed
from engine.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from engine.schedules import Cosine, OneCycle, StepDecay
from engine.streams import stream
from tests.engine.labs.optimizers.finished import raced

VARIANTS = [
    *(row(lr=0.01) for row in catalog(Optimizer).values()),
    Momentum(lr=0.01, dampening=0.5),
    Nesterov(lr=0.005, momentum=0.6),
    Adagrad(lr=0.3, lr_decay=0.1, initial_accumulator_value=0.5),
    RMSProp(lr=0.01, centered=True),
    RMSProp(lr=0.01, momentum=0.7, centered=True),
    Adam(lr=0.1, amsgrad=True, beta1=0.5),
    Adam(lr=0.1, eps=0.1, beta2=0.9),
    AdamW(lr=0.1, weight_decay=0.5, amsgrad=True),
]


def bare(surface: SurfaceChoice, make, steps: int, noise=None) -> np.ndarray:  # type: ignore[no-untyped-def]
    weight = torch.tensor([surface.start_x, surface.start_y], dtype=torch.float64, requires_grad=True)
    optimizer = make([weight])
    places = [weight.detach().numpy().copy()]
    for step in range(steps):
        optimizer.zero_grad()
        surface.value(weight[0], weight[1]).backward()
        if noise is not None:
            weight.grad += noise[step]
        optimizer.step()
        places.append(weight.detach().numpy().copy())
    return np.array(places)


@pytest.mark.parametrize(
    ("row", "make"),
    [
        (SGD(lr=0.02), lambda w: torch.optim.SGD(w, lr=0.02)),
        (Momentum(lr=0.02), lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
        (Nesterov(lr=0.02), lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9, nesterov=True)),
        (Adagrad(lr=0.3), lambda w: torch.optim.Adagrad(w, lr=0.3)),
        (RMSProp(lr=0.02), lambda w: torch.optim.RMSprop(w, lr=0.02)),
        (Adam(lr=0.1), lambda w: torch.optim.Adam(w, lr=0.1)),
        (AdamW(lr=0.1), lambda w: torch.optim.AdamW(w, lr=0.1, weight_decay=0.01)),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_each_racer_takes_the_path_of_a_bare_loop(row, make) -> None:  # type: ignore[no-untyped-def]
    surface = Ravine()
    other = Racer(optimizer=Adam(lr=0.3))
    path = raced(surface, other, Racer(optimizer=row), steps=60).paths[1]
    np.testing.assert_allclose(path.places, bare(surface, make, 60), atol=1e-9)


def test_noise_is_added_to_the_slope_and_is_the_same_for_all() -> None:
    surface, racer = Ravine(), Racer(optimizer=SGD(lr=0.02))
    first, second = raced(surface, racer, racer, steps=30, noise=2.0, seed=4).paths
    draws = 2.0 * torch.randn(30, 2, generator=stream(4, "noise"), dtype=torch.float64)
    np.testing.assert_array_equal(first.places, second.places)
    np.testing.assert_allclose(
        first.places, bare(surface, lambda w: torch.optim.SGD(w, lr=0.02), 30, draws), atol=1e-12
    )
    assert not np.allclose(first.places, raced(surface, racer, steps=30, noise=2.0, seed=5).paths[0].places)


@pytest.mark.parametrize("surface", [Ravine(), Himmelblau(), Rosenbrock(start_x=0.0), Saddle()], ids=lambda s: s.kind)
def test_the_table_of_every_optimizer_agrees_with_pytorch(surface: SurfaceChoice) -> None:
    found = raced(surface, *(Racer(optimizer=row) for row in VARIANTS), steps=100, noise=0.1)
    for row, path in zip(VARIANTS, found.paths, strict=True):
        assert path.ending == "left" or path.steps == 100
        table = step_table(row, path)
        close = np.isclose(table.values[:, -1], path.places[1:], rtol=1e-6, atol=1e-6)
        assert close.all(), (row, path.label)
        if path.ending == "ran":
            assert table.off < 1e-6


@pytest.mark.parametrize("schedule", [StepDecay(every=10), Cosine(), OneCycle()], ids=lambda s: s.kind)
def test_the_table_follows_a_schedule(schedule) -> None:  # type: ignore[no-untyped-def]
    rows = [Momentum(lr=0.02), Nesterov(lr=0.02), RMSProp(lr=0.05, momentum=0.5), Adam(lr=0.1), AdamW(lr=0.1)]
    found = raced(Ravine(), *(Racer(optimizer=row, schedule=schedule) for row in rows), steps=40)
    for row, path in zip(rows, found.paths, strict=True):
        np.testing.assert_allclose(path.rates, [row.lr * schedule.factor(step, 40) for step in range(40)])
        assert step_table(row, path).off < 1e-6
        if schedule.needs_momentum:
            np.testing.assert_allclose(path.momenta, [schedule.momentum(step, 40) for step in range(40)])


def test_adams_averages_are_those_that_pytorch_keeps() -> None:
    surface = Ravine()
    weight = torch.tensor([surface.start_x, surface.start_y], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        surface.value(weight[0], weight[1]).backward()
        optimizer.step()
    row = Adam(lr=0.1)
    table = step_table(row, raced(surface, Racer(optimizer=row), steps=20).paths[0])
    for name, kept in (("m", "exp_avg"), ("v", "exp_avg_sq")):
        np.testing.assert_allclose(
            table.values[-1, table.columns.index(name)], optimizer.state[weight][kept].numpy(), rtol=1e-9
        )


@pytest.mark.parametrize("row", VARIANTS, ids=lambda row: row.kind)
def test_every_quantity_of_the_table_has_its_formula(row) -> None:  # type: ignore[no-untyped-def]
    table = step_table(row, raced(Ravine(), Racer(optimizer=row), steps=3).paths[0])
    assert set(table.names) - {"w'"} <= {**COMMON, **FORMULAS[row.kind]}.keys()
    assert len(set(table.columns)) == len(table.columns)
    assert set(RULES) == set(catalog(Optimizer))


def test_a_path_that_diverges_stops_and_the_others_go_on() -> None:
    wild, calm = raced(Ravine(), Racer(optimizer=SGD(lr=0.5)), Racer(optimizer=SGD(lr=0.02)), steps=100).paths
    assert wild.ending == "left"
    assert wild.steps < 10
    assert (calm.ending, calm.steps) == ("ran", 100)
    assert np.isfinite(wild.values).all()


def test_plain_descent_on_a_ravine_diverges_beyond_two_over_kappa() -> None:
    surface = Ravine(condition=25)
    below, above = raced(surface, *(Racer(optimizer=SGD(lr=lr)) for lr in (0.0799, 0.0801)), steps=500).paths
    assert abs(below.places[-1, 1]) < abs(below.places[0, 1])
    assert abs(above.places[-1, 1]) > abs(above.places[0, 1])


def test_a_path_ends_where_the_function_is_no_number() -> None:
    surface = Typed(text="log(x) + y**2", start_x=0.5, start_y=1.0)
    (path,) = raced(surface, Racer(optimizer=SGD(lr=0.5)), steps=50).paths
    assert path.ending == "undefined"
    (stuck,) = raced(Typed(text="log(x) + y", start_x=-1.0), Racer(optimizer=Adam()), steps=5).paths
    assert (stuck.ending, stuck.steps) == ("undefined", 0)


def test_steps_to_the_tolerance_are_those_of_the_closed_form() -> None:
    surface = Ravine(condition=1.0, start_x=1.0, start_y=0.0)
    (path,) = raced(surface, Racer(optimizer=SGD(lr=0.1)), steps=100).paths
    assert path.steps_to(0.0, 1e-3) == int(np.ceil(np.log(np.sqrt(2e-3)) / np.log(0.9)))
    assert path.steps_to(0.0, 1e-300) is None


def test_racers_have_names_of_their_own() -> None:
    names = labels([Racer(optimizer=SGD(lr=0.1)), Racer(optimizer=SGD(lr=0.1)), Racer(optimizer=SGD(lr=0.2))])
    assert len(set(names)) == 3


def test_beale_flings_momentum_out_of_the_picture_without_an_error() -> None:
    (path,) = raced(Beale(start_x=4.5, start_y=4.5), Racer(optimizer=Momentum(lr=1.0)), steps=50).paths
    assert path.ending == "left"
