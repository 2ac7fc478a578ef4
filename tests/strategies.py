"""Any experiment the page can make, for property tests: drawn from the catalogs themselves."""

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.activations import Activation
from engine.choice import Knob, catalog, knobs, literals
from engine.clipping import Clip
from engine.data.catalog import Data
from engine.experiment import Experiment, Training
from engine.initializers import Initializer
from engine.losses import Loss
from engine.model import Model
from engine.norms import Norm
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.sampling import Sampling
from engine.schedules import Schedule
from engine.stopping import Stopping


def values(knob: Knob) -> st.SearchStrategy[Any]:
    """Every value a knob allows."""
    if knob.type is bool:
        return st.booleans()
    if knob.options and knob.type is str:
        return st.sampled_from(knob.options)
    if knob.low is None or knob.high is None:
        return st.just(knob.default)
    if knob.type is int:
        numbers: st.SearchStrategy[Any] = st.integers(int(knob.low), int(knob.high))
    else:
        numbers = st.floats(knob.low, knob.high, allow_nan=False, allow_infinity=False)
    return st.one_of(st.none(), numbers) if knob.optional else numbers


def fields(model: type[Any], skip: tuple[str, ...] = ()) -> st.SearchStrategy[dict[str, Any]]:
    """Any values of the scalar knobs of ``model``."""
    chosen = {knob.name: values(knob) for knob in knobs(model) if knob.name not in skip and knob.type is not tuple}
    return st.fixed_dictionaries(chosen)


@st.composite
def rows(draw: st.DrawFn, union: Any) -> dict[str, Any]:
    """Any row of a catalog with any knobs."""
    kind, row = draw(st.sampled_from(sorted(catalog(union).items())))
    tree = {"kind": kind, **draw(fields(row))}
    if "features" in row.model_fields:
        names = list(literals(row.model_fields["features"].annotation))
        tree["features"] = tuple(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    if "hand" in row.model_fields:
        points = st.lists(st.integers(-99, 99), max_size=3, unique=True)
        tree["hand"] = tuple("_".join([f"{n / 10:g}"] * row.columns_count + ["0"]) for n in draw(points))
    return tree


@st.composite
def overrides(draw: st.DrawFn, depth: int) -> list[dict[str, Any]]:
    """Settings of some single layers."""
    layers = draw(st.lists(st.integers(1, depth), unique=True, max_size=3)) if depth else []
    rates = st.one_of(st.none(), st.floats(0.0, 0.9))
    choices = [st.one_of(st.none(), rows(Activation)), st.one_of(st.none(), rows(Norm)), rates]
    names = ("activation", "norm", "dropout")
    return [{"layer": layer, **{n: draw(c) for n, c in zip(names, choices, strict=True)}} for layer in sorted(layers)]


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any valid experiment."""
    hidden = draw(st.lists(st.integers(1, 128), max_size=12))
    tree = {
        "data": draw(rows(Data)),
        "model": {
            "hidden": tuple(hidden),
            "activation": draw(rows(Activation)),
            "initializer": draw(rows(Initializer)),
            "norm": draw(rows(Norm)),
            **draw(fields(Model)),
            "layers": tuple(draw(overrides(len(hidden)))),
        },
        "training": {
            "loss": draw(rows(Loss)),
            "optimizer": draw(rows(Optimizer)),
            "schedule": draw(rows(Schedule)),
            "penalty": draw(rows(Penalty)),
            "clip": draw(rows(Clip)),
            "stopping": draw(rows(Stopping)),
            "sampling": draw(st.one_of(st.just({"kind": "none"}), rows(Sampling))),
            **draw(fields(Training, skip=("batch_size",))),
            "batch_size": draw(st.one_of(st.just("all"), st.integers(1, 100_000))),
        },
        "seed": draw(st.integers(0, 2**31 - 1)),
    }
    try:
        return Experiment.model_validate(tree)
    except ValidationError:
        assume(False)
        raise
