"""The update of one unit at one step, written out with its numbers."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.labs.recurrent.results.reading import Line
from engine.sequences.layers import Moment, RecurrentLayer
from engine.sequences.unrolled import Signal


@dataclass(frozen=True)
class Block:
    """What one gate of one unit is the sum of, before its function."""

    x: float
    """W_xh x_t."""
    h: float
    """W_hh h_(t-1)."""
    b_x: float
    b_h: float
    skip: float | None
    """W_kh h_(t-k), where there is a skip over time."""


@dataclass(frozen=True)
class Numbers:
    """One unit at one step."""

    blocks: tuple[Block, ...]
    """In the order of the weight blocks."""
    held: dict[str, float]
    """h and c of the step before."""
    peepholes: tuple[float, ...]
    given: dict[Signal, float]
    """Every signal that the network computed."""


def numbers(layer: RecurrentLayer, moment: Moment, unit: int) -> Numbers:
    """Those of ``unit`` (from 0) of the first sequence of the batch."""
    blocks = []
    for gate in range(layer.row.gates):
        row = gate * layer.units + unit
        skip = None
        if layer.w_kh is not None and moment.skipped is not None:
            skip = float(layer.w_kh[row] @ moment.skipped[0])
        x, h = float(layer.w_xh[row] @ moment.x[0]), float(layer.w_hh[row] @ moment.before.h[0])
        blocks.append(Block(x, h, float(layer.b_xh[row]), float(layer.b_hh[row]), skip))
    held = {"h": float(moment.before.h[0, unit])}
    if moment.before.c is not None:
        held["c"] = float(moment.before.c[0, unit])
    given = {letter: float(values[0, unit]) for letter, values in moment.signals.items()}
    return Numbers(tuple(blocks), held, tuple(float(p[unit]) for p in layer.peepholes), given)


def written(kind: str, of: Numbers) -> tuple[Line, ...]:
    """The lines of a cell of this kind, in the order in which they are computed."""
    return tuple(WRITERS[kind](of))


def _rnn(of: Numbers) -> list[Line]:
    return [_gate(of, "h", "tanh", of.blocks[0])]


def _gru(of: Numbers) -> list[Line]:
    r, z, n = of.blocks
    inner = f"{_sum(n.x, n.skip, n.b_x)} + {_n(of.given['r'])} \\cdot ({_sum(n.h, n.b_h)})"
    argument = n.x + (n.skip or 0.0) + n.b_x + of.given["r"] * (n.h + n.b_h)
    candidate = f"n_t = \\tanh({inner}) = \\tanh({_n(argument)}) = {_n(math.tanh(argument))}"
    mixed = (1 - of.given["z"]) * of.given["n"] + of.given["z"] * of.held["h"]
    state = (
        f"h_t = (1 - z_t)\\, n_t + z_t\\, h_{{t-1}} = {_n(1 - of.given['z'])} \\cdot {_b(of.given['n'])} + "
        f"{_n(of.given['z'])} \\cdot {_b(of.held['h'])} = {_n(mixed)}"
    )
    gates = [_gate(of, "r", "sigma", r), _gate(of, "z", "sigma", z)]
    return [*gates, Line("n", candidate, of.given["n"]), Line("h", state, of.given["h"])]


def _lstm(of: Numbers) -> list[Line]:
    i, f, g, o = of.blocks
    p_i, p_f, p_o = of.peepholes or (None, None, None)
    before, given = of.held["c"], of.given
    kept = given["f"] * before + given["i"] * given["g"]
    cell = (
        f"c_t = f_t\\, c_{{t-1}} + i_t\\, g_t = {_n(given['f'])} \\cdot {_b(before)} + {_n(given['i'])} \\cdot "
        f"{_b(given['g'])} = {_n(kept)}"
    )
    shown = math.tanh(given["c"])
    state = f"h_t = o_t \\tanh(c_t) = {_n(given['o'])} \\cdot {_b(shown)} = {_n(given['o'] * shown)}"
    return [
        _gate(of, "i", "sigma", i, _peep(p_i, before)),
        _gate(of, "f", "sigma", f, _peep(p_f, before)),
        _gate(of, "g", "tanh", g),
        Line("c", cell, given["c"]),
        _gate(of, "o", "sigma", o, _peep(p_o, given["c"])),
        Line("h", state, given["h"]),
    ]


WRITERS: dict[str, Callable[[Numbers], list[Line]]] = {"rnn": _rnn, "gru": _gru, "lstm": _lstm, "peephole": _lstm}
FUNCTIONS: dict[str, Callable[[float], float]] = {"tanh": math.tanh, "sigma": lambda a: 1 / (1 + math.exp(-a))}


def _gate(of: Numbers, letter: Signal, function: str, block: Block, peep: float | None = None) -> Line:
    """``f_t = σ(x + h + b) = σ(sum) = value``."""
    argument = block.x + block.h + (block.skip or 0.0) + (peep or 0.0) + block.b_x + block.b_h
    terms = _sum(block.x, block.h, block.skip, peep, block.b_x + block.b_h)
    value = FUNCTIONS[function](argument)
    return Line(
        letter, f"{letter}_t = \\{function}({terms}) = \\{function}({_n(argument)}) = {_n(value)}", of.given[letter]
    )


def _peep(weight: float | None, cell: float) -> float | None:
    return None if weight is None else weight * cell


def _sum(*terms: float | None) -> str:
    """``0.312 - 0.118 + 0.050``; None is left out."""
    known = [term for term in terms if term is not None]
    first, *rest = known
    return _n(first) + "".join(f" {'-' if _n(term).startswith('-') else '+'} {_n(abs(term))}" for term in rest)


def _b(value: float) -> str:
    """In brackets where it is negative."""
    return f"({_n(value)})" if _n(value).startswith("-") else _n(value)


def _n(value: float) -> str:
    said = f"{value:.3f}"
    return said.removeprefix("-") if float(said) == 0 else said
