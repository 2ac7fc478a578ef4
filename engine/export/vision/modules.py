"""Modules as a script makes them: the call that gives a module like the one that is there, laid out as a formatter would."""

import ast
import inspect
from typing import Any

import torch
from torch import nn

from engine.export.rows import literal
from engine.export.source import WIDTH, External, Place

SPARED = ("device", "dtype")


def names_of(module: nn.Module) -> dict[str, Place | External]:
    """Where the classes of our own are defined that it is made of."""
    kinds = {type(part) for part in module.modules() if not type(part).__module__.startswith("torch.")}
    return {kind.__name__: Place(kind.__module__, kind.__name__) for kind in kinds}


def constructed(module: nn.Module, generator: str = "") -> str:
    """``nn.Conv2d(3, 8, 3, padding=1)``: what differs from the defaults, whatever of it is modules in turn.

    ``generator`` is the expression of what its dropout draws from.
    """
    if isinstance(module, nn.Sequential):
        return f"nn.Sequential({', '.join(constructed(part, generator) for part in module)})"
    kind = type(module)
    shown = []
    for parameter in inspect.signature(kind).parameters.values():
        if parameter.name in SPARED or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        value = _given(module, parameter.name)
        if parameter.default is not inspect.Parameter.empty and _is_default(
            module, parameter.name, value, parameter.default
        ):
            continue
        text = _text(value, generator)
        shown.append(text if parameter.default is inspect.Parameter.empty else f"{parameter.name}={text}")
    own = kind.__module__.startswith("torch.")
    return f"{'nn.' if own else ''}{kind.__name__}({', '.join(shown)})"


def _given(module: nn.Module, name: str) -> Any:
    """What a module was made with; of windows that are alike along both sides, one number."""
    value = getattr(module, name)
    if name == "bias":
        return value is not None
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _is_default(module: nn.Module, name: str, value: Any, default: Any) -> bool:
    return bool(value == (_given(module, "kernel_size") if name == "stride" and default is None else default))


def _text(value: Any, generator: str) -> str:
    if isinstance(value, nn.Module):
        return constructed(value, generator)
    return generator if isinstance(value, torch.Generator) else literal(value)


def laid_out(text: str, spaces: int, before: str = "", after: str = "") -> list[str]:
    """``before``, an expression and ``after``, indented by so many ``spaces``: on several lines where one is too long."""
    line = f"{' ' * spaces}{before}{text}{after}"
    call = ast.parse(text, mode="eval").body
    if len(line) <= WIDTH or not isinstance(call, ast.Call):
        return [line]
    head = ast.get_source_segment(text, call.func)
    parts = [(str(ast.get_source_segment(text, part)), "") for part in call.args]
    parts += [(str(ast.get_source_segment(text, word.value)), f"{word.arg}=") for word in call.keywords]
    inside = [row for part, named in parts for row in laid_out(part, spaces + 4, named, ",")]
    return [f"{' ' * spaces}{before}{head}(", *inside, f"{' ' * spaces}){after}"]
