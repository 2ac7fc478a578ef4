"""What a hand does to a network in mid-run: type a weight or a bias, switch a unit or an edge off and on again.

A touch is a dotted path and a value, so that an edit carries it like a changed setting: ``weight.2.3.1`` is the weight
of layer 2 (from 1, the output layer last) into unit 3 from source 1, ``bias.2.3`` its bias, ``unit.2.3`` and
``edge.2.3.1`` whether the unit or the edge is on.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.model import MLP, Affine
from engine.run import Edit

LARGEST = 1000.0
"""Weights and biases may be typed from minus this to this."""
NUMBERS = {"weight": 3, "bias": 2, "unit": 2, "edge": 3}
"""How many places follow each kind of touch: layer, unit and, for two of them, source."""
SWITCHES = ("unit", "edge")


@dataclass(frozen=True)
class Touch:
    """One touch, read and checked as far as that goes without a network."""

    kind: str
    layer: int
    unit: int
    source: int
    """0 where there is none."""
    value: float
    """The weight or bias; 1 or 0 for on or off."""

    @property
    def path(self) -> str:
        """The dotted path it was read from."""
        places = (self.layer, self.unit, self.source)[: NUMBERS[self.kind]]
        return ".".join([self.kind, *map(str, places)])

    @property
    def given(self) -> float | bool:
        """The value as a person writes it: a number, or whether the part is on."""
        return bool(self.value) if self.kind in SWITCHES else self.value


def is_touch(path: str) -> bool:
    """Whether a path names a part of the network instead of a setting."""
    return path.partition(".")[0] in NUMBERS


def read(path: str, value: Any) -> Touch:
    """The touch that ``path`` and ``value`` (a number, or true and false, also as text) stand for.

    Raises ValueError naming the path, the value and what is allowed.
    """
    kind, *places = path.split(".")
    if kind not in NUMBERS or len(places) != NUMBERS[kind] or not all(_is_place(place) for place in places):
        raise ValueError(f"{path}: there is no such part; write weight.layer.unit.source, counted from 1")
    if kind in SWITCHES:
        switch = {"true": 1.0, "false": 0.0}.get(str(value).lower())
        if switch is None:
            raise ValueError(f"{path}: got {value!r}; choose true (on) or false (off)")
        number = switch
    else:
        number = _number(path, value)
    layer, unit, source = [*map(int, places), 0][:3]
    return Touch(kind, layer, unit, source, number)


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) <= 5 and int(text) > 0


def _number(path: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= LARGEST:
        raise ValueError(f"{path}: got {value!r}; a number from {-LARGEST:g} to {LARGEST:g}")
    return number


def check(model: MLP, touch: Touch) -> None:
    """Raise ValueError, saying what there is, where ``model`` has no such part."""
    layers = len(model.linears)
    deepest = layers - 1 if touch.kind == "unit" else layers
    if touch.layer > deepest:
        raise ValueError(
            f"{touch.path}: there are layers 1 to {deepest}" if deepest else f"{touch.path}: no hidden layer"
        )
    linear = model.linears[touch.layer - 1]
    units = linear.out_features // pieces_of(model, touch.layer)
    if touch.unit > units or touch.source > linear.in_features:
        allowed = f"layer {touch.layer} has units 1 to {units} and sources 1 to {linear.in_features}"
        raise ValueError(f"{touch.path}: {allowed}")
    if touch.kind == "bias" and linear.bias is None:
        raise ValueError(f"{touch.path}: this network has no biases")


def fitting(model: MLP, planned: Iterable[Edit]) -> tuple[tuple[Edit, ...], str]:
    """(the edits in order, less touches of parts this network lacks; what is wrong with those, in words)."""
    fit, unfit = [], []
    for edit in sorted(planned, key=lambda edit: edit.step):
        patch = []
        for path, value in edit.patch:
            try:
                if is_touch(path):
                    check(model, read(path, value))
                patch.append((path, value))
            except ValueError as error:
                unfit.append(str(error))
        if patch:
            fit.append(Edit(edit.step, tuple(patch)))
    return tuple(fit), "; ".join(unfit)


def pieces_of(model: MLP, layer: int) -> int:
    """Affine pieces per unit of a layer (from 1): more than one for maxout only."""
    return 1 if layer == len(model.linears) else int(getattr(model.layers[layer - 1].activation, "pieces", 1))


@torch.no_grad()
def apply(model: MLP, touch: Touch) -> None:
    """Do it, in place. Of maxout all pieces of a unit are moved alike, so that their mean is what was typed.

    Raises ValueError where there is no such part.
    """
    check(model, touch)
    linear = model.linears[touch.layer - 1]
    pieces = pieces_of(model, touch.layer)
    rows = slice((touch.unit - 1) * pieces, touch.unit * pieces)
    if touch.kind == "weight":
        old = linear.weight[rows, touch.source - 1]
        linear.weight[rows, touch.source - 1] = old - old.mean() + touch.value
    elif touch.kind == "bias":
        linear.bias[rows] = linear.bias[rows] - linear.bias[rows].mean() + touch.value
    elif touch.kind == "edge":
        linear.kept = _switched(linear.kept, torch.ones_like(linear.weight), (rows, touch.source - 1), touch.value)
    else:
        layer = model.layers[touch.layer - 1]
        all_on = torch.ones(linear.out_features // pieces, device=linear.weight.device)
        layer.kept = _switched(layer.kept, all_on, touch.unit - 1, touch.value)


def _switched(kept: Tensor | None, all_on: Tensor, place: Any, value: float) -> Tensor | None:
    """A mask with one place set; None where nothing is off any more."""
    mask = all_on if kept is None else kept.clone()
    mask[place] = value
    return None if bool(mask.all()) else mask


def switched_off(model: MLP) -> tuple[str, ...]:
    """The paths of all units and edges that are off, in order."""
    found: list[str] = []
    for number, layer in enumerate(model.layers, start=1):
        if layer.kept is not None:
            found += [f"unit.{number}.{unit + 1}" for unit in (layer.kept == 0).nonzero().flatten().tolist()]
    for number, linear in enumerate(model.linears, start=1):
        if linear.kept is not None:
            off = (linear.kept[:: pieces_of(model, number)] == 0).nonzero().tolist()
            found += [f"edge.{number}.{unit + 1}.{source + 1}" for unit, source in off]
    return tuple(found)


def switch_off(model: MLP, paths: Iterable[str]) -> None:
    """Switch these parts off, and all others on."""
    for layer in model.layers:
        layer.kept = None
    for linear in model.linears:
        linear.kept = None
    for path in paths:
        apply(model, read(path, False))


def effective(linear: Affine) -> Tensor:
    """The weights that act: 0 where an edge is off. (out, in), without gradient."""
    weight = linear.weight.detach()
    return weight if linear.kept is None else weight * linear.kept
