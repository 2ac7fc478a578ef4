"""The shape that a line of PyTorch gives: its tree is walked, with tensors that hold no numbers; nothing is executed."""

import ast
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Frozen
from quiz.layer_shapes import RULES, output_shape
from quiz.normal_form import parsed, path_of
from quiz.question import BadAnswer

LARGEST = 100_000
"""No number in a line may be larger."""
Size = Annotated[int, Field(ge=1, le=4096)]
Shape = Annotated[tuple[Size, ...], Field(max_length=6)]


MOST_PIECES = 1000
"""Into no more parts may a tensor be cut: each of them is an object."""
MOST_DIMENSIONS = 8


def names(listed: str) -> tuple[str, ...]:
    """Words between spaces."""
    return tuple(listed.split())


VIEWS = names(
    "view reshape flatten transpose permute unsqueeze squeeze expand t contiguous float long detach clone split chunk"
)
"""What PyTorch does to sizes and strides alone; without numbers these cost nothing and load nothing."""
CALCULATIONS = names(
    "sum mean amax amin argmax var std softmax log_softmax relu tanh sigmoid exp log sqrt abs tril triu"
)
"""Functions of one tensor that keep its sizes or drop some of them."""
PRODUCTS = names("matmul mm bmm")
FUNCTIONS: dict[str, str] = {
    **{
        f"torch.{name}": name
        for name in (*VIEWS, *CALCULATIONS, *PRODUCTS)
        if inspect.isroutine(getattr(torch, name, 0))
    },
    **{f"F.{name}": name for name in names("relu softmax gelu")},
}
"""Methods of tensors that have another name too, and F.gelu, which is none."""
LAYERS: dict[str, type[nn.Module]] = {f"nn.{layer.__name__}": layer for layer in RULES}
ANY_NUMBERS = (nn.Embedding, nn.Flatten, nn.Unflatten, nn.Identity, nn.ReLU)
"""Layers that whole numbers may enter."""
REFUSALS = (
    RuntimeError,
    TypeError,
    IndexError,
    ValueError,
    ArithmeticError,
    NotImplementedError,
    AssertionError,
    AttributeError,
)
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
    tensors = {
        name: _empty(shape, torch.long if name in shapes.integers else torch.float32)
        for name, shape in shapes.inputs.items()
    }
    try:
        found = _value(_expression(line), tensors)
        if isinstance(found, nn.Module):
            found = _applied(found, [next(iter(tensors.values()))])
    except REFUSALS as error:
        said = str(error).partition("\n")[0][:160]
        raise error if isinstance(error, BadAnswer) else BadAnswer(f"PyTorch would refuse it: {said}") from None
    if not isinstance(found, Tensor):
        raise BadAnswer("this gives no tensor")
    return tuple(found.shape)


def _empty(shape: Sequence[int], dtype: torch.dtype) -> Tensor:
    """Sizes, strides and a type without numbers. Of these only views are taken: see VIEWS."""
    return _bounded(torch.empty(tuple(shape), dtype=dtype, device="meta"))


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
        operand = _value(node.operand, tensors)
        return _empty(operand.shape, operand.dtype) if isinstance(operand, Tensor) else -operand
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        sides = _value(node.left, tensors), _value(node.right, tensors)
        if not all(isinstance(side, Tensor | int | float) for side in sides):
            raise BadAnswer(f"{ast.unparse(node)[:60]!r} is not read here")
        return _combined(type(node.op), *sides)
    if isinstance(node, ast.Subscript):
        return _part(_value(node.value, tensors), _index(node.slice, tensors))
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
    if isinstance(value, Tensor):
        if value.dim() > MOST_DIMENSIONS or math.prod(value.shape) > LARGEST**2:
            raise BadAnswer(f"tensors of up to {MOST_DIMENSIONS} dimensions and {LARGEST**2:,} numbers are read")
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) > LARGEST:
        raise BadAnswer(f"numbers up to {LARGEST:,} are read")
    return value


def _combined(operator: type, left: Any, right: Any) -> Any:
    """Two numbers or tensors with a sign between them."""
    tensors = [side for side in (left, right) if isinstance(side, Tensor)]
    if not tensors:
        return _bounded(OPERATORS[operator](left, right))
    if operator is ast.MatMult:
        return _product("matmul", [left, right])
    small = [torch.ones(1, dtype=side.dtype) if isinstance(side, Tensor) else side for side in (left, right)]
    dtype = OPERATORS[operator](*small).dtype
    return _empty(_broadcast(*(side.shape for side in tensors)), dtype)


def _broadcast(*shapes: Sequence[int]) -> Sequence[int]:
    """The shape that all of them are stretched to; torch.broadcast_shapes would load sympy."""
    return torch.broadcast_tensors(*(torch.empty(()).expand(tuple(shape)) for shape in shapes))[0].shape


def _product(name: str, sides: list[Any]) -> Tensor:
    """A product of matrices: (..., n, k) and (..., k, m) give (..., n, m); a vector is a row left, a column right."""
    if len(sides) != 2 or not all(isinstance(side, Tensor) for side in sides):
        raise BadAnswer(f"{name} takes two tensors")
    left, right = (tuple(side.shape) for side in sides)
    if sides[0].dtype != sides[1].dtype:
        raise BadAnswer(f"a product has one type of numbers, not {sides[0].dtype} and {sides[1].dtype}")
    asked = {"mm": 2, "bmm": 3}.get(name)
    if not left or not right or (asked is not None and (len(left), len(right)) != (asked, asked)):
        raise BadAnswer(f"{name} does not take the shapes {left} and {right}")
    row, column = len(left) == 1, len(right) == 1
    first, second = (1, *left) if row else left, (*right, 1) if column else right
    if first[-1] != second[-2] or (name == "bmm" and left[0] != right[0]):
        raise BadAnswer(f"the shapes {left} and {right} cannot be multiplied: {first[-1]} and {second[-2]} differ")
    batch = _broadcast(first[:-2], second[:-2])
    return _empty((*batch, *([] if row else first[-2:-1]), *([] if column else second[-1:])), sides[0].dtype)


def _index(node: ast.expr, tensors: Mapping[str, Tensor]) -> Any:
    """A whole number, a slice, None, an ellipsis, a tuple of these, or a tensor of indices."""
    if isinstance(node, ast.Slice):
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else _whole(_value(part, tensors)) for part in parts))
    if isinstance(node, ast.Tuple):
        return tuple(_index(each, tensors) for each in node.elts)
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return ...
    value = _value(node, tensors)
    return value if value is None or isinstance(value, Tensor) else _whole(value)


def _whole(value: Any) -> Any:
    if type(value) is int or value is None:
        return value
    raise BadAnswer("between brackets stand whole numbers and slices")


def _part(held: Any, index: Any) -> Any:
    """What brackets take from a tensor or a list."""
    if isinstance(held, list) and type(index) in (int, slice):
        return held[index]
    if not isinstance(held, Tensor):
        raise BadAnswer("brackets stand behind a tensor here")
    if isinstance(index, Tensor):
        if index.dtype != torch.long or not held.dim():
            raise BadAnswer("a tensor between brackets holds whole numbers")
        return _empty((*index.shape, *held.shape[1:]), held.dtype)
    if isinstance(index, tuple) and any(isinstance(each, Tensor | tuple) for each in index):
        raise BadAnswer("between brackets stand whole numbers and slices, or one tensor")
    return _bounded(held[index])


def _attribute(node: ast.Attribute, tensors: Mapping[str, Tensor]) -> Any:
    held = _value(node.value, tensors)
    if isinstance(held, Tensor) and node.attr == "shape":
        return list(held.shape)
    if isinstance(held, Tensor) and node.attr == "T":
        return held.permute(*reversed(range(held.dim())))
    if isinstance(held, Tensor) and node.attr == "mT":
        return held.mT
    raise BadAnswer(f"{node.attr!r} is not read here")


def _called(node: ast.Call, tensors: Mapping[str, Tensor]) -> Any:
    values = _arguments(node, tensors)
    named = {each.arg: _tupled(_value(each.value, tensors)) for each in node.keywords if each.arg is not None}
    path = path_of(node.func)
    if path in LAYERS:
        return _layer(LAYERS[path], values, named)
    if path in FUNCTIONS:
        held = values.pop(0) if values else named.pop("input", None)
        return _method(FUNCTIONS[path], held, values, named)
    if not isinstance(node.func, ast.Attribute):
        layer = _value(node.func, tensors)
        if isinstance(layer, nn.Module):
            return _applied(layer, values)
        raise BadAnswer(f"{path or ast.unparse(node.func)[:40]!r} is not known here")
    if path.split(".")[0] in ("torch", "nn", "F"):
        raise BadAnswer(f"{path!r} is not known here")
    name = node.func.attr
    if name not in (*VIEWS, *CALCULATIONS, *PRODUCTS, "size"):
        raise BadAnswer(f"{name!r} is not known here")
    return _method(name, _value(node.func.value, tensors), values, named)


def _arguments(node: ast.Call, tensors: Mapping[str, Tensor]) -> list[Any]:
    """Those without a name; a list behind a star is spread."""
    values: list[Any] = []
    for each in node.args:
        value = _value(each.value if isinstance(each, ast.Starred) else each, tensors)
        if isinstance(each, ast.Starred) and not isinstance(value, list):
            raise BadAnswer("a list of sizes stands behind a star")
        values.extend(value if isinstance(each, ast.Starred) else [_tupled(value)])
    return values


def _tupled(value: Any) -> Any:
    """Lists of sizes as PyTorch's layers take them."""
    return tuple(value) if isinstance(value, list) and all(isinstance(each, int) for each in value) else value


def _layer(kind: type[nn.Module], values: list[Any], named: dict[str, Any]) -> nn.Module:
    """A layer whose weights have sizes and no numbers."""
    given = inspect.signature(kind).bind(*values, **named).arguments
    for name, value in given.items():
        if name in ("device", "dtype") or name.startswith("_") or isinstance(value, Tensor):
            raise BadAnswer(f"{name!r} of {kind.__name__} is not read here")
    if kind is nn.Embedding:
        # Its first weights are drawn by a function that loads PyTorch's compiler where there are no numbers.
        sizes = (given["num_embeddings"], given["embedding_dim"])
        named = {**named, "_weight": torch.empty(sizes, device="meta")}
    with torch.device("meta"):
        return kind(*values, **named)


def _applied(layer: nn.Module, values: list[Any]) -> Tensor:
    """What a layer gives, by the formula of its shape."""
    if len(values) != 1 or not isinstance(values[0], Tensor):
        raise BadAnswer(f"{type(layer).__name__} is applied to one tensor")
    (given,) = values
    if not isinstance(layer, ANY_NUMBERS) and not given.is_floating_point():
        raise BadAnswer(f"{type(layer).__name__} takes floating point numbers, not {given.dtype}")
    if isinstance(layer, nn.Embedding) and given.is_floating_point():
        raise BadAnswer(f"Embedding takes whole numbers, not {given.dtype}")
    dtype = torch.float32 if isinstance(layer, nn.Embedding) else given.dtype
    return _empty(output_shape(layer, tuple(given.shape)), dtype)


def _method(name: str, held: Any, values: list[Any], named: dict[str, Any]) -> Any:
    """A function of a tensor, however it was called."""
    if not isinstance(held, Tensor):
        raise BadAnswer(f"{name!r} is not known here")
    if name in PRODUCTS:
        return _product(name, [held, *values, *named.values()])
    if any(isinstance(value, Tensor) for value in (*values, *named.values())):
        raise BadAnswer(f"{name} takes one tensor here")
    if name == "size":
        size = held.size(*values, **named)
        return size if isinstance(size, int) else list(size)
    if name in CALCULATIONS or name == "gelu":
        return _calculated(name, held, values, named)
    if name in ("split", "chunk"):
        return _pieces(name, held, values, named)
    return _bounded(getattr(held, name)(*values, **named))


def _calculated(name: str, held: Tensor, values: list[Any], named: dict[str, Any]) -> Tensor:
    """What PyTorch does to a small tensor whose sizes are 2, 3, 4 ..., so that the result says which of them are left."""
    small = torch.ones(tuple(range(2, 2 + held.dim())), dtype=held.dtype)
    function = F.gelu if name == "gelu" else getattr(Tensor, name)
    found = function(small, *values, **named)
    if not isinstance(found, Tensor):
        raise BadAnswer(f"{name} gives no single tensor here")
    return _empty([1 if size == 1 else held.shape[size - 2] for size in found.shape], found.dtype)


def _pieces(name: str, held: Tensor, values: list[Any], named: dict[str, Any]) -> list[Tensor]:
    """The parts that a tensor is cut into."""
    cut = {**dict(zip(("by", "dim"), values, strict=False)), **named}
    by = next((value for key, value in cut.items() if key != "dim"), None)
    size = held.shape[cut.get("dim", 0)]
    if isinstance(by, int) and min(size, by if name == "chunk" else -(-size // by)) > MOST_PIECES:
        raise BadAnswer(f"up to {MOST_PIECES:,} pieces are read")
    return list(getattr(held, name)(*values, **named))
