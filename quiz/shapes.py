"""The shape that a line of PyTorch gives: its tree is walked, with tensors that hold no numbers; nothing is executed."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Frozen
from quiz.normal_form import parsed, path_of
from quiz.question import BadAnswer

LARGEST = 100_000
"""No number in a line may be larger."""
Size = Annotated[int, Field(ge=1, le=4096)]
Shape = Annotated[tuple[Size, ...], Field(max_length=6)]


def names(listed: str) -> tuple[str, ...]:
    """Words between spaces."""
    return tuple(listed.split())


LAYERS = names(
    "Linear Conv1d Conv2d ConvTranspose2d MaxPool1d MaxPool2d AvgPool2d AdaptiveAvgPool2d Flatten Unflatten BatchNorm1d "
    "BatchNorm2d LayerNorm GroupNorm Embedding ReLU Tanh Sigmoid GELU SiLU Softmax Dropout Identity Upsample"
)
METHODS = names(
    "view reshape flatten transpose permute unsqueeze squeeze sum mean amax amin argmax softmax log_softmax expand repeat "
    "matmul mm bmm relu tanh sigmoid exp log sqrt abs t contiguous float long detach clone tril triu split chunk var std"
)
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"torch.{name}": getattr(torch, name) for name in METHODS if hasattr(torch, name)},
    **{f"torch.{name}": getattr(torch, name) for name in ("cat", "stack", "einsum", "outer")},
    **{f"F.{name}": getattr(F, name) for name in names("relu softmax gelu one_hot conv2d max_pool2d avg_pool2d pad")},
    **{f"nn.{name}": getattr(nn, name) for name in LAYERS},
}
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.MatMult: lambda a, b: a @ b,
}


class Shapes(Frozen):
    """What a line starts from and what it has to give."""

    inputs: dict[str, Shape]
    """The tensors that the line may name."""
    integers: tuple[str, ...] = ()
    """Those of them that hold whole numbers: indices, labels."""
    output: Shape
    """A layer in the gap is applied to the first of ``inputs``."""

    def __hash__(self) -> int:
        return hash((tuple(self.inputs.items()), self.output))


def shape_of(line: str, shapes: Shapes) -> tuple[int, ...]:
    """The shape of what ``line`` gives. Raises BadAnswer where it has none, or uses what is not known here."""
    with torch.device("meta"):
        tensors = {
            name: torch.empty(shape, dtype=torch.long if name in shapes.integers else torch.float32)
            for name, shape in shapes.inputs.items()
        }
        try:
            found = _value(_expression(line), tensors)
            if isinstance(found, nn.Module):
                found = found(next(iter(tensors.values())))
        except (RuntimeError, TypeError, IndexError, ValueError, ArithmeticError, NotImplementedError) as error:
            said = str(error).partition("\n")[0][:160]
            raise error if isinstance(error, BadAnswer) else BadAnswer(f"PyTorch would refuse it: {said}") from None
    if not isinstance(found, Tensor):
        raise BadAnswer("this gives no tensor")
    return tuple(found.shape)


def _expression(line: str) -> ast.expr:
    """What stands right of an equals sign, or the line itself."""
    statement = parsed(line)
    if isinstance(statement, ast.Assign | ast.Expr | ast.Return) and statement.value is not None:
        return statement.value
    raise BadAnswer("an expression is asked for")


def _value(node: ast.expr, tensors: Mapping[str, Tensor]) -> Any:
    """What a node stands for; only what is listed in this file is known."""
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Name):
        if node.id not in tensors:
            raise BadAnswer(f"{node.id!r} is not known here; known are {', '.join(tensors)}")
        return tensors[node.id]
    if isinstance(node, ast.Tuple | ast.List):
        return [_value(each, tensors) for each in node.elts]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, tensors)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        sides = _value(node.left, tensors), _value(node.right, tensors)
        if not all(isinstance(side, Tensor | int | float) for side in sides):
            raise BadAnswer(f"{ast.unparse(node)[:60]!r} is not read here")
        return _bounded(OPERATORS[type(node.op)](*sides))
    if isinstance(node, ast.Subscript):
        return _value(node.value, tensors)[_index(node.slice, tensors)]
    if isinstance(node, ast.Attribute):
        return _attribute(node, tensors)
    if isinstance(node, ast.Call):
        return _called(node, tensors)
    raise BadAnswer(f"{ast.unparse(node)[:60]!r} is not read here")


def _constant(value: object) -> object:
    if isinstance(value, str):
        if len(value) > 60:
            raise BadAnswer("a text of at most 60 characters is read")
        return value
    if value is None or isinstance(value, bool | int | float):
        return _bounded(value)
    raise BadAnswer(f"{value!r} is not read here")


def _bounded(value: Any) -> Any:
    """Numbers and tensors of sizes that a line has a use for."""
    size = value.numel() if isinstance(value, Tensor) else abs(value) if isinstance(value, int | float) else 0
    if isinstance(value, float) and not math.isfinite(value):
        return value
    if size > (LARGEST**2 if isinstance(value, Tensor) else LARGEST) and value != -math.inf:
        raise BadAnswer(f"numbers up to {LARGEST:,} are read")
    return value


def _index(node: ast.expr, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(node, ast.Slice):
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else _value(part, tensors) for part in parts))
    if isinstance(node, ast.Tuple):
        return tuple(_index(each, tensors) for each in node.elts)
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return ...
    return _value(node, tensors)


def _attribute(node: ast.Attribute, tensors: Mapping[str, Tensor]) -> Any:
    held = _value(node.value, tensors)
    if isinstance(held, Tensor) and node.attr in ("T", "mT", "shape"):
        return list(held.shape) if node.attr == "shape" else getattr(held, node.attr)
    raise BadAnswer(f"{node.attr!r} is not read here")


def _called(node: ast.Call, tensors: Mapping[str, Tensor]) -> Any:
    values: list[Any] = []
    for each in node.args:
        spread = _value(each.value, tensors) if isinstance(each, ast.Starred) else None
        values.extend(spread if spread is not None else [_value(each, tensors)])
    named = {each.arg: _value(each.value, tensors) for each in node.keywords if each.arg is not None}
    path = path_of(node.func)
    if path in FUNCTIONS:
        return _bounded(FUNCTIONS[path](*_tupled(values), **named))
    if not isinstance(node.func, ast.Attribute):
        layer = _value(node.func, tensors)
        if isinstance(layer, nn.Module):
            return layer(*values)
        raise BadAnswer(f"{path or ast.unparse(node.func)[:40]!r} is not known here")
    name = node.func.attr
    if path.split(".")[0] in ("torch", "nn", "F"):
        raise BadAnswer(f"{path!r} is not known here")
    held = _value(node.func.value, tensors)
    if isinstance(held, Tensor) and name == "size":
        return held.size(*values) if values else list(held.shape)
    if not isinstance(held, Tensor) or name not in METHODS:
        raise BadAnswer(f"{name!r} is not known here")
    return _bounded(getattr(held, name)(*values, **named))


def _tupled(values: list[Any]) -> list[Any]:
    """Lists of sizes as PyTorch's layers take them."""
    is_sizes = [isinstance(value, list) and all(isinstance(each, int) for each in value) for value in values]
    return [tuple(value) if sizes else value for value, sizes in zip(values, is_sizes, strict=True)]
