"""Lines of PyTorch that say the same have the same form: keywords in order, defaults left out, aliases resolved."""

import ast
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn, optim

from quiz.question import BadAnswer

ROOTS: dict[str, Any] = {"nn": nn, "F": F, "optim": optim, "torch": torch}
"""What the names at the beginning of a call stand for."""
ALIASES = {"torch.nn.functional": "F", "nn.functional": "F", "torch.nn": "nn", "torch.optim": "optim"}
MODULES_AS_FUNCTIONS = {"F": "torch"}
"""``F.relu(x)`` and ``torch.relu(x)`` are one, where both exist."""
SIGNATURES: dict[str, tuple[str, ...]] = {
    "cat": ("tensors", "dim=0"),
    "stack": ("tensors", "dim=0"),
    "softmax": ("input", "dim"),
    "log_softmax": ("input", "dim"),
    "relu": ("input",),
    "sigmoid": ("input",),
    "tanh": ("input",),
    "exp": ("input",),
    "log": ("input",),
    "sqrt": ("input",),
    "abs": ("input",),
    "sum": ("input", "dim=None", "keepdim=False"),
    "mean": ("input", "dim=None", "keepdim=False"),
    "var": ("input", "dim=None", "unbiased=True", "keepdim=False"),
    "std": ("input", "dim=None", "unbiased=True", "keepdim=False"),
    "argmax": ("input", "dim=None", "keepdim=False"),
    "transpose": ("input", "dim0", "dim1"),
    "flatten": ("input", "start_dim=0", "end_dim=-1"),
    "unsqueeze": ("input", "dim"),
    "squeeze": ("input", "dim=None"),
    "masked_fill": ("input", "mask", "value"),
    "tril": ("input", "diagonal=0"),
    "triu": ("input", "diagonal=0"),
    "gather": ("input", "dim", "index"),
    "clamp": ("input", "min=None", "max=None"),
    "detach": ("input",),
    "randn_like": ("input",),
    "bmm": ("input", "mat2"),
}
"""Functions that are methods of tensors too; Python cannot read their parameters off them."""
EVEN = {"kernel_size", "stride", "padding", "dilation", "output_size"}
"""Parameters for which one number and a pair of it are the same."""
PRODUCTS = {"matmul", "mm"}
TOO_DEEP = 40


def normal_form(line: str) -> str:
    """The line as every line that says the same is written. Raises BadAnswer where it is no Python."""
    return ast.dump(_Normal().visit(parsed(line)))


def parsed(line: str) -> ast.stmt:
    """The one statement that a line is. Raises BadAnswer, with the column."""
    try:
        body = ast.parse(line.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        where = f", column {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        said = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        raise BadAnswer(f"this is no line of Python: {said}{where}") from None
    if len(body) != 1:
        raise BadAnswer(f"one line is asked for, not {len(body)}")
    if _depth(body[0]) > TOO_DEEP:
        raise BadAnswer("this is nested too deeply to be read")
    return body[0]


def _depth(tree: ast.AST) -> int:
    levels, level = 0, [tree]
    while level:
        levels += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return levels


def dotted(node: ast.AST) -> str:
    """``torch.nn.Linear`` of a name and its attributes; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr}" if above else ""
    return ""


def path_of(node: ast.AST) -> str:
    """The dotted name with its aliases resolved: ``torch.nn.functional.relu`` is ``F.relu``."""
    name = dotted(node)
    for long, short in ALIASES.items():
        if name.startswith(f"{long}."):
            return short + name.removeprefix(long)
    return name


class _Normal(ast.NodeTransformer):
    """From the leaves up."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """``a += b`` is ``a = a + b``: here nobody else holds ``a``."""
        self.generic_visit(node)
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        value = getattr(node.operand, "value", None)
        if isinstance(node.op, ast.USub) and type(value) in (int, float):
            return ast.Constant(-value)  # type: ignore[operator]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        folded = _folded(node)
        return node if folded is None else ast.Constant(folded)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """1.0 and 1 are the same number."""
        if isinstance(node.value, float) and node.value.is_integer():
            return ast.Constant(int(node.value))
        return ast.Constant(node.value)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if path := path_of(node):
            return ast.parse(path, mode="eval").body
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        path = path_of(node.func)
        name = path.rpartition(".")[2] or getattr(node.func, "attr", "")
        root = path.split(".")[0]
        is_method = isinstance(node.func, ast.Attribute) and root not in ROOTS
        if is_method and (name in SIGNATURES or name in PRODUCTS):
            assert isinstance(node.func, ast.Attribute)
            return _tensor_call(name, [node.func.value, *node.args], node.keywords)
        if root in ("torch", "F") and path.count(".") == 1 and (name in SIGNATURES or name in PRODUCTS):
            return _tensor_call(name, node.args, node.keywords)
        names, defaults = _parameters(path)
        return _ordered(node.func, names, defaults, node.args, node.keywords)


def _folded(node: ast.BinOp) -> int | float | None:
    """What a sum, a difference, a product or a quotient of two numbers comes to."""
    left, right = getattr(node.left, "value", None), getattr(node.right, "value", None)
    if type(left) not in (int, float) or type(right) not in (int, float):
        return None
    known: dict[type, Callable[[Any, Any], Any]] = {
        ast.Add: lambda a, b: a + b,
        ast.Sub: lambda a, b: a - b,
        ast.Mult: lambda a, b: a * b,
        ast.FloorDiv: lambda a, b: a // b if b else None,
        ast.Div: lambda a, b: a / b if b else None,
    }
    do = known.get(type(node.op))
    found = do(left, right) if do is not None else None
    return int(found) if isinstance(found, float) and abs(found) < 1e15 and found == int(found) else found


def _tensor_call(name: str, values: list[ast.expr], keywords: list[ast.keyword]) -> ast.AST:
    """A function of a tensor, however it was called."""
    if name in PRODUCTS and len(values) == 2 and not keywords:
        return ast.BinOp(values[0], ast.MatMult(), values[1])
    spelled = [part.partition("=") for part in SIGNATURES.get(name, ())]
    names = [part[0] for part in spelled]
    defaults = {part[0]: ast.literal_eval(part[2]) for part in spelled if part[1]}
    function = ast.parse(f"torch.{name}", mode="eval").body
    return _ordered(function, names, defaults, values, keywords)


@cache
def _parameters(path: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """(names, defaults) of the parameters of what ``path`` names in PyTorch; empty where nothing is known."""
    root, *below = path.split(".")
    found = ROOTS.get(root)
    for name in below:
        if name.startswith("_"):
            return (), {}
        # A module is asked for what it holds already: asking torch for ``onnx`` by its name would load it.
        found = vars(found).get(name) if inspect.ismodule(found) else getattr(found, name, None)
    if not below or found is None or not callable(found):
        return (), {}
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return (), {}
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    listed = [part for part in signature.parameters.values() if part.kind in kinds]
    defaults = {part.name: part.default for part in listed if part.default is not inspect.Parameter.empty}
    return tuple(part.name for part in listed), defaults


def _ordered(
    function: ast.expr,
    names: list[str] | tuple[str, ...],
    defaults: dict[str, Any],
    values: list[ast.expr],
    keywords: list[ast.keyword],
) -> ast.Call:
    """The call with every argument under its name, in the order of names, without those that are the default."""
    if len(values) > len(names) or any(isinstance(value, ast.Starred) for value in values):
        return ast.Call(function, values, sorted(keywords, key=lambda each: each.arg or ""))
    given = {name: value for name, value in zip(names, values, strict=False)}
    given |= {each.arg: _one(each.arg, each.value) for each in keywords if each.arg}
    given = {name: _one(name, value) for name, value in given.items()}
    kept = {name: value for name, value in given.items() if not _is_default(name, value, defaults)}
    spread = [each for each in keywords if each.arg is None]
    return ast.Call(function, [], [*(ast.keyword(name, kept[name]) for name in sorted(kept)), *spread])


def _one(name: str, value: ast.expr) -> ast.expr:
    """A pair of the same number as that number, where PyTorch takes either."""
    if name not in EVEN or not isinstance(value, ast.Tuple) or not value.elts:
        return value
    first = ast.dump(value.elts[0])
    return value.elts[0] if all(ast.dump(each) == first for each in value.elts) else value


def _is_default(name: str, value: ast.expr, defaults: dict[str, Any]) -> bool:
    return name in defaults and isinstance(value, ast.Constant) and value.value == defaults[name]
